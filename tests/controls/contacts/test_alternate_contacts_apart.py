from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, ROOT_MAILBOXES
from orgwarden.parts.declared import GROUPS, Group
from tests.worlds import ROOT, B, alternate, gap, mailbox, statuses, verdicts, world

CONTROL = "contacts.alternate_contacts_apart"


def ending_at(address: str, *, root: str = ROOT):
    """Give the parts in which root and all alternates of B have these addresses."""
    slots = {f"{B}/{kind}": alternate(address) for kind in ALTERNATE_TYPES}
    return {ROOT_MAILBOXES: {B: mailbox(root)}, ALTERNATE_CONTACTS: slots}


def declared(address: str, members: int, *, is_ticket_queue: bool = False):
    return {GROUPS: {"*": {mailbox(address).key: Group(members=members, is_ticket_queue=is_ticket_queue)}}}


ONE_PERSON = ending_at("ada+all@corp.example", root="ada@corp.example")


def status(parts, gaps=None) -> str:
    return statuses(CONTROL, world(parts, gaps))[B, ""]


def test_two_different_mailboxes_pass():
    assert status({}) == "PASS"


def test_one_mailbox_for_everything_deviates_sub_addresses_folded():
    said = verdicts(CONTROL, world(ONE_PERSON))[B, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"mailbox": "a•••@corp.example"}


def test_one_good_group_for_everything_passes():
    assert status(ending_at(ROOT)) == "PASS"
    assert status({**ending_at(ROOT), **declared(ROOT, 0, is_ticket_queue=True)}) == "PASS"


def test_a_group_of_one_deviates_and_one_of_unknown_size_is_unknown():
    assert status({**ending_at(ROOT), **declared(ROOT, 1)}) == "FAIL"
    assert status({**ending_at(ROOT), **declared(ROOT, 0)}) == "UNKNOWN"


def test_without_declared_groups_it_is_unknown():
    assert status(ONE_PERSON, gap(GROUPS)) == "UNKNOWN"


def test_one_mailbox_at_a_public_provider_deviates_without_any_declaration():
    assert status(ending_at("a@gmail.com", root="a@gmail.com"), gap(GROUPS)) == "FAIL"


def test_without_alternate_contacts_it_is_not_applicable():
    assert status({ALTERNATE_CONTACTS: {f"{B}/{kind}": None for kind in ALTERNATE_TYPES}}) == "NOT_APPLICABLE"


def test_an_unread_slot_is_unknown():
    assert status(ending_at(ROOT), gap(ALTERNATE_CONTACTS, f"{B}/BILLING")) == "UNKNOWN"
