import pytest

from orgwarden.parts.approved import APPROVED_CONTACTS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.worlds import (
    DESK,
    SOC,
    VAULT,
    A,
    B,
    account,
    alternate,
    gap,
    mailbox,
    phone,
    primary,
    statuses,
    verdicts,
    world,
)

CONTROL = "contacts.details_as_reviewed"
HERE = ("", "")
NEW = "333333333333"


def said(parts=None, gaps=None):
    return statuses(CONTROL, world(parts, gaps))[HERE]


def test_contacts_that_are_as_reviewed_pass():
    assert said() == "PASS"


@pytest.mark.parametrize(
    ("changed", "slot"),
    [
        ({ROOT_MAILBOXES: {B: mailbox("eve@corp.example")}}, "ROOT"),
        ({PRIMARY_CONTACTS: {B: primary(SOC)}}, "PRIMARY"),
        ({ALTERNATE_CONTACTS: {f"{B}/SECURITY": alternate("eve@corp.example")}}, "SECURITY"),
        ({ALTERNATE_CONTACTS: {f"{B}/BILLING": alternate(number=VAULT)}}, "BILLING"),
    ],
    ids=["ROOT", "PRIMARY", "mailbox", "number"],
)
def test_another_address_or_number_deviates_and_names_account_and_slot(changed, slot):
    verdict = verdicts(CONTROL, world(changed))[HERE]
    assert (verdict.status, verdict.evidence["accounts"]) == ("FAIL", (B,))
    assert [place.partition(":")[0] for place in verdict.evidence["places"]] == [f"{B} {slot}"]


def test_a_contact_that_was_given_where_there_was_none_deviates():
    assert said({APPROVED_CONTACTS: {f"{B}/SECURITY": None}}) == "FAIL"


def test_a_contact_that_was_merely_taken_away_is_anothers_business():
    assert said({ALTERNATE_CONTACTS: {f"{B}/SECURITY": None}, PRIMARY_CONTACTS: {A: primary(None)}}) == "PASS"


def test_evidence_shows_masks_alone_and_tells_changes_apart_that_look_alike():
    one = verdicts(CONTROL, world({PRIMARY_CONTACTS: {B: primary("+1 202 555 0185")}}))[HERE].evidence
    other = verdicts(CONTROL, world({PRIMARY_CONTACTS: {B: primary("+1 202 555 0385")}}))[HERE].evidence
    assert one["places"] == (f"{B} PRIMARY: {phone(DESK).masked} → {phone(DESK).masked}",) == other["places"]
    assert one != other


def test_an_account_that_is_not_approved_yet_or_closed_is_left_out():
    joined = {ACCOUNTS: {NEW: account(NEW)}, ALTERNATE_CONTACTS: {f"{NEW}/SECURITY": alternate("eve@corp.example")}}
    assert said({**joined, PRIMARY_CONTACTS: {NEW: primary(SOC)}}) == "PASS"
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}, PRIMARY_CONTACTS: {B: primary(SOC)}}
    assert said(closed) == "PASS"


@pytest.mark.parametrize(
    "lost",
    [
        gap(PRIMARY_CONTACTS, B),
        gap(ALTERNATE_CONTACTS, f"{B}/SECURITY"),
        gap(ROOT_MAILBOXES),
        gap(ACCOUNTS, B),
        gap(APPROVED_CONTACTS, f"{B}/ROOT"),
    ],
    ids=repr,
)
def test_a_contact_that_cannot_be_compared_is_unknown_unless_another_was_seen_to_differ(lost):
    assert said(gaps=lost) == "UNKNOWN"
    assert said({PRIMARY_CONTACTS: {A: primary(SOC)}}, lost) == "FAIL"
