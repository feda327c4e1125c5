"""The record of answers and signatures: rows are added and never changed, and each bears the digest of the one before.

Whoever changes, removes or slips in a row breaks the chain from there on, which ``broken_at`` finds. A correction is a
new answer; the one before stays. Adding the same once more, after a crash or by a task that was cleared, adds nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, select

from orgwarden.attestations.probes import ProbeStore
from orgwarden.errors import BadInput
from orgwarden.findings.database import writing
from orgwarden.findings.tables import ATTESTATIONS, QUESTIONS_ASKED

FIRST = "0" * 64


class Kind(StrEnum):
    """What somebody did: answered, or signed somebody's answer off."""

    ANSWER = "answer"
    SIGN_OFF = "sign_off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What somebody said: about what, of which quarter, when; ``of`` is the number of the answer that is signed.

    ``by`` is the directory id of a person whom the flow has recognized. ``source`` names the very act, such as a try of
    a task or a link that was followed: one act adds one entry.
    """

    organization: str
    period: str
    question: str
    about: str
    kind: Kind
    by: str
    at: datetime
    form: Mapping[str, str] = field(default_factory=dict)
    of: int | None = None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """An entry with its number and its place in the chain."""

    number: int
    entry: Entry
    previous: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Put:
    """A question that was put to a person, and by when an answer is due."""

    organization: str
    period: str
    question: str
    about: str
    person: str
    due: date
    at: datetime


class AttestationStore:
    """The only writer of the record; ``probes`` has the messages whose confirmations stand in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.probes = ProbeStore(engine)

    def put(self, questions: Iterable[Put]) -> None:
        """Note what was asked; a question that is put to another person in the same quarter is theirs from now on."""
        table = QUESTIONS_ASKED
        with writing(self._engine, lock="attestations") as connection:
            for one in questions:
                key = and_(
                    table.c.organization == one.organization,
                    table.c.period == one.period,
                    table.c.question == one.question,
                    table.c.about == one.about,
                )
                if connection.execute(select(table.c.person).where(key)).first() is None:
                    connection.execute(insert(table), asdict(one))
                else:
                    connection.execute(table.update().where(key).values(person=one.person))

    def add(self, entry: Entry) -> Recorded:
        """Add an entry, or give the one that the same act added before. Raises ``BadInput`` for what cannot count."""
        with writing(self._engine, lock="attestations") as connection:
            known = list(_read(connection, entry.organization))
            same = next((one for one in known if _is_same_act(one.entry, entry)), None)
            if same is not None:
                return same
            _check(entry, known)
            previous = known[-1].digest if known else FIRST
            digest = digest_of(entry, previous)
            row = {**asdict(entry), "kind": entry.kind.value, "form": dict(entry.form)}
            result = connection.execute(insert(ATTESTATIONS), {**row, "previous": previous, "digest": digest})
            (number,) = result.inserted_primary_key or (0,)
            return Recorded(number=int(number), entry=entry, previous=previous, digest=digest)

    def entries(self, organization: str) -> Sequence[Recorded]:
        """Give all entries in the order in which they were added."""
        with self._engine.connect() as connection:
            return list(_read(connection, organization))

    def asked(self, organization: str) -> Sequence[Put]:
        """Give all that was asked, by quarter."""
        return self._asked(QUESTIONS_ASKED.c.organization == organization)

    def asked_everywhere(self, question: str) -> Sequence[Put]:
        """Give whenever a question was asked, of whichever organization, by quarter."""
        return self._asked(QUESTIONS_ASKED.c.question == question)

    def _asked(self, which: ColumnElement[bool]) -> list[Put]:
        table = QUESTIONS_ASKED
        query = select(table).where(which).order_by(table.c.period, table.c.question, table.c.about)
        with self._engine.connect() as connection:
            return [Put(**row) for row in connection.execute(query).mappings()]


def broken_at(records: Iterable[Recorded]) -> Recorded | None:
    """Give the first entry that is not what was recorded, or does not follow on the one before; None: all is whole."""
    previous = FIRST
    for one in records:
        if one.previous != previous or one.digest != digest_of(one.entry, previous):
            return one
        previous = one.digest
    return None


def digest_of(entry: Entry, previous: str) -> str:
    """Give the digest (SHA-256, hexadecimal) of an entry that follows on another."""
    told = {**asdict(entry), "kind": entry.kind.value, "form": dict(sorted(entry.form.items()))}
    told["at"] = entry.at.isoformat()
    return hashlib.sha256(f"{previous}\n{json.dumps(told, sort_keys=True)}".encode()).hexdigest()


def _is_same_act(one: Entry, other: Entry) -> bool:
    return (one.source, one.question, one.about, one.kind) == (other.source, other.question, other.about, other.kind)


def _check(entry: Entry, known: Sequence[Recorded]) -> None:
    """Raise ``BadInput`` for a signature of nothing, of one's own answer, or beside another one."""
    if entry.kind is Kind.ANSWER:
        return
    signed = next((one for one in known if one.number == entry.of and one.entry.kind is Kind.ANSWER), None)
    if signed is None or (signed.entry.question, signed.entry.about) != (entry.question, entry.about):
        raise BadInput(f"there is no answer {entry.of} to {entry.question}: sign one that was recorded")
    if signed.entry.by == entry.by:
        raise BadInput(f"{entry.by} answered {entry.question}: have somebody else sign it off")
    if any(one.entry.kind is Kind.SIGN_OFF and one.entry.of == entry.of for one in known):
        raise BadInput(f"answer {entry.of} to {entry.question} is signed off already")


def _read(connection: Connection, organization: str) -> Iterator[Recorded]:
    table = ATTESTATIONS
    query = select(table).where(table.c.organization == organization).order_by(table.c.number)
    for row in connection.execute(query).mappings():
        told = {
            name: row[name]
            for name in ("organization", "period", "question", "about", "by", "at", "form", "of", "source")
        }
        entry = Entry(**told, kind=Kind(row["kind"]))
        yield Recorded(number=row["number"], entry=entry, previous=row["previous"], digest=row["digest"])
