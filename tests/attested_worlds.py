"""The smallest organization whose people have answered: nobody is late, and nothing that they said is wrong."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orgwarden.asking import Kind
from orgwarden.controls import arriving
from orgwarden.flows.access_validation import about_of
from orgwarden.model import Member, Part, World
from orgwarden.parts.attested import ANSWERED, ASKED, Answered, Asked, key_of
from orgwarden.population import Arrival
from tests.access_worlds import governed

UNTIL = date(2027, 1, 31)


def sound_form(question: Any) -> dict[str, str]:
    """The first choice of each field that is asked for is the sound one."""
    usual = {Kind.DAY: "2026-10-14", Kind.REFERENCE: "OPS-1", Kind.PEOPLE: "anna, bjorn"}
    form: dict[str, str] = {}
    for one in question.fields:
        if one.is_asked(form):
            form[one.name] = next(iter(one.options)) if one.kind is Kind.CHOICE else usual[one.kind]
    return form


def answered(form: Mapping[str, str], **changed: Any) -> Answered:
    usual = {"period": "2026-Q4", "by": "anna", "on": date(2026, 10, 14), "signed_by": "bjorn", "until": UNTIL}
    return Answered(form=form, **{**usual, **changed})


def attested(
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None, gaps: Mapping[tuple[str, str], str] | None = None
) -> World:
    """Give the world in which everybody has answered everything, with some rows replaced and some keys unread."""
    found = governed({part: rows for part, rows in (parts or {}).items() if part not in {ASKED, ANSWERED}}, gaps)
    rows: dict[Part[Any], dict[str, Any]] = {ASKED: {}, ANSWERED: {}}
    for control in arriving(Arrival.ATTESTATION):
        for member in control.about.members(governed()) if control.question else ():
            if control.question and isinstance(member, Member):
                key = key_of(control.question.id, about_of(member))
                rows[ASKED][key] = Asked(
                    first="2026-Q4",
                    first_due=date(2026, 10, 31),
                    last="2026-Q4",
                    last_due=date(2026, 10, 31),
                    person="anna",
                )
                rows[ANSWERED][key] = answered(sound_form(control.question))
    for part, kept in rows.items():
        kept.update((parts or {}).get(part, {}))
    return World(
        organization=found.organization,
        management=found.management,
        today=found.today,
        parts={**found.parts, **rows},
        gaps=found.gaps,
    )
