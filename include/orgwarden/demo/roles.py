"""Roles of the demo organization's accounts, kept where moto's IAM keeps them, so that IAM's own API shows them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from moto.iam.models import iam_backends

MEMBER_ROLE = "OrganizationAccountAccessRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What assuming a role needs to know of it."""

    id: str
    arn: str
    trust: str


def trusting(*principals: str, external_id: str = "") -> str:
    """Write a trust policy for accounts (12 digits) and role ARNs."""
    named = [f"arn:aws:iam::{it}:root" if it.isdigit() else it for it in principals]
    statement = {"Effect": "Allow", "Principal": {"AWS": named}, "Action": "sts:AssumeRole"}
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | condition]})


def create(account: str, name: str, trust: str, *, tags: Iterable[dict[str, str]] = ()) -> None:
    """Create a role in an account."""
    iam_backends[account]["aws"].create_role(
        role_name=name,
        assume_role_policy_document=trust,
        path="/",
        permissions_boundary=None,
        description="",
        tags=list(tags),
        max_session_duration="3600",
    )


def find(account: str, arn: str) -> Role | None:
    """Find a role of an account by its ARN."""
    known = list(iam_backends[account]["aws"].roles.values())
    found = (it for it in known if it.arn == arn)
    return next((Role(id=it.id, arn=it.arn, trust=it.assume_role_policy_document) for it in found), None)


def user_of_key(key: str) -> tuple[str, str, str] | None:
    """Find the account, name and id of the IAM user whose access key this is."""
    for account, backends in list(iam_backends.items()):
        for user in list(backends["aws"].users.values()):
            if any(held.access_key_id == key for held in user.access_keys):
                return account, user.name, user.id
    return None
