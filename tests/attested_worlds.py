"""The smallest organization whose people have answered: nobody is late, and nothing that they said is wrong."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from orgwarden.asking import Kind, Question, shown_with
from orgwarden.control import Control
from orgwarden.controls import arriving
from orgwarden.flows.access_validation import about_of
from orgwarden.model import Member, Part, World
from orgwarden.parts.attested import (
    ANSWERED,
    ASKED,
    DRILLS,
    ROOT_USES,
    SNAPSHOT_OPENED,
    Answered,
    Asked,
    DeclaredUse,
    Drill,
    Lesson,
    key_of,
)
from orgwarden.parts.root import ROOT_USE
from orgwarden.population import Arrival
from tests.access_worlds import governed, use
from tests.worlds import A

UNTIL = date(2027, 1, 31)


def filled(*questions: str, day: str) -> dict[str, str]:
    """A person's form with sound answers to these questions, in their order."""
    known = {control.id: control.question for control in arriving(Arrival.ATTESTATION)}
    form: dict[str, str] = {}
    for number, id_ in enumerate(questions, 1):
        for name, text in sound_form(known[id_], day=day).items():
            is_people = any(one.name == name and one.kind is Kind.PEOPLE for one in known[id_].fields)
            parts = (
                {f"{name}_{at}": person for at, person in enumerate(text.split(", "), 1)} if is_people else {name: text}
            )
            form |= {f"q{number:02}_{part}": value for part, value in parts.items()}
    return form


def sound_form(question: Any, day: str = "2026-10-14") -> dict[str, str]:
    """The first choice of each field that is asked for is the sound one."""
    usual = {
        Kind.DAY: day, Kind.REFERENCE: "OPS-1", Kind.PEOPLE: "anna, bjorn", Kind.DAY_TO_COME: "2026-12-24",
    }  # fmt: skip
    form: dict[str, str] = {}
    for one in question.fields:
        time = "10:00" if one.after else "09:00"
        if one.is_asked(form):
            form[one.name] = next(iter(one.options)) if one.options else {**usual, Kind.TIME: time}[one.kind]
    return shown_with(question, form)


def put_questions(control: Control) -> dict[str, Question]:
    """Give the question of a control as it is put about each thing in the sound world, by what it is about."""
    if control.question is None:
        return {}
    members = (one for one in control.about.members(governed(DRILLED)) if isinstance(one, Member))
    asked = ((about_of(member), control.asks(member, governed(DRILLED))) for member in members)
    return {about: question for about, question in asked if question is not None}


def answered(form: Mapping[str, str], **changed: Any) -> Answered:
    usual = {"period": "2026-Q4", "by": "anna", "on": date(2026, 10, 14), "signed_by": "bjorn", "until": UNTIL}
    return Answered(form=form, **{**usual, **changed})


def drill(*people: str, quarter: str = "2026-Q4", lessons: tuple[Lesson, ...] = (), **changed: Any) -> Drill:
    """A drill on the day of the sound form."""
    return Drill(period=quarter, people=people, lessons=lessons, uses=(declared(period=quarter, **changed),))


def declared(**changed: Any) -> DeclaredUse:
    usual = {
        "kind": "use", "first": datetime(2026, 10, 14, 9, tzinfo=UTC), "last": datetime(2026, 10, 14, 10, tzinfo=UTC),
        "reference": "OPS-1", "period": "2026-Q4",
    }  # fmt: skip
    return DeclaredUse(**{**usual, **changed})


def lesson(reference: str = "OPS-2", owner: str = "chen", by: date = date(2026, 12, 24), **changed: Any) -> Lesson:
    return Lesson(**{"reference": reference, "owner": owner, "by": by, "period": "2026-Q4", **changed})


# A drill that AWS saw, and that a snapshot of a month later tells of.
DRILLED: dict[Part[Any], dict[str, Any]] = {
    DRILLS: {f"{A}/2026-Q4": drill("anna", "bjorn", lessons=(lesson(),))},
    ROOT_USES: {A: (declared(),)},
    ROOT_USE: {A: use("2026-10-14T09:30:00Z")},
    SNAPSHOT_OPENED: {"*": datetime(2026, 11, 21, 6, tzinfo=UTC)},
}


def attested(
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None, gaps: Mapping[tuple[str, str], str] | None = None
) -> World:
    """Give the world in which everybody has answered everything, with some rows replaced and some keys unread."""
    told = {part: rows for part, rows in (parts or {}).items() if part not in {ASKED, ANSWERED}}
    found = governed({**DRILLED, **told}, gaps)
    rows: dict[Part[Any], dict[str, Any]] = {ASKED: {}, ANSWERED: {}}
    for control in arriving(Arrival.ATTESTATION):
        for about, question in put_questions(control).items():
            key = key_of(question.id, about)
            rows[ASKED][key] = Asked(
                first="2026-Q4",
                first_due=date(2026, 10, 31),
                last="2026-Q4",
                last_due=date(2026, 10, 31),
                person="anna",
            )
            rows[ANSWERED][key] = answered(sound_form(question))
    for part, kept in rows.items():
        kept.update((parts or {}).get(part, {}))
    return World(
        organization=found.organization,
        management=found.management,
        today=found.today,
        parts={**found.parts, **rows},
        gaps=found.gaps,
    )
