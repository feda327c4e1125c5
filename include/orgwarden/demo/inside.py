"""Calls AWS's API of the demo organization from within its own process, before anybody else is served.

What a seed declares is set up by the calls that an administrator would make, so a seed can declare nothing that the
API does not take. They need no network, are not counted, and meet neither faults nor rates.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.wire import Answer

HOST = "http://127.0.0.1"
# A client checks nothing: what AWS would refuse shall be refused by the answer.
CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False, s3={"addressing_style": "path"})
Entrance = Callable[[dict[str, Any]], Answer]


class Inside:
    """Clients whose requests are answered by ``entrance``, as the WSGI environment of a request."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._session = boto3.Session("ADMINISTRATOR", "demo", region_name="us-east-1")
        self._session.events.register("before-send", self._answered)
        # Kept by this one alone: what is cached by the class holds every organization that was ever served.
        self._client = functools.cache(self._made)

    def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], *, region: str, account: str = MANAGEMENT_ID
    ) -> Mapping[str, Any]:
        """Call an operation as an account's administrator; raises botocore's ``ClientError``."""
        answer: Mapping[str, Any] = self._client(service, region, account)._make_api_call(operation, dict(parameters))  # noqa: SLF001 - the call by the API's own name
        return answer

    def _made(self, service: str, region: str, account: str) -> Any:
        if account == MANAGEMENT_ID:
            return self._session.client(service, region_name=region, endpoint_url=HOST, config=CONFIG)
        sts = self._client("sts", region, MANAGEMENT_ID)
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=HOST,
            config=CONFIG,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def _answered(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        answer = self._entrance(environ_of(request))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return AWSResponse(request.url, answer.status, headers, _Body(answer.body))


class _Body(BytesIO):
    """An answer's body that is there at once, where botocore expects one that comes over a connection."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def environ_of(request: AWSPreparedRequest) -> dict[str, Any]:
    """Give the WSGI environment of a prepared request, with its body in ``orgwarden.body``."""
    url = urlsplit(request.url)
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else body.read()
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote(url.path) or "/",
        "QUERY_STRING": url.query,
        "REQUEST_URI": f"{url.path or '/'}?{url.query}" if url.query else url.path or "/",
        "HTTP_HOST": url.netloc,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": headers.get("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(data)),
        "orgwarden.body": data,
        **headers,
    }
