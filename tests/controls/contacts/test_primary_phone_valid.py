import pytest

from orgwarden.parts.contacts import PRIMARY_CONTACTS
from orgwarden.parts.declared import TOLL_FREE_ALLOWED
from tests.worlds import VAULT, B, gap, primary, statuses, verdicts, world

CONTROL = "contacts.primary_phone_valid"
TOLL_FREE, PREMIUM = "+1 800 555 0247", "+1 900 555 0247"


def said_of(number: str | None, **more):
    return verdicts(CONTROL, world({PRIMARY_CONTACTS: {B: primary(number)}, **more.get("parts", {})}))[B, ""]


def test_a_number_that_can_be_somebodys_passes():
    assert said_of(VAULT).status == "PASS"


def test_an_account_without_contact_information_deviates_as_missing():
    said = said_of(None)
    assert said.status == "FAIL"
    assert "missing" in said.reason


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("reception", "no phone number"),
        ("+1 202 055 0247", "impossible"),
        ("+1 202 555 02", "impossible"),
        ("+1 000 000 0000", "placeholder"),
        ("+1 202 123 4567", "placeholder"),
        ("+1 202 555 0123", "fiction"),
        (PREMIUM, "premium"),
    ],
)
def test_a_number_that_is_nobodys_deviates_and_is_shown_masked(number, word):
    said = said_of(number)
    assert said.status == "FAIL"
    assert word in said.reason
    assert "•••" in said.evidence["number"]


def test_a_toll_free_number_deviates_where_the_baseline_forbids_it():
    assert said_of(TOLL_FREE).status == "PASS"
    assert said_of(TOLL_FREE, parts={TOLL_FREE_ALLOWED: {"*": False}}).status == "FAIL"


def test_the_setting_is_needed_for_toll_free_numbers_alone():
    seen = world({PRIMARY_CONTACTS: {B: primary(TOLL_FREE)}}, gap(TOLL_FREE_ALLOWED))
    assert set(statuses(CONTROL, seen).values()) == {"PASS", "UNKNOWN"}
