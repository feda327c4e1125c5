"""Findings in the database: the only writer. One review is one transaction, and an older one changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Engine, select

from orgwarden.control import Control
from orgwarden.findings.causes import count, follow_causes
from orgwarden.findings.database import writing
from orgwarden.findings.finding import Event, Finding, Happening, Kind, State, Transition
from orgwarden.findings.lifecycle import (
    Adoption,
    Exemption,
    Reading,
    Terms,
    follow,
    follow_only,
    resolved,
    retire,
    snooze,
)
from orgwarden.findings.statements import (
    Scoped,
    cause_runs,
    event_of,
    findings_by_ids,
    findings_of,
    findings_of_others,
    findings_where,
    keep_cause_runs,
    keep_observations,
    move_findings,
    newest_observations,
    write_events,
    write_findings,
)
from orgwarden.findings.tables import FINDING_EVENTS, FINDINGS
from orgwarden.model import Observation, Severity, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What one reading says of some controls, and what findings are to make of it.

    ``controls`` are all that were judged, those without any verdict too. ``scope`` is the bill period or quarter that
    the review is about, empty for the organization as it stands. ``due_days`` has the days by name of the severity in
    lower case. ``catalogue`` has the ids of all controls there are; empty: no control is held to have left it.

    ``adoptions`` are those that name a finding, by its id.

    ``only`` makes it a partial review, of these findings (by id) alone: what it saw there stays, what it saw gone is
    resolved, all else is left as it was. It opens nothing, counts no cause, retires nothing, and is no reading of its
    controls: what was not looked at must be UNKNOWN among its verdicts.

    ``months_stand``: what deviated in a month stays open however the month is judged later, until somebody accepts it.
    """

    organization: str
    controls: Collection[Control]
    verdicts: Collection[Verdict]
    observation: Observation
    owner_of: Callable[[Verdict], str]
    today: date
    due_days: Mapping[str, int]
    exemptions: Collection[Exemption] = ()
    adoptions: Mapping[str, Sequence[Adoption]] = field(default_factory=dict)
    scope: str = ""
    catalogue: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    months_stand: bool = False

    def __post_init__(self) -> None:
        if self.observation.at.tzinfo is None:
            raise ValueError(f"the observation's time {self.observation.at} has no time zone")
        if strangers := {v.control for v in self.verdicts} - {c.id for c in self.controls}:
            raise ValueError(f"verdicts of controls that the review does not name: {', '.join(sorted(strangers))}")
        if lacking := [s.name.lower() for s in Severity if s.name.lower() not in self.due_days]:
            raise ValueError(f"no days until due for severity {', '.join(lacking)}")

    @property
    def terms(self) -> Terms:
        days = {s: self.due_days[s.name.lower()] for s in Severity}
        exemptions = tuple(self.exemptions)
        return Terms(
            owner_of=self.owner_of,
            exemptions=exemptions,
            due_days=days,
            today=self.today,
            adoptions=self.adoptions,
            months_stand=self.months_stand,
        )

    def readings(self, scopes: Collection[str] = ()) -> Iterator[Reading]:
        """Give one reading for each control and scope, these scopes too; every control is also read without one."""
        by_control: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            by_control[verdict.control].append(verdict)
        terms = self.terms
        for control in self.controls:
            verdicts = tuple(by_control[control.id])
            for scope in sorted({"", self.scope, *scopes, *(v.subject.scope for v in verdicts)}):
                yield Reading(
                    organization=self.organization,
                    control=control.id,
                    severity=control.severity,
                    scope=scope,
                    observation=self.observation,
                    verdicts=verdicts,
                    terms=terms,
                )


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What a review came to, as ids of findings of its controls: those that stand so now, and those that moved.

    ``adopted`` are open too, and counted apart: debt with a date. ``late`` are the controls about which something newer
    was already known.
    """

    deviations: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    exempted: tuple[str, ...] = ()
    snoozed: tuple[str, ...] = ()
    unknown_causes: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


Along = Callable[[Connection, Sequence[tuple[Finding, Finding]]], None]


def _alone(_connection: Connection, _moved: Sequence[tuple[Finding, Finding]]) -> None:
    """Move nothing along."""


@dataclass(slots=True)
class FindingStore:
    """The findings of a database that has been migrated."""

    engine: Engine

    def record(self, review: Review) -> Recorded:
        """Move the findings by one review, all or nothing; the same review again changes nothing."""
        with writing(self.engine, lock=f"findings {review.organization}") as connection:
            recording = _Recording.begin(connection, review)
            return recording.run() if review.only is None else recording.run_only(review.only)

    def snooze(self, findings: Sequence[Finding], *, until: date, now: datetime, by: str, why: str) -> list[Finding]:
        """Put open findings of one organization off, all or none; give them as they are then. Raises ``BadInput``."""
        (organization,) = {finding.organization for finding in findings}
        observation = Observation(at=now, run=f"snoozed by {by}")
        told = f"until {until}, by {by}: {why}"
        with writing(self.engine, lock=f"findings {organization}") as connection:
            known = findings_by_ids(connection, [finding.id for finding in findings])
            moved = [Transition(before=f, after=snooze(f, until, now.date()), observation=observation) for f in known]
            write_findings(connection, moved)
            ids = (t.after.id for t in moved)
            happening = Happening.SNOOZED
            write_events(
                connection, [Event(finding=i, happening=happening, observation=observation, text=told) for i in ids]
            )
        return [t.after for t in moved]

    def close(self, findings: Sequence[Finding], *, now: datetime, by: str, why: str) -> list[Finding]:
        """Resolve findings of one organization by somebody's word, all or none; give them as they are then.

        What was read before does not open them again; a later reading that shows the same does.
        """
        (organization,) = {finding.organization for finding in findings}
        observation = Observation(at=now, run=f"accepted by {by}")
        with writing(self.engine, lock=f"findings {organization}") as connection:
            known = findings_by_ids(connection, [finding.id for finding in findings])
            told = f"accepted by {by}: {why}"
            standing = [f for f in known if f.state is not State.RESOLVED]
            moved = [
                Transition(before=f, after=resolved(f, told, observation), observation=observation) for f in standing
            ]
            write_findings(connection, moved)
            write_events(connection, [event for t in moved if (event := t.event)])
        return [t.after for t in moved]

    def rekey(self, organization: str, renew: Callable[[Finding], Finding], along: Along = _alone) -> dict[str, str]:
        """Give findings other subjects and owners, with all that refers to them, all or none; give new ids by old.

        Nothing opens, closes or happens to them. A subject that has a finding of its own by now is left alone.
        ``along`` moves in the same transaction what stands by more of a finding than its id.
        """
        with writing(self.engine, lock=f"findings {organization}") as connection:
            known = {f.id: f for f in findings_where(connection, FINDINGS.c.organization == organization)}
            after = {old: renew(finding) for old, finding in known.items()}
            moved = {o: new for o, new in after.items() if new != known[o] and (new.id == o or new.id not in known)}
            move_findings(connection, moved)
            along(connection, [(known[old], new) for old, new in moved.items()])
        return {old: new.id for old, new in moved.items() if old != new.id}

    def organizations(self) -> list[str]:
        """Give the ids of the organizations of which there are findings."""
        with self.engine.connect() as connection:
            return sorted(connection.scalars(select(FINDINGS.c.organization).distinct()))

    def open_findings(self, organization: str) -> list[Finding]:
        """Give what is open now, deviations and causes alike (``kind`` tells)."""
        return self.findings(organization, state=State.OPEN)

    def findings(self, organization: str, *, state: State | None = None) -> list[Finding]:
        """Give all findings, or those in one state, by severity, control and place."""
        where = (FINDINGS.c.organization == organization, *((FINDINGS.c.state == state.value,) if state else ()))
        with self.engine.connect() as connection:
            found = findings_where(connection, *where)
        return sorted(found, key=lambda f: (-f.severity, f.control, f.subject))

    def finding(self, finding: str) -> Finding | None:
        """Give the finding of an id, if there is one."""
        return next(iter(self.by_ids([finding])), None)

    def by_ids(self, ids: Iterable[str]) -> list[Finding]:
        """Give the findings of these ids, in the ids' order; unknown ones are left out."""
        with self.engine.connect() as connection:
            return findings_by_ids(connection, list(dict.fromkeys(ids)))

    def events(self, finding: str) -> list[Event]:
        """Give what happened to a finding, oldest first."""
        table = FINDING_EVENTS
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).where(table.c.finding == finding).order_by(table.c.id)).all()
        return [event_of(row) for row in rows]


@dataclass(slots=True)
class _Recording:
    """One review on its way into the database."""

    connection: Connection
    review: Review
    newest: dict[Scoped, Observation]
    known: dict[tuple[str, str, Kind], list[Finding]]
    transitions: list[Transition] = field(default_factory=list)
    late: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, connection: Connection, review: Review) -> "_Recording":
        readings = list(review.readings())
        controls, scopes = {r.control for r in readings}, {r.scope for r in readings}
        if review.only is not None:
            scopes |= {f.subject.scope for f in findings_by_ids(connection, list(review.only))}
        known: dict[tuple[str, str, Kind], list[Finding]] = defaultdict(list)
        for finding in findings_of(connection, review.organization, controls, scopes):
            known[finding.control, finding.subject.scope, finding.kind].append(finding)
        return cls(connection, review, newest_observations(connection, review.organization, controls), known)

    def run(self) -> Recorded:
        fresh: list[Reading] = []
        for reading in self.review.readings():
            if self._is_late(reading, (reading.control, reading.scope)):
                self.late.add(reading.control)
                continue
            fresh.append(reading)
            known = self.known[reading.control, reading.scope, Kind.DEVIATION]
            self.transitions.extend(follow(known, reading))
        self._causes(fresh)
        if fresh:
            self._retire()
        self._write(fresh)
        return self._recorded()

    def run_only(self, only: Collection[str]) -> Recorded:
        asked = [f for findings in self.known.values() for f in findings if f.id in only]
        for reading in self.review.readings({f.subject.scope for f in asked}):
            if self._is_late(reading, (reading.control, reading.scope)):
                self.late.add(reading.control)
                continue
            known = self.known[reading.control, reading.scope, Kind.DEVIATION]
            self.transitions.extend(follow_only([f for f in known if f.id in only], reading))
        self._write(())
        return self._recorded()

    def _is_late(self, reading: Reading, *scoped: Scoped) -> bool:
        seen = (self.newest[key] for key in scoped if key in self.newest)
        return any(_order(reading.observation) < _order(o) for o in seen)

    def _causes(self, fresh: Iterable[Reading]) -> None:
        """Causes belong to a control, whatever the scope: only its newest reading of all counts."""
        for reading in {r.control: r for r in fresh}.values():
            if self._is_late(reading, *(key for key in self.newest if key[0] == reading.control)):
                continue
            runs = count(cause_runs(self.connection, reading), reading)
            known = self.known[reading.control, "", Kind.UNKNOWN]
            self.transitions.extend(follow_causes(known, runs, reading))
            keep_cause_runs(self.connection, reading, runs)

    def _retire(self) -> None:
        if not self.review.catalogue:
            return
        there = self.review.catalogue | {c.id for c in self.review.controls}
        left = findings_of_others(self.connection, self.review.organization, there)
        self.transitions.extend(retire(left, self.review.observation))

    def _write(self, fresh: Iterable[Reading]) -> None:
        write_findings(self.connection, self.transitions)
        write_events(self.connection, [e for t in self.transitions if (e := t.event)])
        keep_observations(self.connection, fresh)

    def _recorded(self) -> Recorded:
        controls = {c.id for c in self.review.controls}
        now = list(findings_of(self.connection, self.review.organization, controls, None))

        def standing(state: State, kind: Kind = Kind.DEVIATION, *, adopted: bool = False) -> tuple[str, ...]:
            mine = (f for f in now if f.state is state and f.kind is kind)
            return tuple(f.id for f in mine if bool(f.adopted_until and f.state is State.OPEN) is adopted)

        def moved(*happenings: Happening) -> tuple[str, ...]:
            told = ((t, t.event) for t in self.transitions if t.after.kind is Kind.DEVIATION)
            return tuple(t.after.id for t, event in told if event and event.happening in happenings)

        return Recorded(
            deviations=standing(State.OPEN),
            adopted=standing(State.OPEN, adopted=True),
            exempted=standing(State.EXEMPTED),
            snoozed=standing(State.SNOOZED),
            unknown_causes=standing(State.OPEN, Kind.UNKNOWN),
            new=moved(Happening.OPENED),
            reopened=moved(Happening.REOPENED, Happening.EXPIRED),
            resolved=moved(Happening.RESOLVED),
            late=tuple(sorted(self.late)),
        )


def _order(observation: Observation) -> tuple[object, ...]:
    return (observation.at, observation.run)
