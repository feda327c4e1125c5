"""What whoever looks first is told of what they do not see, and of what would show more."""

import pytest

from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Caller, Standing
from orgwarden.flows.standpoint import AGAIN, DECLARE, NOT_ASKED, THERE, more, told_cause
from orgwarden.population.tree import UNREADABLE
from tests.worlds import A

OWNER = Caller(account=A, standing=Standing.MANAGEMENT, features="ALL", trusted=(ACCOUNT_MANAGEMENT,))
NONE_MORE = "No credentials see more"
DENIED = "iam:ListUsers was denied (AccessDenied): grant it to the role that collects"


@pytest.mark.parametrize(
    "cause",
    [
        UNREADABLE,
        "it cannot be understood: Expecting value: line 1 column 1 (char 0)",
        "organizations:DescribePolicy gave a policy that does not parse",
        "iam:GetCredentialReport gave a report without the root user",
        "AWS does not say when the password was changed",
        "AWS answered no verification status",
    ],
)
def test_nobody_is_sent_to_look_again_at_what_cannot_be_read(cause: str):
    assert told_cause(cause, OWNER) == (cause, THERE)


@pytest.mark.parametrize("cause", ["iam:ListUsers gave no answer", "iam:ListUsers failed (InternalFailure)"])
def test_a_fault_that_may_pass_is_worth_another_look(cause: str):
    assert told_cause(cause, OWNER) == (cause, AGAIN)


@pytest.mark.parametrize("unlock", [told_cause(DENIED, OWNER)[1], AGAIN, NOT_ASKED])
def test_while_anything_is_left_that_unlocks_more_nobody_is_told_that_nothing_does(unlock: str):
    told = list(more(OWNER, {unlock: 3, THERE: 1}, is_listed=True))
    assert not any(NONE_MORE in line for line in told)
    assert any("monthly runs" in line for line in told)


def test_where_nothing_is_left_but_what_is_to_be_declared_or_stands_unreadable_it_is_said():
    told = more(OWNER, {THERE: 1, f"{DECLARE}contacts.numbers in a baseline": 2}, is_listed=True)
    assert any(NONE_MORE in line for line in told)
