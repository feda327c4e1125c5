"""Two different people make a message count; one who clicks twice is one."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.attestations.confirming import confirmation, confirmed, probe_rows
from orgwarden.attestations.probes import Probe
from orgwarden.attestations.quarters import after, due
from orgwarden.attestations.records import FIRST, Recorded
from orgwarden.attestations.standing import answered_rows
from orgwarden.flows.access_validation import questions
from orgwarden.model import Period
from orgwarden.parts.probed import Delivery

AT = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
QUARTERS = ("2026-Q3", "2026-Q4", "2027-Q1")


def due_after(period, many):
    return due(after(Period(period), many), 30)


def probe(period, mailbox="m-1", **changed):
    usual = {"outcome": Delivery.SENT, "sent_at": AT, "due": due(Period(period), 30)}
    return Probe(
        number=f"{mailbox}-{period}", organization="o-1", period=period, mailbox=mailbox, masked="a•••@corp.example",
        made_at=AT, **{**usual, **changed},
    )  # fmt: skip


def clicks(*pairs):
    return [
        Recorded(number=n, entry=confirmation(one, person, AT), previous=FIRST, digest="")
        for n, (one, person) in enumerate(pairs, 1)
    ]


def rows(probes, records):
    return probe_rows(probes, records, due_after=due_after)


def test_who_confirmed_stands_with_the_message_each_once(record):
    one = probe("2026-Q4")
    for person in ("bjorn", "anna", "anna"):
        record.add(confirmation(one, person, AT))
    assert confirmed(record.entries("o-1")) == {one.number: ("anna", "bjorn")}
    assert len(record.entries("o-1")) == 2


def test_a_confirmation_is_no_answer_to_a_form():
    assert answered_rows(clicks((probe("2026-Q4"), "anna")), questions(), due_after=due_after) == {}


def test_a_message_that_two_people_confirmed_counts_until_the_next_one_is_due():
    found = rows([probe("2026-Q4")], clicks((probe("2026-Q4"), "bjorn"), (probe("2026-Q4"), "anna")))["m-1"]
    assert (found.last.period, found.last.by, found.last.until) == ("2026-Q4", ("anna", "bjorn"), date(2027, 1, 31))


def test_the_newest_message_is_told_with_the_last_one_that_counts():
    old, new = probe("2026-Q4"), probe("2027-Q1", outcome=Delivery.REFUSED, text="550 nobody", sent_at=None)
    found = rows([new, old], clicks((old, "anna"), (old, "bjorn"), (new, "anna")))["m-1"]
    assert (found.period, found.delivery, found.text, found.sent) == ("2027-Q1", "refused", "550 nobody", None)
    assert (found.confirmed_by, found.last.period) == (("anna",), "2026-Q4")


@given(
    st.sets(st.tuples(st.sampled_from(QUARTERS), st.sampled_from(("m-1", "m-2")))),
    st.lists(st.tuples(st.sampled_from(QUARTERS), st.sampled_from(("m-1", "m-2")), st.sampled_from("abc"))),
)
def test_a_mailbox_holds_by_the_last_quarter_in_which_two_different_people_confirmed(made, pressed):
    probes = [probe(*one) for one in made]
    found = rows(probes, clicks(*((probe(period, mailbox), who) for period, mailbox, who in pressed)))
    assert found.keys() == {mailbox for _, mailbox in made}
    for mailbox, row in found.items():
        quarters = sorted(period for period, of in made if of == mailbox)
        people = {q: {who for period, of, who in pressed if (period, of) == (q, mailbox)} for q in quarters}
        held = [q for q in quarters if len(people[q]) >= 2]
        assert row.period == quarters[-1]
        assert set(row.confirmed_by) == people[quarters[-1]]
        assert (row.last.period if row.last else None) == (held[-1] if held else None)
