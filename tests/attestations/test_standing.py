"""The last answer that counts, held against a slow reading of the rule."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.asking import Asks, Question
from orgwarden.attestations.quarters import after, due
from orgwarden.attestations.records import FIRST, Entry, Kind, Put, Recorded
from orgwarden.attestations.standing import answered_rows, asked_rows, drill_rows, use_rows
from orgwarden.controls.root.access_drill_current import QUESTION as DRILL
from orgwarden.model import Period
from tests.attested_worlds import sound_form

QUARTERS = ("2026-Q3", "2026-Q4", "2027-Q1")
TWO, ONE = (
    Question(id=id_, asks=Asks.PHONE, text="", evidence="", fields=(), needs_second=id_ == "two")
    for id_ in ("two", "one")
)
QUESTIONS = {"two": TWO, "one": ONE}


def due_after(period, many):
    return due(after(Period(period), many), 30)


def entry(number, question, period, by, *, of=None):
    kind = Kind.ANSWER if of is None else Kind.SIGN_OFF
    told = Entry(
        organization="o-1", period=period, question=question, about="a", kind=kind, by=by,
        at=datetime(2026, 10, 1, tzinfo=UTC), of=of, source=str(number),
    )  # fmt: skip
    return Recorded(number=number, entry=told, previous=FIRST, digest="")


@st.composite
def records(draw):
    found = []
    for number in range(1, draw(st.integers(1, 9))):
        question, period = draw(st.sampled_from(("one", "two"))), draw(st.sampled_from(QUARTERS))
        answers = [one for one in found if one.entry.kind is Kind.ANSWER and one.entry.question == question]
        unsigned = [one for one in answers if one.number not in {other.entry.of for other in found}]
        by = draw(st.sampled_from(("anna", "bjorn")))
        signs = [one for one in unsigned if one.entry.by != by]
        if signs and draw(st.booleans()):
            of = draw(st.sampled_from(signs))
            found.append(entry(number, question, of.entry.period, by, of=of.number))
        else:
            found.append(entry(number, question, period, by))
    return found


@given(records())
def test_the_answer_of_the_latest_quarter_that_was_signed_where_it_needs_to_be_counts(found):
    rows = answered_rows(found, QUESTIONS, due_after=due_after)
    for question in QUESTIONS:
        best = None
        for one in found:
            is_signed = any(other.entry.of == one.number for other in found)
            is_ours = one.entry.question == question and one.entry.kind is Kind.ANSWER
            counts = is_ours and (question == "one" or is_signed)
            if counts and (best is None or one.entry.period >= best.entry.period):
                best = one
        row = rows.get(f"{question}/a")
        assert (row is None) == (best is None)
        if row is not None and best is not None:
            assert (row.period, row.by) == (best.entry.period, best.entry.by)
            assert row.until == due_after(best.entry.period, 1)
            assert row.signed_by != row.by


def test_one_who_signed_their_own_answer_behind_our_back_signed_nothing():
    found = [entry(1, "two", "2026-Q4", "anna"), entry(2, "two", "2026-Q4", "anna", of=1)]
    assert answered_rows(found, QUESTIONS, due_after=due_after) == {}


def test_a_question_that_is_no_more_has_no_row():
    assert answered_rows([entry(1, "gone", "2026-Q4", "anna")], QUESTIONS, due_after=due_after) == {}


def test_what_was_asked_is_told_from_the_first_quarter_to_the_last():
    def put(period, person):
        return Put(
            organization="o-1", period=period, question="one", about="a", person=person,
            due=due(Period(period), 30), at=datetime(2026, 7, 1, tzinfo=UTC),
        )  # fmt: skip

    row = asked_rows([put("2026-Q4", "bjorn"), put("2026-Q3", "anna")])["one/a"]
    assert (row.first, row.first_due, row.last, row.last_due, row.person) == (
        "2026-Q3", date(2026, 7, 31), "2026-Q4", date(2026, 10, 31), "bjorn",
    )  # fmt: skip


def drilled(number, period, by="anna", **form):
    one = entry(number, DRILL.id, period, by)
    return replace(one, entry=replace(one.entry, form={**sound_form(DRILL), **form}))


def signed(number, of, by="bjorn"):
    return entry(number, DRILL.id, "2026-Q4", by, of=of)


def drills(*records):
    return drill_rows(records, {DRILL.id: DRILL})


def test_a_drill_that_was_signed_counts_and_of_two_of_a_quarter_the_last():
    assert drills(drilled(1, "2026-Q4")) == {}
    found = drills(
        drilled(1, "2026-Q4"), drilled(2, "2026-Q4", record="OPS-2"), drilled(3, "2026-Q4", record="OPS-3"),
        drilled(4, "2027-Q1", record="OPS-4"), signed(5, 2), signed(6, 1), signed(7, 4), signed(8, 3, "anna"),
    )  # fmt: skip
    assert {key: one.uses[0].reference for key, one in found.items()} == {"a/2026-Q4": "OPS-2", "a/2027-Q1": "OPS-4"}
    assert [one.reference for one in use_rows(found)["a"]] == ["OPS-2", "OPS-4"]
