from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import GROUPS, Group
from tests.worlds import ROOT, B, gap, mailbox, statuses, verdicts, world

CONTROL = "contacts.root_email_is_group"
HERE = ("", mailbox(ROOT).key)


def status(members: int, *, is_ticket_queue: bool = False) -> str:
    group = Group(members=members, is_ticket_queue=is_ticket_queue)
    return statuses(CONTROL, world({GROUPS: {"*": {HERE[1]: group}}}))[HERE]


def test_a_group_of_two_passes():
    assert status(2) == "PASS"


def test_a_ticket_queue_passes_however_many_members_it_has():
    assert status(0, is_ticket_queue=True) == "PASS"


def test_a_group_of_one_deviates():
    assert status(1) == "FAIL"


def test_a_group_of_which_nobody_said_the_size_is_unknown():
    assert status(0) == "UNKNOWN"


def test_a_mailbox_that_is_no_declared_group_deviates_and_is_masked():
    said = verdicts(CONTROL, world({ROOT_MAILBOXES: {B: mailbox("ada@corp.example")}}))
    found = said["", mailbox("ada@corp.example").key]
    assert found.status == "FAIL"
    assert found.evidence == {"accounts": (B,), "mailbox": "a•••@corp.example"}


def test_the_sub_addresses_of_a_group_are_the_group():
    seen = world({ROOT_MAILBOXES: {B: mailbox("aws+prod@corp.example")}})
    assert statuses(CONTROL, seen) == {HERE: "PASS"}


def test_without_declared_groups_it_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(GROUPS))) == {HERE: "UNKNOWN"}
