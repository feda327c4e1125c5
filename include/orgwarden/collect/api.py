"""One AWS service as one caller sees it: paced, patient with throttling, and with AWS's error codes turned into ours.

The codes of AWS are known here and nowhere else. What leaves is an answer, ``Missing``, or an error of
``orgwarden.errors``: later (the service cannot be reached), a gap (this one thing), or stop (nothing would help).
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError
from pydantic import BaseModel, ValidationError

from orgwarden.collect.pacer import Bucket, bucket_for
from orgwarden.errors import RetryLater, SkipAndNote, StopAndTell

T = TypeVar("T", bound=BaseModel)
DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized", "403"}
)
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
        "429",
    }
)
# Failures on AWS's side that it calls client errors by their HTTP status, or that come with none.
PASSING = frozenset(
    {"InternalError", "InternalFailure", "InternalServerException", "ServiceException", "ServiceUnavailable"}
)
# How a Region answers credentials of an account in which it is not switched on.
STRANGE = frozenset({"InvalidClientTokenId", "UnrecognizedClientException"})
HOPELESS = {
    "AWSOrganizationsNotInUseException": "the account is in no organization: collect with credentials of one that is",
    "ExpiredToken": "the credentials have expired: sign in again",
    "ExpiredTokenException": "the credentials have expired: sign in again",
    "IncompleteSignature": "the credentials are not whole: sign in again",
    "InvalidClientTokenId": "AWS does not know the credentials: sign in again",
    "InvalidSignatureException": "the secret key does not fit the access key, or this machine's clock is wrong",
    "SignatureDoesNotMatch": "the secret key does not fit the access key, or this machine's clock is wrong",
    "UnrecognizedClientException": "AWS does not know the credentials: sign in again",
}
UNREACHABLE = (ConnectTimeoutError, EndpointConnectionError)
SILENT = (ConnectionClosedError, ReadTimeoutError)
# What botocore lets out when a body is not what the service's model says.
UNPARSABLE = (ResponseParserError, AttributeError, KeyError, TypeError, ValueError)
# By what names a token is asked with and answered, unless the API has names of its own.
TOKENS = ("NextToken", "NextToken")
TRIES = 5
TRIES_IN_A_STORM = 3
SERVER_ERROR = 500
LONGEST_WAIT = 15.0


class Missing(Exception):
    """AWS looked, and says that there is no such thing."""


class Denied(SkipAndNote):
    """AWS knows the caller, and does not let it do this; ``said`` is AWS's sentence, to look into and never to keep."""

    def __init__(self, cause: str, said: str = "") -> None:
        super().__init__(cause)
        self.said = said


@dataclass(slots=True)
class Api:
    """A boto3 client whose calls are paced, counted, retried and classed; shared by the threads of a sweep.

    ``patience`` is how many seconds of throttling a call bears, and how many the API bears without one success.
    """

    service: str
    client: Any
    share: float = 0.7
    patience: float = 120.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    calls: Counter[str] = field(default_factory=Counter)
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _storms: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, operation: str, shape: type[T], *, missing: str | Collection[str] = "", **params: Any) -> T:
        """Call the operation and give its answer in ``shape`` (a pydantic model).

        ``missing`` is the error code, or the codes, by which AWS says "there is none". Raises ``Missing``,
        ``SkipAndNote`` (``Denied``; throttled past patience, failing for good, unreadable), ``RetryLater``
        (unreachable), ``StopAndTell``.
        """
        codes = {missing} if isinstance(missing, str) else missing
        answer = self._answer(operation, codes, params)
        try:
            return shape.model_validate(answer)
        except ValidationError as error:
            raise SkipAndNote(_unreadable(self.service, operation)) from error

    def pages(
        self, operation: str, shape: type[T], *, start: str = "", tokens: tuple[str, str] = TOKENS, **params: Any
    ) -> Iterator[tuple[T, str]]:
        """Give each page with the token of the next one; empty pages are followed, a token that repeats is a gap.

        ``tokens`` are the names by which the token is asked with, and answered.
        """
        token, met = start, {start}
        asked, answered = tokens
        while True:
            answer = self.call(operation, shape, **params, **({asked: token} if token else {}))
            token = str(getattr(answer, answered, "") or "")
            yield answer, token
            if not token:
                return
            if token in met:
                raise SkipAndNote(f"{self.service}:{operation} gave one page token twice")
            met.add(token)

    def _answer(self, operation: str, missing: Collection[str], params: Mapping[str, Any]) -> Any:
        began, tries = self.now(), 0
        while True:
            self._turn(operation)
            tries += 1
            try:
                answer = self._send(operation, params)
            except ClientError as error:
                self._bear(error, operation, missing=missing, began=began, tries=tries)
            except (*UNREACHABLE, *SILENT) as error:
                self._wait_or_leave(error, operation, tries)
            else:
                self._storms.pop(operation, None)
                return answer

    def _turn(self, operation: str) -> None:
        with self._lock:
            bucket = self._buckets.get(operation)
            if bucket is None:
                bucket = self._buckets[operation] = bucket_for(self.service, operation, self.share)
            self.calls[operation] += 1
        bucket.take()

    def _send(self, operation: str, params: Mapping[str, Any]) -> Any:
        try:
            return self.client._make_api_call(operation, params)  # noqa: SLF001 - the call by the API's own name
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise StopAndTell(f"no AWS credentials: {error}; sign in, or set AWS_PROFILE") from error
        except (ClientError, *UNREACHABLE, *SILENT):
            raise
        except UNPARSABLE as error:
            raise SkipAndNote(_unreadable(self.service, operation)) from error
        except BotoCoreError as error:
            raise StopAndTell(f"{self.service}:{operation} cannot be called: {error}") from error

    def _bear(self, error: ClientError, operation: str, *, missing: Collection[str], began: float, tries: int) -> None:
        """Wait before the next try, or raise what the error means."""
        code, status, after = _facts(error)
        # Credentials of a role are fetched within the first call that needs them: say whose refusal it was.
        name = f"{self.service}:{operation}" if error.operation_name == operation else f"sts:{error.operation_name}"
        if code in missing:
            raise Missing from error
        if code in HOPELESS:
            raise StopAndTell(f"{name} answered {code}: {HOPELESS[code]}") from error
        if code in THROTTLED:
            self._bear_throttling(operation, name, code, began=began, tries=tries, after=after)
        elif code in DENIED:
            said = str(error.response["Error"].get("Message", ""))
            raise Denied(f"{name} was denied ({code}): grant it to the role that collects", said) from error
        elif (status >= SERVER_ERROR or code in PASSING) and tries < TRIES:
            self.sleep(after or _jittered(tries))
        else:
            raise SkipAndNote(f"{name} failed ({code})") from error

    def _bear_throttling(  # noqa: PLR0913 - the state of one call
        self, operation: str, name: str, code: str, *, began: float, tries: int, after: float
    ) -> None:
        storm = self._storms.setdefault(operation, self.now())
        worn_out = self.now() - began >= self.patience
        hopeless = tries >= TRIES_IN_A_STORM and self.now() - storm >= self.patience
        if worn_out or hopeless:
            raise SkipAndNote(f"{name} was throttled past patience ({code}): other tools may be using up its rate")
        self.sleep(min(after or _jittered(tries), self.patience))

    def _wait_or_leave(self, error: BotoCoreError, operation: str, tries: int) -> None:
        """Wait before the next try; in the end, silence is about one call, and no connection about all of them."""
        if tries < TRIES:
            self.sleep(_jittered(tries))
        elif isinstance(error, SILENT):
            raise SkipAndNote(f"{self.service}:{operation} gave no answer") from error
        else:
            raise RetryLater(f"{self.service} cannot be reached: {error}") from error


def _facts(error: ClientError) -> tuple[str, int, float]:
    """Give code, HTTP status and the seconds that a Retry-After header asks for (0: none)."""
    told = error.response.get("ResponseMetadata", {})
    after = str(told.get("HTTPHeaders", {}).get("retry-after", ""))
    status = int(told.get("HTTPStatusCode", 0))
    code = str(error.response.get("Error", {}).get("Code") or status)
    return code, status, float(after) if after.isdigit() else 0.0


def _jittered(tries: int) -> float:
    return float(min(LONGEST_WAIT, 0.25 * 2**tries) * random.uniform(0.5, 1.0))  # noqa: S311 - spreads waits, no secret


def _unreadable(service: str, operation: str) -> str:
    return f"{service}:{operation} gave an answer that does not parse"
