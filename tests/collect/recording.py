"""A record of every call that a boto3 session makes, and of who made it, by boto3's own event hooks."""

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

import boto3
from botocore.loaders import create_loader
from botocore.session import Session

from orgwarden.collect.actions import Side
from tests.demo.asking import MANAGEMENT_ID

# Models of services take a moment to load: once for all sessions.
MODELS = create_loader()


@dataclass
class Record:
    """The calls by side, the roles that were assumed, and the accounts that Account Management was asked about.

    Whose a call is says the access key it is signed with. An account that is asked about itself is not named: "".
    """

    calls: set[tuple[Side, str]] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    asked_about: set[tuple[Side, str]] = field(default_factory=set)
    _handed_out: dict[str, Side] = field(default_factory=dict)

    def session(self, key: str) -> boto3.Session:
        """Give a session that is recorded, with all sessions that are made of it and all keys that it is handed."""

        class Recorded(boto3.Session):
            record: ClassVar[Record] = self

            def __init__(self, *args: Any, botocore_session: Session | None = None, **named: Any) -> None:
                inner = botocore_session or Session()
                inner.register_component("data_loader", MODELS)
                super().__init__(*args, botocore_session=inner, **named)
                self.events.register("before-call", self.record.note)
                self.events.register("after-call", self.record.learn)

        return Recorded(key, "any", region_name="eu-west-1")

    def of(self, *sides: Side) -> set[str]:
        """Give the operations that were called as one of these sides, as boto3 names them."""
        return {operation for side, operation in self.calls if side in sides}

    def note(self, model, params, request_signer, **_) -> None:
        key = request_signer._credentials.access_key  # noqa: SLF001 -- no hook before the signature tells it otherwise
        operation = f"{model.service_model.service_name}:{model.name}"
        side = self._handed_out.get(key, Side.COLLECTOR)
        self.calls.add((side, operation))
        if operation == "sts:AssumeRole":
            self.roles.add(params["body"]["RoleArn"])
        if operation.startswith("account:"):
            self.asked_about.add((side, json.loads(params["body"] or "{}").get("AccountId", "")))

    def learn(self, model, parsed, **_) -> None:
        """Learn from an answer of STS whose keys it hands out."""
        if model.service_model.service_name != "sts" or "Credentials" not in parsed:
            return
        is_root = model.name == "AssumeRoot"
        is_management = not is_root and parsed["AssumedRoleUser"]["Arn"].split(":")[4] == MANAGEMENT_ID
        side = Side.ROOT if is_root else Side.MANAGEMENT if is_management else Side.MEMBER
        self._handed_out[parsed["Credentials"]["AccessKeyId"]] = side
