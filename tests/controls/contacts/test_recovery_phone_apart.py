import pytest

from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS
from tests.worlds import VAULT, A, B, alternate, gap, primary, statuses, verdicts, world

CONTROL = "contacts.recovery_phone_apart"
COPY_IN_MEMBER = {PRIMARY_CONTACTS: {B: primary("+1 (202) 555-0247 ext. 7")}}
COPY_IN_SLOT = {ALTERNATE_CONTACTS: {f"{A}/BILLING": alternate(number=VAULT)}}


def test_a_number_that_stands_nowhere_else_passes():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS"}


@pytest.mark.parametrize(("parts", "place"), [(COPY_IN_MEMBER, B), (COPY_IN_SLOT, f"{A}/BILLING")])
def test_a_copy_deviates_however_it_is_spelled_and_its_place_is_told(parts, place):
    said = verdicts(CONTROL, world(parts))[A, ""]
    assert said.status == "FAIL"
    assert said.evidence["also_in"] == (place,)


@pytest.mark.parametrize("part", [ACCOUNTS, PRIMARY_CONTACTS, ALTERNATE_CONTACTS], ids=lambda part: part.name)
def test_it_passes_only_when_every_contact_was_read(part):
    assert statuses(CONTROL, world(gaps=gap(part, "333333333333"))) == {(A, ""): "UNKNOWN"}


def test_a_copy_already_seen_deviates_whatever_else_is_unread():
    assert statuses(CONTROL, world(COPY_IN_MEMBER, gap(ALTERNATE_CONTACTS))) == {(A, ""): "FAIL"}
    assert statuses(CONTROL, world(COPY_IN_SLOT, gap(PRIMARY_CONTACTS, B))) == {(A, ""): "FAIL"}


def test_without_a_number_it_is_not_applicable_and_says_who_judges_that():
    said = verdicts(CONTROL, world({PRIMARY_CONTACTS: {A: primary(None)}}))[A, ""]
    assert said.status == "NOT_APPLICABLE"
    assert "contacts.primary_phone_valid" in said.reason


def test_an_unread_recovery_number_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(PRIMARY_CONTACTS, A))) == {(A, ""): "UNKNOWN"}
