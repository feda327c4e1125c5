"""Reads service control policies: which statement stands in the way of central root sessions, and what restricts.

A session that sts:AssumeRoot opens in a member account acts as its root user, so a guardrail that denies root denies
it too, unless it looks at ``aws:AssumedRoot``. Most guardrails mean others, and only say so by conditions of which
nobody knows beforehand whether they hold: those are no obstacle. One that names root is one as soon as it may hold.
Keys and their values: IAM User Guide, "AWS global condition context keys" and "Principal key values".
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from orgwarden.aws.conditions import Context, may_hold, surely_hold
from orgwarden.aws.documents import ANY, Condition, Statement, covers, overlap, statements

BUCKETS, QUEUES = "arn:aws:s3:::*", "arn:aws:sqs:*"
# What the task policies of sts:AssumeRoot allow (arn:aws:iam::aws:policy/root-task/…), on the root user itself …
OF_ROOT_ITSELF = (
    "iam:ListAccessKeys",
    "iam:ListSigningCertificates",
    "iam:ListMFADevices",
    "iam:GetLoginProfile",
    "iam:GetUser",
    "iam:GetAccessKeyLastUsed",
    "iam:CreateLoginProfile",
    "iam:DeleteLoginProfile",
    "iam:DeleteAccessKey",
    "iam:DeleteSigningCertificate",
    "iam:DeleteVirtualMFADevice",
    "iam:DeactivateMFADevice",
)
# … and on anything else; the account's summary is no resource of its own.
TASKS: tuple[tuple[str, str], ...] = (
    ("iam:GetAccountSummary", ANY),
    ("s3:PutBucketPolicy", BUCKETS),
    ("s3:DeleteBucketPolicy", BUCKETS),
    ("sqs:SetQueueAttributes", QUEUES),
)
WHO = frozenset({"aws:principalarn", "aws:principaltype", "aws:userid", "aws:username", "aws:assumedroot"})
# Tags of the principal: a root user has none.
PRINCIPAL_TAG = "aws:principaltag/"
# What of a root session differs between two accounts, beside the resources: all of it by the account's id.
BY_ACCOUNT = frozenset({"aws:principalarn", "aws:principalaccount", "aws:resourceaccount", "aws:userid"})
LITERAL = re.compile(r"(?:for(?:any|all)values?:)?(?:string|arn|bool|null)", re.IGNORECASE)
ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
DIGIT = re.compile(r"\d")
NOBODY_ELSES: Context = {
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalServiceName": None,
    "aws:PrincipalServiceNamesList": None,
    "aws:ViaAWSService": "false",
    "aws:CalledVia": None,
    "aws:CalledViaFirst": None,
    "aws:CalledViaLast": None,
    "aws:FederatedProvider": None,
    "aws:SourceAccount": None,
    "aws:SourceArn": None,
    "aws:SourceOrgID": None,
    "aws:SecureTransport": "true",
}


def denies_root(text: str, account: str) -> tuple[str, ...]:
    """Name the Deny statements that stop a session of sts:AssumeRoot in an account from one of its tasks.

    Each by its Sid, else as ``statement 2``. Judged for an account that the policy reaches; the management account is
    never one. Raises ``ValueError`` for what is no policy.
    """
    listed = enumerate(statements(text), start=1)
    return tuple(one.sid or f"statement {place}" for place, one in listed if _denies(one, account))


def denials_of_root(text: str, accounts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Give what ``denies_root`` names, by account, where it names anything. Raises ``ValueError`` as that does.

    Accounts that the policy cannot tell apart are judged once: it reaches thousands, and names few.
    """
    named = _accounts_named(text)
    judged: dict[str, tuple[str, ...]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for account in accounts:
        alike = account if named is None or account in named else ""
        if alike not in judged:
            judged[alike] = denies_root(text, account)
        if judged[alike]:
            found[account] = judged[alike]
    return found


def is_beyond_full_access(text: str) -> bool:
    """Say whether a policy restricts anything: ``Allow * on *`` alone does not. ``ValueError``: it is no policy."""
    listed = statements(text)
    if any(not one.is_allow for one in listed):
        return True
    return bool(listed) and not any(
        ANY in one.actions and ANY in one.resources and not one.conditions for one in listed
    )


def _denies(statement: Statement, account: str) -> bool:
    if statement.is_allow:
        return False
    session = _session(account, statement.conditions)
    names_root = any(_tells_root_apart(condition, session, account) for condition in statement.conditions)
    applies = may_hold if names_root else surely_hold
    return applies(statement.conditions, session) and any(
        statement.is_about(action) and _has_resource(statement, resource, names_root=names_root)
        for action, resource in _tasks(account)
    )


def _accounts_named(text: str) -> frozenset[str] | None:
    """Give the accounts that a policy may judge otherwise than all others; None: it may tell any two apart."""
    written = [one for statement in statements(text) for one in _about_accounts(statement)]
    if any(DIGIT.search(ACCOUNT.sub("", one)) for one in written):
        return None
    return frozenset(account for one in written for account in ACCOUNT.findall(one))


def _about_accounts(statement: Statement) -> Iterator[str]:
    """Give what a statement says that may fit one account and not another; an order of numbers fits by any digit."""
    yield from (*statement.resources, *statement.not_resources)
    for condition in statement.conditions:
        if condition.key in BY_ACCOUNT:
            yield from condition.values if LITERAL.match(condition.operator) else ("0",)


def _session(account: str, conditions: Iterable[Condition]) -> Context:
    """Give what AWS tells of a request that a session of sts:AssumeRoot makes."""
    untagged = {one.key: None for one in conditions if one.key.startswith(PRINCIPAL_TAG)}
    return {
        **NOBODY_ELSES,
        **untagged,
        "aws:PrincipalArn": _root(account),
        "aws:PrincipalAccount": account,
        "aws:ResourceAccount": account,
        "aws:PrincipalType": "Account",
        "aws:userid": account,
        "aws:username": None,
        "aws:AssumedRoot": "true",
    }


def _tells_root_apart(condition: Condition, session: Context, account: str) -> bool:
    """Say whether a condition is one on who asks that holds for root and not for a role."""
    role: Mapping[str, str | None] = {
        "aws:PrincipalArn": f"arn:aws:iam::{account}:role/somebody",
        "aws:PrincipalType": "AssumedRole",
        "aws:userid": "AROASOMEBODY:session",
        "aws:username": None,
        "aws:AssumedRoot": None,
    }
    return condition.key in WHO and surely_hold((condition,), session) and not may_hold((condition,), role)


def _tasks(account: str) -> Iterable[tuple[str, str]]:
    return (*((action, _root(account)) for action in OF_ROOT_ITSELF), *TASKS)


def _has_resource(statement: Statement, resource: str, *, names_root: bool) -> bool:
    """Say whether a statement holds for a resource: for all of its kind, or, where it names root, for one of them."""
    if statement.not_resources:
        return not any(covers(pattern, resource) for pattern in statement.not_resources)
    fits = overlap if names_root else covers
    return not statement.resources or any(fits(pattern, resource) for pattern in statement.resources)


def _root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"
