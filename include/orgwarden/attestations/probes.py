"""The messages that mailboxes get, one a quarter, and what became of each.

A message is noted before it is sent, so that a run which was broken off sends the same link again and never makes a
second one. The address is kept nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, update

from orgwarden.findings.database import writing
from orgwarden.findings.tables import MAILBOX_PROBES
from orgwarden.parts.probed import Delivery

LOCK = "mailbox probes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A message to a mailbox: ``mailbox`` is its keyed hash, ``due`` the last day on which its link holds.

    ``text`` says why it was not taken; ``decided_at`` is when its outcome was seen last.
    """

    number: str
    organization: str
    period: str
    mailbox: str
    masked: str
    made_at: datetime
    due: date
    outcome: Delivery = Delivery.MADE
    text: str = ""
    sent_at: datetime | None = None
    decided_at: datetime | None = None


class ProbeStore:
    """The only writer of the messages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, probe: Probe) -> Probe:
        """Note a message that is about to be sent; give the one that the mailbox has of the quarter already."""
        table = MAILBOX_PROBES
        same = [getattr(table.c, name) == getattr(probe, name) for name in ("organization", "period", "mailbox")]
        with writing(self._engine, lock=LOCK) as connection:
            known = _read(connection, *same)
            if known:
                return known[0]
            connection.execute(insert(table), {**asdict(probe), "outcome": probe.outcome.value})
            return probe

    def sent(self, number: str, at: datetime, due: date) -> None:
        """Note that the mail server took a message, and until when its link holds now."""
        self._decide(number, outcome=Delivery.SENT.value, text="", sent_at=at, decided_at=at, due=due)

    def lost(self, number: str, outcome: Delivery, text: str, at: datetime) -> None:
        """Note that a message was refused, came back, or was not taken for now."""
        self._decide(number, outcome=outcome.value, text=text, decided_at=at)

    def _decide(self, number: str, **values: object) -> None:
        with writing(self._engine, lock=LOCK) as connection:
            connection.execute(update(MAILBOX_PROBES).where(MAILBOX_PROBES.c.number == number).values(**values))

    def of(self, number: str) -> Probe | None:
        """Give a message by its number; None: there is none."""
        with self._engine.connect() as connection:
            return next(iter(_read(connection, MAILBOX_PROBES.c.number == number)), None)

    def all(self, organization: str) -> Sequence[Probe]:
        """Give all messages, by quarter."""
        with self._engine.connect() as connection:
            return _read(connection, MAILBOX_PROBES.c.organization == organization)

    def rekey(self, organization: str, moved: Mapping[str, str]) -> None:
        """Give mailboxes the hashes of a new key, by the old ones."""
        for one in self.all(organization):
            if one.mailbox in moved:
                self._decide(one.number, mailbox=moved[one.mailbox])


def _read(connection: Connection, *where: ColumnElement[bool]) -> list[Probe]:
    table = MAILBOX_PROBES
    query = select(table).where(*where).order_by(table.c.period, table.c.mailbox)
    return [Probe(**{**row, "outcome": Delivery(row["outcome"])}) for row in connection.execute(query).mappings()]
