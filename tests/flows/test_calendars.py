"""A calendar has what is due to its owner; its address leads to them alone, as long as they are registered."""

import pytest

from orgwarden.errors import BadInput
from orgwarden.flows import calendars
from tests.flows import test_probing
from tests.flows.test_probing import VEIL, Place, declared

# The same ground.
here, read = test_probing.here, test_probing.read
READERS = declared(contacts={"groups": ({"address": "aws@corp.example", "members": ("anna", "bjorn")},)})


def due(here: Place, person: str = "") -> str:
    return calendars.due_days(
        person, store=here.store, baseline=here.baseline, veil=VEIL, attestations=here.attestations,
        clock=lambda: here.now,
    ).replace("\r\n ", "")  # fmt: skip


def test_who_reads_a_mailbox_has_its_message_until_they_confirmed_it(here: Place):
    here.baseline = READERS
    here.send()
    assert "SUMMARY:1 message to mailboxes of root users to confirm\\, 2026-Q4" in due(here, "anna")
    assert "to confirm" not in due(here, "chen")
    here.follow(here.link(), "anna")
    assert "to confirm" not in due(here, "anna")
    assert "to confirm" in due(here, "bjorn")


def test_everybodys_has_all_of_it_and_nothing_that_is_secret(here: Place):
    here.send()
    text = due(here)
    assert "SUMMARY:2 messages to mailboxes of root users to confirm" in text
    assert "SUMMARY:Access validation 2027-Q1 is due" in text
    assert not any(secret in text for secret in ("corp.example", "•", here.link(), "111111111111", "m-"))


def test_somebody_who_is_not_registered_has_none(here: Place):
    with pytest.raises(BadInput, match="'zoe' is nobody who stands under people in the baseline: give one of anna"):
        due(here, "zoe")
    assert calendars.address_of("zoe", baseline=here.baseline, veil=VEIL) == ""


def test_an_address_leads_to_whoever_signs_in_so_as_long_as_they_are_registered(here: Place):
    address = calendars.address_of("4", baseline=here.baseline, veil=VEIL)
    assert calendars.owner_of(address, baseline=here.baseline, veil=VEIL) == "bjorn"
    assert calendars.owner_of(address, baseline=declared(people={"anna": {"name": "Anna"}}), veil=VEIL) == ""
    assert calendars.owner_of(address, baseline=None, veil=VEIL) == ""
