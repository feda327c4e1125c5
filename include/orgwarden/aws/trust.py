"""Reads the trust policy of a role: whom it lets in, and under which conditions.

Every way into the management account is either declared or a deviation, and a trust policy is where most ways begin.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from orgwarden.aws.documents import ANY, Condition, Statement, matches, overlap, statements

ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
ACCOUNT = re.compile(r"\d{12}")
# What IAM Identity Center makes in each account, and manages itself.
IDENTITY_CENTERS = "arn:*:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE"
EXTERNAL_ID = "sts:externalid"
# How AWS spells the keys that people know by sight; a policy may spell them in any case.
SPELLINGS = {
    spelled.lower(): spelled
    for spelled in (
        "aws:FederatedProvider",
        "aws:MultiFactorAuthAge",
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalType",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:SourceOrgID",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "sts:ExternalId",
        "sts:RoleSessionName",
        "sts:SourceIdentity",
    )
}


class TrustedKind(StrEnum):
    """What a trusted principal is."""

    ACCOUNT = "account"
    PRINCIPAL = "principal"
    ANYONE = "anyone"
    SAML = "SAML provider"
    OIDC = "OIDC provider"
    SERVICE = "service"
    CANONICAL = "canonical user"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """One principal that may assume a role; ``value`` as written, ``account`` its 12 digits, empty: none is named.

    ``conditions`` are words such as ``aws:PrincipalOrgID o-abc``, an external id without its value.
    """

    kind: TrustedKind
    value: str
    account: str
    conditions: tuple[str, ...]


def trusted(text: str) -> tuple[Trusted, ...]:
    """Give whom a trust policy lets in, each once for each set of conditions; ``ValueError`` for what is no policy.

    Deny statements are left aside: what they take away is never all of a way in.
    """
    ways = (one for one in statements(text) if one.is_allow and _lets_assume(one))
    return tuple(dict.fromkeys(found for one in ways for found in _let_in(one)))


def is_identity_centers_own(provider_arn: str) -> bool:
    """Say whether a SAML provider is the one that IAM Identity Center makes in each account."""
    return matches(IDENTITY_CENTERS, provider_arn)


def _lets_assume(statement: Statement) -> bool:
    if statement.not_actions:
        return not all(any(matches(pattern, action) for pattern in statement.not_actions) for action in ASSUMING)
    return any(overlap(pattern, action) for pattern in statement.actions for action in ASSUMING)


def _let_in(statement: Statement) -> Iterator[Trusted]:
    principals = ((ANY, ANY),) if statement.not_principals else statement.principals
    for kind, value in principals:
        yield Trusted(
            kind=_kind(kind, value),
            value=value,
            account=_account(kind, value),
            conditions=tuple(sorted(_words(one) for one in statement.conditions)),
        )


def _kind(kind: str, value: str) -> TrustedKind:
    if ANY in {kind, value}:
        return TrustedKind.ANYONE
    if kind == "AWS":
        names_account = ACCOUNT.fullmatch(value) or value.endswith(":root")
        return TrustedKind.ACCOUNT if names_account else TrustedKind.PRINCIPAL
    if kind == "Federated":
        return TrustedKind.SAML if ":saml-provider/" in value else TrustedKind.OIDC
    return TrustedKind.SERVICE if kind == "Service" else TrustedKind.CANONICAL


def _account(kind: str, value: str) -> str:
    """Give the account that an ARN or a bare account id names."""
    if kind not in {"AWS", "Federated"}:
        return ""
    parts = value.split(":")
    named = parts[4] if parts[0] == "arn" and len(parts) > 4 else value  # noqa: PLR2004 - arn:partition:service:region:account
    return named if ACCOUNT.fullmatch(named) else ""


def _words(condition: Condition) -> str:
    key = SPELLINGS.get(condition.key, condition.key)
    if condition.key == EXTERNAL_ID:
        return key
    is_not = " not" if "not" in condition.operator.lower() else ""
    absent = " absent" if condition.operator.lower() == "null" else ""
    return f"{key}{is_not}{absent} {', '.join(condition.values)}"
