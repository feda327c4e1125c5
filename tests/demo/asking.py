"""Asks a served demo organization as a stranger would: with boto3, and with plain HTTP below /demo/."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from orgwarden.demo.service import Served

MANAGEMENT_ID = "123456789012"
ONCE = Config(retries={"total_max_attempts": 1}, max_pool_connections=10)


@dataclass(frozen=True)
class Asking:
    """Clients and routes of one served organization."""

    served: Served
    # One for all clients, or each keeps the models of its service for itself.
    _session: boto3.Session = field(default_factory=boto3.Session, init=False, compare=False)
    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, compare=False)

    def client(self, service, key="AKIAANYBODY000000001", secret=None, token=None, region="eu-west-1") -> Any:
        asked = (service, key, secret, token, region)
        if asked not in self._clients:
            self._clients[asked] = self._session.client(
                service,
                region_name=region,
                endpoint_url=self.served.url,
                aws_access_key_id=key,
                aws_secret_access_key=secret or "any",
                aws_session_token=token,
                config=ONCE,
            )
        return self._clients[asked]

    def as_role(self, account, service, role="OrganizationAccountAccessRole", **more) -> Any:
        arn = f"arn:aws:iam::{account}:role/{role}"
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", **more)["Credentials"]
        return self.client(service, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def http(self, method, path, body=None) -> tuple[int, Any]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(self.served.url + path, data, method=method)  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def new_account(self, name, email=None) -> str:
        created = self.client("organizations").create_account(
            AccountName=name, Email=email or f"aws+{name}@corp.example"
        )
        return created["CreateAccountStatus"]["AccountId"]


def refusal(ask, *args, **kwargs) -> tuple[str, int]:
    """Give code and status of the error that a call ends in."""
    try:
        ask(*args, **kwargs)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("the call was answered")
