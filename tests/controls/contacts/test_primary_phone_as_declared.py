from orgwarden.parts.contacts import PRIMARY_CONTACTS
from orgwarden.parts.declared import DECLARED_NUMBERS
from tests.worlds import DESK, SOC, A, B, gap, phone, primary, statuses, verdicts, world

CONTROL = "contacts.primary_phone_as_declared"


def test_a_declared_number_passes():
    assert statuses(CONTROL, world())["", phone(DESK).key] == "PASS"


def test_a_number_that_nobody_declared_deviates_and_lists_its_accounts():
    said = verdicts(CONTROL, world({PRIMARY_CONTACTS: {A: primary(SOC), B: primary(SOC)}}))["", phone(SOC).key]
    assert said.status == "FAIL"
    assert said.accounts == (A, B)


def test_without_any_declaration_it_is_unknown():
    assert set(statuses(CONTROL, world(gaps=gap(DECLARED_NUMBERS))).values()) == {"UNKNOWN"}
