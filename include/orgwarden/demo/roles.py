"""Roles of the demo organization's accounts, kept where moto's IAM keeps them, so that IAM's own API shows them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from moto.iam.models import iam_backends

from orgwarden.demo import aws_policies
from orgwarden.demo.identity_center import SERVICE_PRINCIPAL, PermissionSet

MEMBER_ROLE = "OrganizationAccountAccessRole"
RESERVED_PATH = f"/aws-reserved/{SERVICE_PRINCIPAL}/"
RESERVED_INLINE = "AwsSSOInlinePolicy"
SIGN_IN = "https://signin.aws.amazon.com/saml"
TWELVE_HOURS = "43200"


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


def create(
    account: str,
    name: str,
    trust: str,
    *,
    tags: Iterable[dict[str, str]] = (),
    path: str = "/",
) -> None:
    """Create a role in an account."""
    iam_backends[account]["aws"].create_role(
        role_name=name,
        assume_role_policy_document=trust,
        path=path,
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


def reserve(account: str, granted: PermissionSet) -> None:
    """Create the role by which IAM Identity Center lets people into an account, or bring it to what is granted now."""
    backend, name = iam_backends[account]["aws"], reserved_name(account, granted)
    if not any(role.name == name for role in backend.roles.values()):
        create(account, name, _trusting_identity_center(account), path=RESERVED_PATH)
    role = backend.get_role(name)
    role.max_session_duration = TWELVE_HOURS
    wanted = [*granted.managed, *granted.customer_arns(account)]
    for arn in [arn for arn in role.managed_policies if arn not in wanted]:
        role.managed_policies[arn].detach_from(role)
    for arn in wanted:
        aws_policies.offer(account, arn)
        if arn not in role.managed_policies and arn in backend.managed_policies:
            backend.managed_policies[arn].attach_to(role)
    role.policies = {RESERVED_INLINE: granted.inline} if granted.inline else {}
    role.permissions_boundary_arn = granted.boundary_arn(account)


def release(account: str, granted: PermissionSet) -> None:
    """Take away the role of a permission set that nobody has in an account any more."""
    backend, name = iam_backends[account]["aws"], reserved_name(account, granted)
    for id_, role in list(backend.roles.items()):
        if role.name == name:
            for policy in list(role.managed_policies.values()):
                policy.detach_from(role)
            del backend.roles[id_]


def lacks(account: str, granted: PermissionSet) -> list[str]:
    """Name the customer policies of a permission set that an account does not have."""
    return [arn for arn in granted.customer_arns(account) if arn not in iam_backends[account]["aws"].managed_policies]


def reserved_name(account: str, granted: PermissionSet) -> str:
    """Give the name of the role of a permission set in an account."""
    return f"AWSReservedSSO_{granted.name}_{sha256(f'{account}{granted.arn}'.encode()).hexdigest()[:16]}"


def _trusting_identity_center(account: str) -> str:
    """Write the trust policy of such a role, and make sure that its identity provider is there."""
    backend = iam_backends[account]["aws"]
    name = f"AWSSSO_{sha256(account.encode()).hexdigest()[:16]}_DO_NOT_DELETE"
    if name not in backend.saml_providers:
        backend.create_saml_provider(name, "<EntityDescriptor/>")
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:saml-provider/{name}"},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": SIGN_IN}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
