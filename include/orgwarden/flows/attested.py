"""What the record of answers comes to, as parts of a world; without a record, that nobody declared anything in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from orgwarden.asking import Question
from orgwarden.attestations.quarters import after, due
from orgwarden.attestations.records import AttestationStore, Recorded
from orgwarden.attestations.standing import answered_rows, asked_rows, drill_rows, use_rows
from orgwarden.controls import arriving
from orgwarden.errors import OrgwardenError
from orgwarden.model import EVERYTHING, Part, Period
from orgwarden.parts.attested import ANSWERED, ASKED, DRILLS, ROOT_USES
from orgwarden.population import Arrival
from orgwarden.snapshot import Gaps, Rows

UNREADABLE = "the record of drills cannot be read ({error}), which may declare it: look at ORGWARDEN_DATABASE_URL"


class Entries(Protocol):
    """The record of answers, for whoever only reads it."""

    def entries(self, organization: str) -> Sequence[Recorded]:
        """Give all entries in the order in which they were added."""
        ...


def questions() -> dict[str, Question]:
    """Give every question, by its id."""
    return {one.question.id: one.question for one in arriving(Arrival.ATTESTATION) if one.question}


def attested_rows(attestations: AttestationStore, organization: str, due_days: int) -> Rows:
    """Give what was asked and answered, and the drills that count with what they declare."""
    entries, known = attestations.entries(organization), questions()
    drills = drill_rows(entries, known)
    rows: dict[Part[Any], Mapping[str, Any]] = {
        ASKED: asked_rows(attestations.asked(organization)),
        ANSWERED: answered_rows(entries, known, due_after=lambda text: due(after(Period(text)), due_days)),
        DRILLS: drills,
        ROOT_USES: use_rows(drills),
    }
    return rows


def declared_uses(record: Entries | None, organization: str) -> tuple[Rows, Gaps]:
    """Give the uses of root users that drills declare; no record declares none, one that cannot be read is a gap."""
    if record is None:
        return {ROOT_USES: {}}, {}
    try:
        entries = record.entries(organization)
    except (SQLAlchemyError, OrgwardenError) as error:
        return {}, {(ROOT_USES.name, EVERYTHING): UNREADABLE.format(error=type(error).__name__)}
    return {ROOT_USES: use_rows(drill_rows(entries, questions()))}, {}
