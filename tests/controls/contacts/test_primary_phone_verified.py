import pytest

from orgwarden.parts.contacts import PRIMARY_CONTACTS
from tests.worlds import DESK, A, B, gap, phone, primary, verdicts, world


def said_of(*verifications: str):
    contacts = {a: primary(DESK, verification=v) for a, v in zip((A, B), verifications, strict=True)}
    return verdicts("contacts.primary_phone_verified", world({PRIMARY_CONTACTS: contacts}))["", phone(DESK).key]


def test_a_verified_number_passes():
    assert said_of("VERIFIED", "VERIFIED").status == "PASS"


@pytest.mark.parametrize("word", ["UNVERIFIED", "PENDING"])
def test_a_number_that_is_not_verified_in_one_account_deviates(word):
    said = said_of("VERIFIED", word)
    assert said.status == "FAIL"
    assert said.evidence["unverified_in"] == (B,)


def test_a_number_that_aws_never_verifies_is_not_applicable():
    assert said_of("NOT_SUPPORTED", "NOT_SUPPORTED").status == "NOT_APPLICABLE"


def test_a_number_verified_in_one_account_and_not_supported_in_another_passes():
    assert said_of("VERIFIED", "NOT_SUPPORTED").status == "PASS"


def test_without_a_status_in_the_answer_it_is_unknown():
    said = said_of("VERIFIED", "")
    assert said.status == "UNKNOWN"
    assert said.cause == "AWS answered no verification status"


def test_a_contact_that_could_not_be_read_is_unknown_at_its_account():
    said = verdicts("contacts.primary_phone_verified", world(gaps=gap(PRIMARY_CONTACTS, B)))
    assert said[B, ""].status == "UNKNOWN"
    assert said["", phone("+1 202 555 0247").key].status == "PASS"
