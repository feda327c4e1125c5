"""The statements on the tables of findings, and the way between their rows and the nouns; each within a transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Row

from orgwarden.findings.causes import CauseRun, cause_subject
from orgwarden.findings.finding import Event, Finding, Happening, Kind, State, Transition
from orgwarden.findings.lifecycle import Reading
from orgwarden.findings.tables import CAUSE_RUNS, FINDING_EVENTS, FINDINGS, METADATA, OBSERVATIONS
from orgwarden.model import Evidence, Observation, Severity, Subject

# How many ids go into one statement; SQLite takes 32,766 values, PostgreSQL's driver 65,535.
AT_ONCE = 5_000
Scoped = tuple[str, str]


def newest_observations(connection: Connection, organization: str, controls: set[str]) -> dict[Scoped, Observation]:
    """Give the newest observation of each control and scope."""
    table = OBSERVATIONS
    wanted = select(table).where(table.c.organization == organization, table.c.control.in_(controls))
    return {(r.control, r.scope): Observation(at=r.at, run=r.run) for r in connection.execute(wanted)}


def findings_of(
    connection: Connection, organization: str, controls: set[str], scopes: set[str] | None
) -> Iterator[Finding]:
    """Give the findings of the controls: those of the scopes with all that are resolved, else the unresolved ones."""
    about = FINDINGS.c.state != State.RESOLVED.value if scopes is None else FINDINGS.c.scope.in_(scopes)
    wanted = select(FINDINGS).where(FINDINGS.c.organization == organization, FINDINGS.c.control.in_(controls), about)
    yield from (finding_of(row) for row in connection.execute(wanted.order_by(FINDINGS.c.id)))


def findings_of_others(connection: Connection, organization: str, controls: Collection[str]) -> list[Finding]:
    """Give the unresolved findings of every control but these."""
    return findings_where(
        connection,
        FINDINGS.c.organization == organization,
        FINDINGS.c.control.not_in(controls),
        FINDINGS.c.state != State.RESOLVED.value,
    )


def findings_where(connection: Connection, *where: ColumnElement[bool]) -> list[Finding]:
    """Give the findings for which all of this is so."""
    return [finding_of(row) for row in connection.execute(select(FINDINGS).where(*where))]


def findings_by_ids(connection: Connection, ids: list[str]) -> list[Finding]:
    """Give the findings of these ids, in their order; unknown ones are left out."""
    found: dict[str, Finding] = {}
    for start in range(0, len(ids), AT_ONCE):
        wanted = select(FINDINGS).where(FINDINGS.c.id.in_(ids[start : start + AT_ONCE]))
        found |= {row.id: finding_of(row) for row in connection.execute(wanted)}
    return [found[finding] for finding in ids if finding in found]


def move_findings(connection: Connection, moved: Mapping[str, Finding]) -> None:
    """Write the findings as they are now; under a new id, lead there whatever refers to the old one, and remove it."""
    if kept := [_columns(new) | {"same": new.id} for old, new in moved.items() if old == new.id]:
        connection.execute(update(FINDINGS).where(FINDINGS.c.id == bindparam("same")), kept)
    ids = [{"old": old, "new": new.id} for old, new in moved.items() if old != new.id]
    if not ids:
        return
    connection.execute(insert(FINDINGS), [_columns(new) for old, new in moved.items() if old != new.id])
    for table in METADATA.sorted_tables:
        for column in (c for c in table.columns if c.references(FINDINGS.c.id)):
            connection.execute(update(table).where(column == bindparam("old")).values({column: bindparam("new")}), ids)
    connection.execute(delete(FINDINGS).where(FINDINGS.c.id == bindparam("old")), ids)


def write_findings(connection: Connection, transitions: Iterable[Transition]) -> None:
    """Write what the transitions left."""
    new = [_columns(t.after) for t in transitions if t.before is None]
    moved = [_columns(t.after) for t in transitions if t.before is not None]
    if new:
        connection.execute(insert(FINDINGS), new)
    if moved:
        same = FINDINGS.c.id == bindparam("same")
        connection.execute(update(FINDINGS).where(same), [{**columns, "same": columns["id"]} for columns in moved])


def write_events(connection: Connection, events: Iterable[Event]) -> None:
    """Write what happened."""
    rows = [
        {
            "finding": e.finding,
            "happening": e.happening.value,
            "at": e.observation.at,
            "run": e.observation.run,
            "text": e.text,
        }
        for e in events
    ]
    if rows:
        connection.execute(insert(FINDING_EVENTS), rows)


def keep_observations(connection: Connection, readings: Iterable[Reading]) -> None:
    """Note when each control and scope was read."""
    table = OBSERVATIONS
    rows = [
        {
            "organization": r.organization,
            "control": r.control,
            "scope": r.scope,
            "at": r.observation.at,
            "run": r.observation.run,
        }
        for r in readings
    ]
    if not rows:
        return
    same = (
        and_(table.c.organization == r["organization"], table.c.control == r["control"], table.c.scope == r["scope"])
        for r in rows
    )
    for chunk in _chunks(list(same), 100):
        connection.execute(delete(table).where(or_(*chunk)))
    connection.execute(insert(table), rows)


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    yield from (items[start : start + size] for start in range(0, len(items), size))


def cause_runs(connection: Connection, reading: Reading) -> dict[str, CauseRun]:
    """Give for how many readings in a row each cause has kept the control from looking."""
    rows = connection.execute(select(CAUSE_RUNS).where(*_same_control(reading)))
    return {r.cause: CauseRun(cause=r.cause, readings=r.readings, last=Observation(at=r.at, run=r.run)) for r in rows}


def keep_cause_runs(connection: Connection, reading: Reading, runs: Mapping[str, CauseRun]) -> None:
    """Keep that count."""
    connection.execute(delete(CAUSE_RUNS).where(*_same_control(reading)))
    rows = [
        {
            "organization": reading.organization,
            "control": reading.control,
            "subject": cause_subject(run.cause).resource,
            "cause": run.cause,
            "readings": run.readings,
            "at": run.last.at,
            "run": run.last.run,
        }
        for run in runs.values()
    ]
    if rows:
        connection.execute(insert(CAUSE_RUNS), rows)


def _same_control(reading: Reading) -> tuple[Any, ...]:
    return CAUSE_RUNS.c.organization == reading.organization, CAUSE_RUNS.c.control == reading.control


def _columns(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        **{name: getattr(finding, name) for name in _PLAIN},
        "account": subject.account,
        "region": subject.region,
        "resource": subject.resource,
        "scope": subject.scope,
        "kind": finding.kind.value,
        "state": finding.state.value,
        "severity": int(finding.severity),
        "evidence": dict(finding.evidence),
        "accounts": list(finding.accounts),
    }


_PLAIN = (
    *("id", "organization", "control", "owner", "reason", "first_seen", "last_seen", "opened_at", "opened_run", "due"),
    *("judged_at", "judged_run", "not_seen_since", "snoozed_until", "adopted_until"),
    *("resolved_at", "resolved_run", "resolution", "times_reopened"),
)


def finding_of(row: Row[Any]) -> Finding:
    """Give the finding that a row holds."""
    return Finding(
        **{name: getattr(row, name) for name in _PLAIN},
        subject=Subject(account=row.account, region=row.region, resource=row.resource, scope=row.scope),
        kind=Kind(row.kind),
        state=State(row.state),
        severity=Severity(row.severity),
        evidence=_evidence(row.evidence),
        accounts=tuple(row.accounts),
    )


def _evidence(stored: Mapping[str, Any]) -> Evidence:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}


def event_of(row: Row[Any]) -> Event:
    """Give the event that a row holds."""
    observation = Observation(at=row.at, run=row.run)
    return Event(finding=row.finding, happening=Happening(row.happening), observation=observation, text=row.text)
