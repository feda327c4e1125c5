"""Whoever keeps a phone sees the word of the quarter that is open, and nobody else sees any."""

from datetime import UTC, date, datetime

import pytest

from orgwarden.attestations.calling import CALL, calls_of, keeps_a_phone
from orgwarden.attestations.records import Entry, Kind, Put
from orgwarden.attestations.words import word
from orgwarden.baseline import Baseline
from orgwarden.controls.contacts.phone_answers import QUESTION
from orgwarden.model import Period
from orgwarden.privacy import Veil

A, B = "111111111111", "222222222222"
VEIL = Veil(b"key")
DUE = date(2026, 10, 31)
BASELINE = Baseline.model_validate(
    {
        "people": {
            "anna": {"name": "Anna"},
            "bjorn": {"name": "Bjorn", "sign_in": "4"},
            "chen": {"name": "Chen"},
        },
        "custody": {"phone": {"place": "desk", "people": ("bjorn",)}},
        "attestations": {"called_accounts": {B: ("bjorn", "chen")}},
    }
)


def put(record, *accounts, period="2026-Q4", due=DUE):
    at = datetime(2026, 10, 1, tzinfo=UTC)
    record.put(
        Put(organization="o-1", period=period, question=CALL, about=account, person="anna", due=due, at=at)
        for account in accounts
    )


def answer(record, period="2026-Q4", *, signed=True):
    told = {
        "organization": "o-1",
        "period": period,
        "question": CALL,
        "about": A,
        "at": datetime(2026, 10, 5, tzinfo=UTC),
    }
    one = record.add(Entry(**told, kind=Kind.ANSWER, by="anna", source="1"))
    if signed:
        record.add(Entry(**told, kind=Kind.SIGN_OFF, by="bjorn", of=one.number, source="2"))


def shown(record, sign_in="4", day=DUE, baseline=BASELINE):
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    found = calls_of(sign_in, baseline=baseline, veil=VEIL, attestations=record, clock=lambda: now)
    return {call.account: call.word for call in found}


def test_the_question_is_that_of_the_control():
    assert QUESTION.id == CALL


def test_whoever_keeps_a_phone_sees_its_word_by_their_sign_in_and_of_no_other(record):
    put(record, A, B)
    words = {account: word(VEIL.key, Period("2026-Q4"), account) for account in (A, B)}
    assert shown(record) == words
    assert shown(record, "chen") == {B: words[B]}


@pytest.mark.parametrize("sign_in", ["anna", "bjorn", "zoe", "", "admin"])
def test_nobody_else_sees_any(record, sign_in):
    put(record, A, B)
    assert shown(record, sign_in) == {}
    assert not keeps_a_phone(sign_in, BASELINE)


def test_before_anybody_asks_there_is_none(record):
    assert shown(record) == {}
    assert shown(record, baseline=None) == {}
    assert not keeps_a_phone("4", None)


def test_past_the_day_it_is_shown_until_the_answer_is_signed(record):
    put(record, A)
    late = date(2026, 11, 15)
    assert set(shown(record, day=late)) == {A}
    answer(record, signed=False)
    assert set(shown(record, day=late)) == {A}


def test_what_is_answered_and_signed_is_over_once_its_day_has_passed(record):
    put(record, A)
    answer(record)
    assert set(shown(record)) == {A}
    assert shown(record, day=date(2026, 11, 1)) == {}


def test_the_word_of_an_earlier_quarter_is_not_shown(record):
    put(record, A, B)
    answer(record)
    put(record, A, period="2027-Q1", due=date(2027, 1, 31))
    assert shown(record, day=date(2027, 1, 2)) == {A: word(VEIL.key, Period("2027-Q1"), A)}
