"""What every review does: judge a snapshot by the controls of a theme, keep the verdicts, move the findings.

The verdict files are named by their content: the same snapshot judged twice by the same declarations gives one file.
"""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.control import Control
from orgwarden.controls import arriving, catalogue
from orgwarden.declared import aliases, declared_parts
from orgwarden.engine import coverage, evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.owners import owner_of
from orgwarden.findings.store import FindingStore, Recorded, Review
from orgwarden.flows import approving, holding
from orgwarden.flows.attested import Entries, declared_uses
from orgwarden.flows.settings import configured, settings_of
from orgwarden.model import EVERYTHING, Observation, Status, Verdict, World
from orgwarden.parts.custody import MAIL_READERS
from orgwarden.parts.declared import GROUPS
from orgwarden.population import Arrival
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Rows, Snapshot, load
from orgwarden.store import Store, create_or_same

Clock = Callable[[], datetime]
COLUMNS = ("control", "account", "region", "resource", "scope", "status", "reason", "cause", "evidence")
# What joins the names of several themes that one review is about.
SEVERAL = "+"
# What is declared of mailboxes.
BY_MAILBOX = (GROUPS, MAIL_READERS)
NO_RECORD = declared_uses(None, "")
REFOLDED = "the snapshot was collected under other patterns of contacts.aliases than the baseline has: collect again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One snapshot judged by one theme."""

    snapshot: Snapshot
    world: World
    theme: str
    controls: tuple[Control, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Give how many verdicts of each status there are, by its name in lower case."""
        found = Counter(verdict.status for verdict in self.verdicts)
        return {status.value.lower(): found[status] for status in Status}


def controls_of(theme: str | None) -> tuple[Control, ...]:
    """Give the controls of a theme, of several (``root+tags``), or of all. Raises ``BadInput`` for an unknown one.

    Those that read the bill are left out: no snapshot has it.
    """
    controls = arriving(Arrival.SNAPSHOT)
    known = {control.theme for control in controls}
    wanted = known if theme is None else set(theme.split(SEVERAL))
    if unknown := wanted - known:
        raise BadInput(f"there is no theme {min(unknown)!r}: choose one of {', '.join(sorted(known))}")
    return tuple(control for control in controls if control.theme in wanted)


def review(  # noqa: PLR0913 - what is judged, by what, and where what comes of it is kept
    place: str,
    *,
    theme: str,
    workflow: str,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    findings: FindingStore,
    clock: Clock,
    record_of: Entries | None = None,
) -> tuple[Judged, dict[str, Any]]:
    """Judge the snapshot by a theme, or several, keep the verdicts, move the findings, and note that it was held.

    ``record_of`` is the record of answers, which may declare uses of root users. Gives what was judged, and the
    outcome: counts, causes, the verdicts' file and a line.
    """
    approving.settle(place, store=store, approvals=store)
    judged = judge(place, theme=theme, store=store, baseline=baseline, veil=veil, approvals=store, record_of=record_of)
    verdicts = keep(judged, store=store)
    recorded = record(judged, findings=findings, baseline=baseline)
    holding.note(verdicts, _note(judged, workflow, clock()), store=store)
    return judged, {
        **judged.counts,
        **{name: len(ids) for name, ids in asdict(recorded).items()},
        "causes": dict(causes(judged)),
        "verdicts": verdicts,
        "line": line(judged, recorded),
    }


def _note(judged: Judged, workflow: str, now: datetime) -> holding.Note:
    return holding.Note(
        organization=judged.world.organization,
        workflow=workflow,
        snapshot=judged.snapshot.place,
        at=now,
        **holding.counted(Counter(verdict.status for verdict in judged.verdicts)),
    )


def judge(  # noqa: PLR0913 - what is judged, by what, and what it is compared with
    place: str,
    *,
    theme: str | None,
    store: Store,
    baseline: Baseline | None,
    veil: Veil | None,
    approvals: Store | None = None,
    record_of: Entries | None = None,
) -> Judged:
    """Judge a sealed snapshot by a theme's controls (by all without one). Raises ``BadInput``.

    ``approvals`` is the store that has the last approved state; without one, what compares with it is unknown.
    ``record_of`` is the record of answers; without one, only the baseline declares uses of root users.
    """
    snapshot = load(store, place)
    if baseline and not veil:
        raise BadInput("a baseline needs ORGWARDEN_HASH_KEY, the key of the snapshot: it compares addresses by it")
    declared = baseline.organization.id if baseline else None
    if declared and declared != snapshot.manifest.organization:
        raise BadInput(
            f"the baseline is of organization {declared}, and the snapshot of {snapshot.manifest.organization}"
        )
    if veil and veil.check != snapshot.manifest.key_check:
        raise BadInput(f"{store.uri}/{place} was collected under another ORGWARDEN_HASH_KEY: set the key of then")
    approved = approving.last_approved(snapshot, approvals)
    uses = declared_uses(record_of, snapshot.manifest.organization)
    world = world_of(snapshot, baseline=baseline, veil=veil, approved=approved, uses=uses)
    settings = settings_of(baseline)
    controls = configured(controls_of(theme), settings)
    return Judged(
        snapshot=snapshot,
        world=world,
        theme=theme or "all",
        controls=controls,
        verdicts=tuple(evaluate(controls, world, settings)),
    )


def world_of(
    snapshot: Snapshot,
    *,
    baseline: Baseline | None,
    veil: Veil | None,
    approved: tuple[Rows, Gaps],
    uses: tuple[Rows, Gaps] = NO_RECORD,
) -> World:
    """Give the world in which a snapshot is judged: what was read, declared, approved, and attested of root users.

    Groups that were declared under other alias patterns than the snapshot was folded by cannot be found in it.
    """
    hidden = veil or Veil(b"nothing is declared")
    rows, gaps = declared_parts(baseline, veil=hidden)
    if GROUPS in rows and replace(hidden, aliases=aliases(baseline)).folding != snapshot.manifest.aliases:
        rows = {part: row for part, row in rows.items() if part not in BY_MAILBOX}
        gaps = {**gaps, **{(part.name, EVERYTHING): REFOLDED for part in BY_MAILBOX}}
    return snapshot.world({**rows, **approved[0], **uses[0]}, {**gaps, **approved[1], **uses[1]})


def record(
    judged: Judged, *, findings: FindingStore, baseline: Baseline | None, only: frozenset[str] | None = None
) -> Recorded:
    """Move the findings of the judged controls; the same snapshot recorded twice moves nothing the second time.

    ``only`` are the findings (by id) of a partial reading, which moves no other.
    """
    return move(
        judged.world,
        judged.controls,
        judged.verdicts,
        judged.snapshot.observation,
        findings=findings,
        baseline=baseline,
        only=only,
    )


def move(  # noqa: PLR0913 - what was judged, in which world, when, and what findings make of it
    world: World,
    controls: Sequence[Control],
    verdicts: Sequence[Verdict],
    observation: Observation,
    *,
    findings: FindingStore,
    baseline: Baseline | None,
    only: frozenset[str] | None = None,
    months_stand: bool = False,
) -> Recorded:
    """Move the findings of controls by their verdicts; ``months_stand``: those of a month end by acceptance alone."""
    declared = baseline or Baseline()
    themes = {control.id: control.theme for control in controls}
    return findings.record(
        Review(
            organization=world.organization,
            controls=controls,
            verdicts=verdicts,
            observation=observation,
            owner_of=lambda verdict: owner_of(verdict, themes[verdict.control], world),
            exemptions=declared.exemptions,
            adoptions=declared.adoptions(),
            today=world.today,
            due_days=declared.due_days.model_dump(),
            catalogue=frozenset(control.id for control in catalogue()),
            only=only,
            months_stand=months_stand,
        )
    )


def keep(judged: Judged, *, store: Store) -> str:
    """Write the verdicts as Parquet; give the file's name in the store."""
    place = judged.snapshot.place.removeprefix("snapshots/")
    return keep_verdicts(f"reviews/{place}/{judged.theme}", judged.verdicts, store=store)


def keep_verdicts(start: str, verdicts: Iterable[Verdict], *, store: Store) -> str:
    """Write verdicts as Parquet under a name that begins so and ends by their content; give it."""
    lines = b"".join(json.dumps(row, sort_keys=True).encode() + b"\n" for row in rows(verdicts))
    name = f"{start}-{hashlib.sha256(lines).hexdigest()[:12]}"
    create_or_same(store, f"{name}.jsonl", lines)
    store.replace(f"{name}.parquet", _parquet(lines))
    return f"{name}.parquet"


def rows(verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
    """Give each verdict as plain data; the evidence is an object."""
    for v in verdicts:
        s = v.subject
        values = (v.control, s.account, s.region, s.resource, s.scope, v.status.value, v.reason, v.cause)
        yield {**dict(zip(COLUMNS, values, strict=False)), "evidence": dict(v.evidence)}


def line(judged: Judged, recorded: Recorded | None = None) -> str:
    """Give the outcome that people see: deviations, how many are new (where recorded), unknowns, how much was seen."""
    seen = f"{judged.counts['unknown']} unknown · {int(coverage(judged.verdicts) * 100)} % seen"
    if recorded is None:
        return f"{judged.counts['fail']} deviations · {seen}"
    apart = {"adopted": len(recorded.adopted), "exempted": len(recorded.exempted), "snoozed": len(recorded.snoozed)}
    told = "".join(f" · {count} {what}" for what, count in apart.items() if count)
    return f"{len(recorded.deviations)} deviations ({len(recorded.new)} new){told} · {seen}"


def causes(judged: Judged) -> list[tuple[str, int]]:
    """Give each cause that kept controls from looking, with how many verdicts it hides, the worst first."""
    hidden = Counter(verdict.cause for verdict in judged.verdicts if verdict.status is Status.UNKNOWN)
    return sorted(hidden.items(), key=lambda item: (-item[1], item[0]))


def _parquet(lines: bytes) -> bytes:
    import duckdb

    columns = dict.fromkeys(COLUMNS, "VARCHAR") | {"evidence": "JSON"}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        source, target = Path(folder, "verdicts.jsonl"), Path(folder, "verdicts.parquet")
        source.write_bytes(lines)
        read = database.read_json(str(source), columns=columns, format="newline_delimited")
        read.write_parquet(str(target))
        return target.read_bytes()
