"""A bucket as far as the bill is read from it, with S3's error codes turned into ours.

The codes are known here and nowhere else: what leaves is an answer, ``Absent``, ``Changed``, or an error of
``orgwarden.errors`` that names the action and the object.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from orgwarden.errors import BadInput, OrgwardenError, Refused, RetryLater, StopAndTell

T = TypeVar("T")
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
DENIED = frozenset({"403", "AccessDenied", "AllAccessDisabled", "AccountProblem"})
CHANGED = frozenset({"412", "PreconditionFailed"})
PASSING = frozenset(
    {
        "429",
        "InternalError",
        "OperationAborted",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
    }
)
SIGN_IN = frozenset(
    {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch", "TokenRefreshRequired"}
)
SERVER_ERROR = 500
CHUNK = 1 << 20


class Absent(OrgwardenError):
    """S3 looked, and has no such object."""


class Changed(OrgwardenError):
    """The object is no longer the one that was asked for."""


class Broken(RetryLater):
    """The object's bytes ended too early."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Object:
    """An object that S3 has begun to send: it is what its ETag says, whatever happens in the bucket meanwhile.

    ``at`` is the time by S3's own clock.
    """

    uri: str
    etag: str
    size: int
    modified: datetime
    at: datetime
    body: Any

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes piece by piece. Raises ``Broken`` where they end too early."""
        sent = 0
        try:
            for chunk in self.body.iter_chunks(CHUNK):
                sent += len(chunk)
                yield chunk
        except (BotoCoreError, HTTPError, OSError) as error:
            raise Broken(f"{self.uri} broke off after {sent} of {self.size} bytes") from error
        if sent != self.size:
            raise Broken(f"{self.uri} broke off after {sent} of {self.size} bytes")

    def close(self) -> None:
        self.body.close()


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket, through a boto3 client."""

    client: Any
    name: str

    def uri(self, key: str) -> str:
        return f"s3://{self.name}/{key}"

    def keys(self, prefix: str) -> list[str]:
        """List the keys below a prefix. Raises ``RetryLater``, ``StopAndTell``."""
        found: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = self._asked("ListBucket", prefix, self.client.list_objects_v2, Prefix=prefix, **token)
            # An answer that says nothing is no empty bucket.
            if "IsTruncated" not in page:
                raise RetryLater(f"s3:ListBucket of {self.uri(prefix)} gave an answer that does not parse")
            found += [str(one["Key"]) for one in page.get("Contents", ())]
            if not page["IsTruncated"]:
                return found
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def get(self, key: str, *, etag: str = "") -> Object:
        """Begin to fetch an object, with ``etag`` only that version. Raises ``Absent``, ``Changed`` and as ``keys``."""
        only = {"IfMatch": etag} if etag else {}
        answer = self._asked("GetObject", key, self.client.get_object, Key=key, **only)
        try:
            date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
            return Object(
                uri=self.uri(key),
                etag=str(answer["ETag"]).strip('"'),
                size=int(answer["ContentLength"]),
                modified=answer["LastModified"],
                at=parsedate_to_datetime(date),
                body=answer["Body"],
            )
        except (KeyError, ValueError) as error:
            raise RetryLater(f"s3:GetObject of {self.uri(key)} gave an answer that does not parse") from error

    def _asked(self, action: str, key: str, ask: Callable[..., T], **params: Any) -> T:
        name = f"s3:{action} of {self.uri(key)}"
        try:
            return ask(Bucket=self.name, **params)
        except ClientError as error:
            _tell(error, name, self.uri(key))
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise StopAndTell(f"no AWS credentials: {error}; sign in, or set AWS_PROFILE") from error
        except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
            raise RetryLater(f"S3 cannot be reached: {error}") from error
        except (ResponseParserError, AttributeError, KeyError, TypeError) as error:
            raise RetryLater(f"{name} gave an answer that does not parse") from error
        except BotoCoreError as error:
            raise StopAndTell(f"{name} cannot be asked: {error}") from error


def _tell(error: ClientError, name: str, uri: str) -> NoReturn:
    """Raise what an error of S3 means to the caller."""
    code, status, after = _facts(error)
    if code in ABSENT:
        raise Absent(f"{uri} is not there") from error
    if code in CHANGED:
        raise Changed(f"{uri} was replaced meanwhile") from error
    if code in PASSING or status >= SERVER_ERROR:
        raise RetryLater(f"{name} was put off ({code})", after=after or 60.0) from error
    if code in SIGN_IN:
        raise StopAndTell(f"{name} failed ({code}): sign in again") from error
    if code in DENIED:
        raise Refused(f"{name} was denied ({code}): {_grant(name)}") from error
    if code == "NoSuchBucket":
        raise BadInput(f"{uri}: there is no such bucket; correct its name") from error
    if code == "InvalidObjectState":
        raise BadInput(f"{uri} is archived: restore it first") from error
    raise StopAndTell(f"{name} failed ({code}): {error}") from error


def _grant(name: str) -> str:
    """Say what to grant; S3 denies what is not there to whom may not list."""
    more = ", s3:ListBucket and, if the bucket is encrypted with a key, kms:Decrypt" if "GetObject" in name else ""
    return f"grant {name.partition(' ')[0]}{more}"


def _facts(error: ClientError) -> tuple[str, int, float]:
    told = error.response.get("ResponseMetadata", {})
    status = int(told.get("HTTPStatusCode", 0))
    after = str(told.get("HTTPHeaders", {}).get("retry-after", ""))
    return str(error.response.get("Error", {}).get("Code") or status), status, float(after) if after.isdigit() else 0.0
