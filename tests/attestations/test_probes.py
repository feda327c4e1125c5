"""A mailbox has one message a quarter, whatever is broken off and repeated; what became of it is noted with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orgwarden.attestations.links import new_probe
from orgwarden.attestations.probes import Probe
from orgwarden.parts.probed import Delivery

AT = datetime(2026, 10, 1, 7, 5, tzinfo=UTC)
PROBE = Probe(
    number="0" * 32, organization="o-1", period="2026-Q4", mailbox="m-1", masked="a•••@corp.example", made_at=AT,
    due=date(2026, 10, 31),
)  # fmt: skip


@pytest.fixture
def probes(record):
    return record.probes


def test_a_message_is_noted_before_it_is_sent_and_once_a_quarter(probes):
    assert probes.make(PROBE) == PROBE
    again = replace(PROBE, number=new_probe(), made_at=AT + timedelta(hours=1))
    assert probes.make(again) == PROBE
    assert probes.all("o-1") == [PROBE]


@pytest.mark.parametrize("changed", [{"period": "2027-Q1"}, {"mailbox": "m-2"}, {"organization": "o-2"}])
def test_another_quarter_mailbox_or_organization_has_a_message_of_its_own(probes, changed):
    probes.make(PROBE)
    other = replace(PROBE, number=new_probe(), **changed)
    assert probes.make(other) == other
    assert probes.of(other.number) == other
    assert len(probes.all("o-1")) + len(probes.all("o-2")) == 2


def test_what_became_of_a_message_stands_with_it(probes):
    probes.make(PROBE)
    probes.lost(PROBE.number, Delivery.UNREACHABLE, "ConnectionRefusedError", AT)
    assert probes.of(PROBE.number).outcome is Delivery.UNREACHABLE
    probes.sent(PROBE.number, AT + timedelta(days=40), date(2026, 11, 17))
    sent = probes.of(PROBE.number)
    assert (sent.outcome, sent.text, sent.due) == (Delivery.SENT, "", date(2026, 11, 17))
    probes.lost(PROBE.number, Delivery.REFUSED, "550 nobody", AT + timedelta(days=41))
    back = probes.of(PROBE.number)
    assert (back.outcome, back.text) == (Delivery.REFUSED, "550 nobody")
    assert (back.sent_at, back.decided_at) == (AT + timedelta(days=40), AT + timedelta(days=41))


def test_there_is_no_message_of_a_number_that_nobody_made(probes):
    assert probes.of(new_probe()) is None


def test_mailboxes_go_by_the_hashes_of_a_new_key(probes):
    probes.make(PROBE)
    probes.rekey("o-1", {"m-1": "m-9", "m-2": "m-8"})
    assert [one.mailbox for one in probes.all("o-1")] == ["m-9"]
