"""Reads the resource policy of an organization: who may manage its policies from outside the management account.

Organizations User Guide, "Delegated administrator for AWS Organizations".
"""

import re

from orgwarden.aws.documents import Statement, matches, statements

# What makes a delegate the manager of policies, rather than one who reads them.
MANAGING = (
    "organizations:AttachPolicy",
    "organizations:CreatePolicy",
    "organizations:DeletePolicy",
    "organizations:DetachPolicy",
    "organizations:DisablePolicyType",
    "organizations:EnablePolicyType",
    "organizations:UpdatePolicy",
)
ROOT_ARN = re.compile(r"arn:[^:]*:iam::(?P<account>\d{12}):root")


def delegates(text: str) -> tuple[tuple[str, str], ...]:
    """Give each (account id, or ARN of a principal; action) by which somebody manages policies, in order.

    Wildcards stand as the actions that they cover. Raises ``ValueError`` for what is no policy.
    """
    found = {
        (_who(value), action)
        for statement in statements(text)
        if statement.is_allow
        for _, value in statement.principals
        for action in MANAGING
        if _lets(statement, action)
    }
    return tuple(sorted(found))


def uses_forbidden_elements(text: str) -> bool:
    """Say whether a policy uses NotAction or NotResource, which Organizations refuses in policies since 2026-06-30."""
    return any(one.not_actions or one.not_resources for one in statements(text))


def _lets(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not any(matches(pattern, action) for pattern in statement.not_actions)
    return any(matches(pattern, action) for pattern in statement.actions)


def _who(value: str) -> str:
    """Give the account of an account's ARN, else the principal as written."""
    named = ROOT_ARN.fullmatch(value)
    return named["account"] if named else value
