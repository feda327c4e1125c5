import pytest

from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.custody import DEVICES, MAIL_READERS, NAMED_PEOPLE, PASSWORD_CUSTODY, PHONE_CUSTODY
from tests.access_worlds import bare, governed
from tests.custody_worlds import ANNA, BJORN, CHEN, DINA, EMIL, device, devices, password, phone, readers
from tests.worlds import A, gap, verdicts

CONTROL = "root.recovery_needs_two_survives_one"


def said(*parts, gaps=None):
    changed = {part: rows for one in parts for part, rows in one.items()}
    return verdicts(CONTROL, governed(changed, gaps))["", ""]


def test_two_are_needed_and_anyone_may_be_away():
    found = said()
    assert found.status == "PASS"
    assert "password and MFA device bank" in found.evidence["ways"]
    assert "mailbox and phone" in found.evidence["ways"]


@pytest.mark.parametrize(
    ("changed", "way"),
    [
        ((password(CHEN, DINA),), "chen gets in alone, by password and MFA device bank, and 1 more do"),
        ((readers(BJORN, EMIL),), "bjorn gets in alone, by mailbox and MFA device bank"),
        ((readers(EMIL, DINA), devices(bank=device(BJORN, CHEN))), "dina gets in alone, by mailbox and phone"),
    ],
)
def test_whoever_gets_in_alone_is_named_with_the_way(changed, way):
    found = said(*changed)
    assert (found.status, found.reason) == ("FAIL", way)


def test_what_takes_two_opens_to_nobody_alone():
    assert said(password(BJORN, CHEN, together=2)).status == "PASS"


def test_whose_absence_keeps_all_out_is_named():
    found = said(password(ANNA), readers(ANNA))
    assert (found.status, found.reason, found.evidence["needed"]) == ("FAIL", "without anna nobody gets in", (ANNA,))


def test_somebody_alone_is_told_although_other_things_are_not_registered():
    for part in (PHONE_CUSTODY, MAIL_READERS):
        assert said(password(CHEN), gaps=gap(part)).status == "FAIL"


@pytest.mark.parametrize(
    "part", [PASSWORD_CUSTODY, PHONE_CUSTODY, DEVICES, MAIL_READERS, NAMED_PEOPLE], ids=lambda part: part.name
)
def test_what_nobody_registered_is_unknown_for_it_may_open_to_one_alone(part):
    assert said(gaps=gap(part)).status == "UNKNOWN"


def test_a_device_or_a_mailbox_of_which_nobody_said_who_gets_at_it_is_unknown():
    assert "drawer" in said(devices(bank=device(BJORN, CHEN), drawer=device())).reason
    nobodys = bare(MAIL_READERS, {"*": {}})
    (found,) = verdicts(CONTROL, nobodys).values()
    assert (found.status, "who reads the root user's mail" in found.reason) == ("UNKNOWN", True)
    assert said(gaps=gap(ROOT_MAILBOXES, A)).status == "UNKNOWN"


def test_a_reader_whom_nobody_named_may_be_somebody_else_under_another_spelling():
    found = said(readers(EMIL, "anna.berg"))
    assert (found.status, "who anna.berg is" in found.reason) == ("UNKNOWN", True)


def test_without_a_way_in_everybody_is_missing():
    assert said(devices(), phone(ANNA, BJORN, together=2), readers(BJORN)).status == "FAIL"
