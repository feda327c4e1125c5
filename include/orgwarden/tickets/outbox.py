"""Exactly one ticket for each fingerprint, through crashes, races, lost answers and searches that lag.

Each step of ``orgwarden.tickets.entry`` is one committed transaction, on the database's clock; between them stand the
calls to the ticket system. It never waits: what has to wait ends as ``RetryLater``.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update
from sqlalchemy.engine import Row

from orgwarden.errors import Refused, RetryLater
from orgwarden.findings.database import database_now, writing
from orgwarden.findings.tables import TICKET_FINDINGS, TICKET_OUTBOX
from orgwarden.tickets import entry as steps
from orgwarden.tickets.entry import Entry, Standing, Step
from orgwarden.tickets.group import Group
from orgwarden.tickets.sink import Category, Draft, NotSent, Rejected, Sink, UnknownOutcome

T = TICKET_OUTBOX
Clock = Callable[[Connection], datetime]


class How(StrEnum):
    """How a ticket came to be known."""

    CREATED = "created"
    ADOPTED = "adopted"
    KNOWN = "known"


@dataclass(slots=True)
class Outbox:
    """The outbox of one ticket system; ``me`` tells this process from others at the same work."""

    engine: Engine
    sink: Sink
    me: str = field(default_factory=lambda: secrets.token_hex(8))
    clock: Clock = database_now

    def bind(self, group: Group, draft: Draft) -> tuple[Entry, How]:
        """Give the group's ticket, created only if there is none. Raises ``RetryLater``, ``Rejected``, ``Refused``."""
        entry = self._claim(group)
        if entry.is_bound:
            return entry, How.KNOWN
        if found := self._find(entry):
            return found, How.ADOPTED
        settle = timedelta(seconds=self.sink.capabilities.settle_seconds)
        self._step(group, lambda e, now: steps.attempt(e, self.me, now, self._lease, settle))
        return self._create(entry, draft), How.CREATED

    def settle(self, group: Group) -> Entry | None:
        """Give the ticket that an earlier attempt may have made, for one no longer wanted; ``None``: it made none."""
        entry = self._claim(group)
        if entry.is_bound:
            return entry
        if found := self._find(entry):
            return found
        settle = timedelta(seconds=self.sink.capabilities.settle_seconds)
        self._step(group, lambda e, now: steps.abandon(e, self.me, now, settle))
        return None

    def hold_back(self, group: Group) -> None:
        """Write down that the group's ticket is wanted and has to wait for another run."""
        self._step(group, lambda e, now: (steps.held_back(e, now), None))

    def tickets(self, fingerprints: Collection[str]) -> list[str]:
        """Give the keys of the tickets of these fingerprints, of those that there are."""
        known = T.c.fingerprint.in_(fingerprints), T.c.state == Standing.BOUND.value
        with self.engine.connect() as connection:
            return sorted(connection.scalars(select(T.c.ticket).where(*self._mine, *known)))

    def entry(self, group: Group) -> Entry | None:
        """Give what is known of a group's ticket."""
        with self.engine.connect() as connection:
            row = connection.execute(select(T).where(*self._key(group))).one_or_none()
            return _entry(row, _listed(connection, self.sink, group)[group.fingerprint]) if row else None

    def entries(self, organization: str) -> list[Entry]:
        """Give what is known of all tickets, by fingerprint."""
        with self.engine.connect() as connection:
            listed = _listed(connection, self.sink)
            rows = connection.execute(select(T).where(*self._mine, T.c.organization == organization))
            return [_entry(row, listed[row.fingerprint]) for row in rows.all()]

    def written(self, entry: Entry) -> None:
        """Write down what a ticket was made to say and to list, and how it was left."""
        with writing(self.engine, lock=self._lock) as connection:
            connection.execute(update(T).where(*self._key(entry.group)), _columns(entry))
            self._list(connection, entry)

    def note(self, entry: Entry, status: Category | None) -> Entry:
        """Write down what a ticket was seen to be; whoever is first notes a closing by hand."""
        return self._step(entry.group, lambda e, _: (steps.noted(e, status), None)) if entry.is_bound else entry

    def rebind(self, entry: Entry, ticket: str, status: Category) -> None:
        """Write down that another ticket of the fingerprint is the one; what it says is written again."""
        self._step(entry.group, lambda e, _: (replace(e, ticket=ticket, status=status.value, content=""), None))

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.sink.capabilities.lease_seconds)

    @property
    def _lock(self) -> str:
        """Name what makes steps follow each other, all of them: one may move findings between two tickets."""
        return f"tickets {self.sink.backend} {self.sink.project}"

    @property
    def _mine(self) -> tuple[Any, ...]:
        return T.c.backend == self.sink.backend, T.c.project == self.sink.project

    def _key(self, group: Group) -> tuple[Any, ...]:
        return *self._mine, T.c.fingerprint == group.fingerprint

    def _claim(self, group: Group) -> Entry:
        return self._step(group, lambda e, now: steps.claim(e, self.me, now, self._lease))

    def _find(self, entry: Entry) -> Entry | None:
        try:
            found = self.sink.find(entry.group.fingerprint)
        except (RetryLater, Refused):
            self._step(entry.group, lambda e, _: steps.give_back(e, self.me, e.attempted_at))
            raise
        return self._bound(entry.group, found[0].key) if found else None

    def _create(self, entry: Entry, draft: Draft) -> Entry:
        """Send exactly one request; whatever else happens to it than an answer leaves its outcome unknown."""
        group, settle = entry.group, self.sink.capabilities.settle_seconds
        try:
            ref = self.sink.create(draft, group.fingerprint)
        except (NotSent, Refused):
            self._step(group, lambda e, _: steps.give_back(e, self.me, entry.attempted_at))
            raise
        except Rejected as error:
            refusal = error
            self._step(group, lambda e, _: steps.reject(e, self.me, refusal))
            raise
        except UnknownOutcome as error:
            after = max(error.after, settle, self._lease.total_seconds())
            raise RetryLater(f"it is not known whether ticket {group.fingerprint} was created", after=after) from error
        return self._bound(group, ref.key)

    def _bound(self, group: Group, ticket: str) -> Entry:
        return self._step(group, lambda e, _: steps.bind(e, self.me, ticket))

    def _step(self, group: Group, step: Callable[[Entry, datetime], Step]) -> Entry:
        """Take one step in one transaction; what the step objects to is raised after it is written down."""
        with writing(self.engine, lock=self._lock) as connection:
            before = self._row(connection, group)
            after, objection = step(before, self.clock(connection))
            if after != before:
                connection.execute(update(T).where(*self._key(group)), _columns(after))
        if objection:
            raise objection
        return after

    def _row(self, connection: Connection, group: Group) -> Entry:
        row = connection.execute(select(T).where(*self._key(group))).one_or_none()
        if row:
            return _entry(row, _listed(connection, self.sink, group)[group.fingerprint])
        new = Entry(group=group)
        where = {"backend": self.sink.backend, "project": self.sink.project, "fingerprint": group.fingerprint}
        about = {"organization": group.organization, "control": group.control, "ticket_group": group.name}
        named = where | about | {"scope": group.scope, "round": group.round}
        connection.execute(insert(T), named | _columns(new))
        return new

    def _list(self, connection: Connection, entry: Entry) -> None:
        """Move the findings to this ticket: the table's key allows none to be on two."""
        table = TICKET_FINDINGS
        where = {"backend": self.sink.backend, "project": self.sink.project}
        ours = (table.c.backend == self.sink.backend, table.c.project == self.sink.project)
        connection.execute(delete(table).where(*ours, table.c.fingerprint == entry.group.fingerprint))
        for chunk in _chunks(entry.findings):
            self._take_over(connection, chunk)
            connection.execute(delete(table).where(*ours, table.c.finding.in_(chunk)))
            rows = [where | {"finding": f, "fingerprint": entry.group.fingerprint} for f in chunk]
            connection.execute(insert(table), rows)

    def _take_over(self, connection: Connection, findings: Sequence[str]) -> None:
        """Note on the tickets that listed these findings that they moved: their next comment says so, come what may."""
        table, moved = TICKET_FINDINGS, defaultdict(list)
        ours = (table.c.backend == self.sink.backend, table.c.project == self.sink.project)
        for row in connection.execute(select(table).where(*ours, table.c.finding.in_(findings))):
            moved[row.fingerprint].append(row.finding)
        for fingerprint, found in moved.items():
            mine = (*self._mine, T.c.fingerprint == fingerprint)
            before = connection.execute(select(T.c.moved).where(*mine)).scalar_one()
            connection.execute(update(T).where(*mine), {"moved": sorted({*before, *found})})


def findings_on(engine: Engine, ticket: str) -> tuple[str, ...]:
    """Give the ids of the findings that a ticket lists, by its key, in whichever ticket system it is."""
    listed = TICKET_FINDINGS
    same = (listed.c[name] == T.c[name] for name in ("backend", "project", "fingerprint"))
    wanted = select(listed.c.finding).join(T, and_(*same)).where(T.c.ticket == ticket).order_by(listed.c.finding)
    with engine.connect() as connection:
        return tuple(connection.scalars(wanted))


def _chunks(ids: Sequence[str], size: int = 5_000) -> Iterable[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _listed(connection: Connection, sink: Sink, group: Group | None = None) -> dict[str, tuple[str, ...]]:
    table = TICKET_FINDINGS
    ours = (table.c.backend == sink.backend, table.c.project == sink.project)
    wanted = select(table).where(*ours).order_by(table.c.finding)
    wanted = wanted.where(table.c.fingerprint == group.fingerprint) if group else wanted
    listed: dict[str, tuple[str, ...]] = defaultdict(tuple)
    collected: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(wanted):
        collected[row.fingerprint].append(row.finding)
    listed.update({fingerprint: tuple(findings) for fingerprint, findings in collected.items()})
    return listed


_PLAIN = (
    *("ticket", "lease_owner", "lease_until", "attempted_at", "note", "content"),
    *("left_open", "status", "hand_closures", "is_disputed"),
)


def _columns(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _PLAIN} | {"state": entry.state.value, "moved": list(entry.moved)}


def _entry(row: Row[Any], findings: tuple[str, ...]) -> Entry:
    return Entry(
        **{name: getattr(row, name) for name in _PLAIN},
        group=Group(
            organization=row.organization,
            control=row.control,
            name=row.ticket_group,
            scope=row.scope,
            round=row.round,
        ),
        state=Standing(row.state),
        findings=findings,
        moved=tuple(row.moved),
    )
