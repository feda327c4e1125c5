"""A phone is called where the management account's and those that the baseline names are; answered by a custodian."""

import pytest

from orgwarden.parts.attested import ANSWERED, key_of
from orgwarden.parts.custody import CALLED_PHONES
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.attested_worlds import answered, attested
from tests.governance_worlds import account
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "contacts.phone_answers"
CALLED = {CALLED_PHONES: {"*": {B: ("anna",)}}}
RIGHT = {"how": "a custodian answered", "word": "the word of this call"}


def told(about=A, **form):
    return {ANSWERED: {key_of(CONTROL, about): answered({**RIGHT, **form})}}


def test_the_management_account_is_called_and_each_account_that_is_named():
    assert set(statuses(CONTROL, attested())) == {(A, "")}
    found = statuses(CONTROL, attested({**CALLED, **told(B)}))
    assert found == {(A, ""): "PASS", (B, ""): "PASS"}


def test_the_management_account_that_is_named_too_is_called_once():
    found = statuses(CONTROL, attested({CALLED_PHONES: {"*": {A: ("anna",)}}}))
    assert found == {(A, ""): "PASS"}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"word": "another word"}, "whoever answered did not know the word of the call"),
        ({"how": "nobody answered", "word": ""}, "nobody answered"),
        ({"how": "a voicemail answered", "word": ""}, "a voicemail answered"),
        ({"how": "the number is out of service", "word": ""}, "the number is out of service"),
        ({"how": "somebody else answered", "word": ""}, "somebody answered who is no custodian"),
    ],
)
def test_a_call_that_reached_no_custodian_deviates(form, why):
    found = verdicts(CONTROL, attested(told(**form)))[A, ""]
    assert (found.status, found.reason) == ("FAIL", why)


def test_a_closed_account_is_called_no_more():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, attested({**CALLED, **closed}))[B, ""] == "NOT_APPLICABLE"


def test_an_account_that_is_not_there_is_unknown_with_what_to_correct():
    found = verdicts(CONTROL, attested({CALLED_PHONES: {"*": {"9" * 12: ("anna",)}}}))["9" * 12, ""]
    assert (found.status, found.cause) == (
        "UNKNOWN", "no such account was read: correct attestations.called_accounts in the baseline",
    )  # fmt: skip


@pytest.mark.parametrize("part", [ACCOUNTS, CALLED_PHONES], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    found = verdicts(CONTROL, attested({CALLED_PHONES: {"*": {"9" * 12: ("anna",)}}}, gap(part)))
    assert {one.cause for one in found.values() if one.status == "UNKNOWN"} == {"AccessDenied"}
