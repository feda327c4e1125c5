"""What the record of answers comes to, as parts of a world; without a record, that nobody declared anything in it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from orgwarden.asking import Question
from orgwarden.attestations.confirming import probe_rows
from orgwarden.attestations.quarters import after, due
from orgwarden.attestations.records import AttestationStore, Recorded
from orgwarden.attestations.standing import answered_rows, asked_rows, drill_rows, use_rows
from orgwarden.controls import arriving
from orgwarden.errors import OrgwardenError
from orgwarden.model import EVERYTHING, Part, Period
from orgwarden.parts.attested import ANSWERED, ASKED, DRILLS, ROOT_USES
from orgwarden.parts.packs import FINAL_PACKS, FinalPack
from orgwarden.parts.probed import PROBES
from orgwarden.population import Arrival
from orgwarden.reports.finance.publishing import Published, finals
from orgwarden.snapshot import Gaps, Rows
from orgwarden.store import Store

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
    """Give what was asked and answered, what became of messages, and the drills that count with what they declare."""
    entries, known = attestations.entries(organization), questions()
    drills = drill_rows(entries, known)

    def due_after(text: str, many: int) -> date:
        return due(after(Period(text), many), due_days)

    rows: dict[Part[Any], Mapping[str, Any]] = {
        ASKED: asked_rows(attestations.asked(organization)),
        ANSWERED: answered_rows(entries, known, due_after=due_after),
        PROBES: probe_rows(attestations.probes.all(organization), entries, due_after=due_after),
        DRILLS: drills,
        ROOT_USES: use_rows(drills),
    }
    return rows


def pack_rows(store: Store, today: date) -> Rows:
    """Give the final finance packs of the last twelve months, which people of finance approve."""
    found = finals(store, since=Period(f"{today.year - 1}-{today.month:02}"))
    return {
        FINAL_PACKS: {f"{one.manifest['period']}/{one.manifest['payer']}/{one.currency}": _pack(one) for one in found}
    }


def _pack(one: Published) -> FinalPack:
    told = one.manifest
    return FinalPack(
        payer=told["payer"],
        period=Period(told["period"]),
        currency=one.currency,
        version=one.folder.rpartition("/")[2],
        digest=one.digest,
        billed=told["billed"],
        made=datetime.fromisoformat(told["made"]).date(),
    )


def declared_uses(record: Entries | None, organization: str) -> tuple[Rows, Gaps]:
    """Give the uses of root users that drills declare; no record declares none, one that cannot be read is a gap."""
    if record is None:
        return {ROOT_USES: {}}, {}
    try:
        entries = record.entries(organization)
    except (SQLAlchemyError, OrgwardenError) as error:
        return {}, {(ROOT_USES.name, EVERYTHING): UNREADABLE.format(error=type(error).__name__)}
    return {ROOT_USES: use_rows(drill_rows(entries, questions()))}, {}
