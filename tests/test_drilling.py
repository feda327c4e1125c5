"""A form that was checked comes back as the drill that it tells of: its window, its uses, what it said to change."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.asking import LONGEST, problems
from orgwarden.controls.root.access_drill_current import QUESTION
from orgwarden.drilling import DRILL, FIELDS, KINDS, drill_of, window
from orgwarden.parts.attested import DeclaredUse, Lesson
from tests.attested_worlds import sound_form

TODAY = date(2026, 11, 21)
PEOPLE = dict.fromkeys(("anna", "bjorn", "chen"), "")
FORM = sound_form(QUESTION)
LESSON = {"lessons": "one thing", "lesson1": "OPS-7", "owner1": "chen", "by1": "2026-12-24"}
USE = {
    "use1": "an MFA device was changed", "use1_on": "2026-10-20", "use1_since": "23:50", "use1_until": "00:20",
    "use1_record": "OPS-8",
}  # fmt: skip


def wrong(form):
    return list(problems(QUESTION, form, people=PEOPLE, today=TODAY))


def test_the_question_is_that_of_the_form():
    assert (QUESTION.id, QUESTION.fields) == (DRILL, FIELDS)


def test_a_drill_without_lessons_and_other_uses_declares_itself():
    assert wrong(FORM) == []
    found = drill_of("2026-Q4", FORM)
    first = datetime(2026, 10, 14, 9, tzinfo=UTC)
    assert (found.people, found.lessons) == (("anna", "bjorn"), ())
    assert found.uses == (
        DeclaredUse(kind="use", first=first, last=first + timedelta(hours=1), reference="OPS-1", period="2026-Q4"),
    )


def test_what_is_to_change_and_what_else_was_done_is_read():
    form = {**FORM, **LESSON, "uses": "one", **USE}
    assert wrong(form) == []
    found = drill_of("2026-Q4", form)
    assert found.lessons == (Lesson(reference="OPS-7", owner="chen", by=date(2026, 12, 24), period="2026-Q4"),)
    assert (found.uses[1].kind, found.uses[1].reference) == ("mfa_change", "OPS-8")
    assert found.uses[1].last == datetime(2026, 10, 21, 0, 20, tzinfo=UTC)


def test_as_many_are_asked_for_as_were_said():
    assert wrong({**FORM, **LESSON, "lessons": "two things"}) == [
        "Change 2: is missing", "Whose change 2 is: is missing", "Change 2 is done by: is missing",
    ]  # fmt: skip
    assert len(wrong({**FORM, **USE})) == len(USE)


def test_each_use_is_of_a_kind_that_a_change_is_looked_for_by():
    assert {"use", "password_change", "mfa_change", "phone_change"} <= set(KINDS.values())


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.times(), st.integers(1, LONGEST.seconds // 60))
def test_a_window_begins_on_its_day_and_lasts_as_long_as_was_said(day, time, minutes):
    since = time.replace(second=0, microsecond=0)
    until = (datetime.combine(day, since) + timedelta(minutes=minutes)).time()
    first, last = window(str(day), f"{since:%H:%M}", f"{until:%H:%M}")
    assert (first.date(), last - first) == (day, timedelta(minutes=minutes))
