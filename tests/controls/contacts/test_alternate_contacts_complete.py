from orgwarden.parts.contacts import ALTERNATE_CONTACTS
from orgwarden.parts.declared import REQUIRED_CONTACTS
from tests.worlds import A, B, gap, statuses, verdicts, world

CONTROL = "contacts.alternate_contacts_complete"
NO_BILLING = {ALTERNATE_CONTACTS: {f"{B}/BILLING": None}}


def test_an_account_with_all_required_contacts_passes():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_missing_contacts_deviate_and_are_listed():
    seen = world({ALTERNATE_CONTACTS: {f"{B}/BILLING": None, f"{B}/SECURITY": None}})
    assert verdicts(CONTROL, seen)[B, ""].evidence == {"missing": ("BILLING", "SECURITY")}
    assert statuses(CONTROL, seen) == {(A, ""): "PASS", (B, ""): "FAIL"}


def test_a_contact_that_is_not_required_may_be_missing():
    seen = world({**NO_BILLING, REQUIRED_CONTACTS: {"*": ("SECURITY",)}})
    assert statuses(CONTROL, seen)[B, ""] == "PASS"


def test_an_unread_slot_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(ALTERNATE_CONTACTS, f"{B}/SECURITY")))[B, ""] == "UNKNOWN"


def test_a_contact_seen_missing_deviates_even_when_another_slot_is_unread():
    assert statuses(CONTROL, world(NO_BILLING, gap(ALTERNATE_CONTACTS, f"{B}/SECURITY")))[B, ""] == "FAIL"
