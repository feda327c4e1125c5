"""Reads the resource policy of an organization: who may manage its policies from outside the management account.

Organizations User Guide, "Delegated administrator for AWS Organizations".
"""

import re

from orgwarden.aws.documents import statements

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


def delegates(text: str) -> tuple[str, ...]:
    """Give the accounts (by id) and other principals (by ARN) that manage policies; ``ValueError``: no policy."""
    managing = (one for one in statements(text) if one.is_allow and any(map(one.is_about, MANAGING)))
    return tuple(sorted({_who(value) for statement in managing for _, value in statement.principals}))


def _who(value: str) -> str:
    """Give the account of an account's ARN, else the principal as written."""
    named = ROOT_ARN.fullmatch(value)
    return named["account"] if named else value
