"""Entries are added once and never changed; what was changed is found; nobody signs their own answer."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, update

from orgwarden.attestations.records import FIRST, Entry, Kind, Put, broken_at, digest_of
from orgwarden.errors import BadInput
from orgwarden.findings.tables import ATTESTATIONS

AT = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
ANSWER = Entry(
    organization="o-1", period="2026-Q4", question="root.password", about="", kind=Kind.ANSWER, by="anna", at=AT,
    form={"kept": "offline"}, source="run/ask/0/1",
)  # fmt: skip


def signature(of, by="bjorn", source="run/sign/0/1", **changed):
    return replace(ANSWER, kind=Kind.SIGN_OFF, by=by, of=of, form={}, source=source, **changed)


def test_an_entry_is_kept_as_it_was_said(record):
    added = record.add(ANSWER)
    assert (added.entry, added.previous) == (ANSWER, FIRST)
    assert record.entries("o-1") == [added]
    assert record.entries("o-2") == []


def test_one_act_adds_one_entry_however_often_it_is_told(record):
    first = record.add(ANSWER)
    assert record.add(ANSWER) == first
    assert record.add(replace(ANSWER, form={"kept": "online"})) == first
    assert len(record.entries("o-1")) == 1


def test_a_correction_stands_beside_what_it_corrects(record):
    record.add(ANSWER)
    record.add(replace(ANSWER, form={"kept": "online"}, source="run/ask/0/2"))
    assert [one.entry.form["kept"] for one in record.entries("o-1")] == ["offline", "online"]


def test_each_entry_follows_on_the_one_before_and_organizations_have_chains_of_their_own(record):
    added = [record.add(replace(ANSWER, source=str(n), organization=f"o-{n % 2}")) for n in range(4)]
    assert [one.previous for one in added] == [FIRST, FIRST, added[0].digest, added[1].digest]
    assert broken_at(record.entries("o-0")) is broken_at(record.entries("o-1")) is None


@pytest.mark.parametrize(
    "changed",
    [{"by": "zoe"}, {"form": {"kept": "online"}}, {"period": "2027-Q1"}, {"at": AT.replace(hour=9)}, {"of": 7}],
    ids=lambda changed: next(iter(changed)),
)
def test_an_entry_that_was_changed_behind_our_back_is_found(record, engine, changed):
    added = [record.add(replace(ANSWER, source=str(n))) for n in range(3)]
    with engine.begin() as connection:
        connection.execute(update(ATTESTATIONS).where(ATTESTATIONS.c.number == added[1].number).values(**changed))
    broken = broken_at(record.entries("o-1"))
    assert broken is not None
    assert broken.number == added[1].number


def test_an_entry_that_was_removed_is_found(record, engine):
    added = [record.add(replace(ANSWER, source=str(n))) for n in range(3)]
    with engine.begin() as connection:
        connection.execute(delete(ATTESTATIONS).where(ATTESTATIONS.c.number == added[1].number))
    broken = broken_at(record.entries("o-1"))
    assert broken is not None
    assert broken.number == added[2].number


def test_the_order_of_a_form_is_no_difference():
    one, other = ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    assert digest_of(replace(ANSWER, form=one), FIRST) == digest_of(replace(ANSWER, form=other), FIRST)


def test_somebody_else_signs_and_once(record):
    answer = record.add(ANSWER)
    signed = record.add(signature(answer.number))
    assert record.add(signature(answer.number)) == signed
    with pytest.raises(BadInput, match="is signed off already"):
        record.add(signature(answer.number, by="chen", source="run/sign/1/1"))


@pytest.mark.parametrize(
    ("of", "changed", "why"),
    [
        (0, {"by": "anna"}, "anna answered root.password: have somebody else sign it off"),
        (1, {}, "there is no answer"),
        (0, {"question": "root.phone"}, "there is no answer"),
        (0, {"about": "111111111111"}, "there is no answer"),
        (0, {"organization": "o-2"}, "there is no answer"),
    ],
)
def test_what_nobody_can_sign_is_refused_and_leaves_no_trace(record, of, changed, why):
    answer = record.add(ANSWER)
    with pytest.raises(BadInput, match=why):
        record.add(signature(answer.number + of, **changed))
    assert len(record.entries("o-1")) == 1


def test_what_was_asked_is_kept_by_quarter_and_may_go_to_another_person(record):
    put = Put(
        organization="o-1", period="2026-Q4", question="root.password", about="", person="anna",
        due=date(2026, 10, 31), at=AT,
    )  # fmt: skip
    record.put([put])
    record.put([replace(put, person="bjorn", due=date(2030, 1, 1)), replace(put, period="2027-Q1")])
    assert record.asked("o-1") == [replace(put, person="bjorn"), replace(put, period="2027-Q1")]
    assert record.asked("o-2") == []
