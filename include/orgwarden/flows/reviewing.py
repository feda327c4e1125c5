"""What every review does: judge a snapshot by the controls of a theme, keep the verdicts, move the findings.

The verdict files are named by their content: the same snapshot judged twice by the same declarations gives one file.
"""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.control import Control
from orgwarden.controls import catalogue
from orgwarden.declared import declared_parts
from orgwarden.engine import coverage, evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.owners import owner_of
from orgwarden.findings.store import FindingStore, Recorded, Review
from orgwarden.model import Status, Verdict, World
from orgwarden.privacy import Veil
from orgwarden.snapshot import Snapshot, load
from orgwarden.store import Store, create_or_same

COLUMNS = ("control", "account", "region", "resource", "scope", "status", "reason", "cause", "evidence")


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
    """Give the controls of a theme (of all without one). Raises ``BadInput`` where there is no such theme."""
    mine = tuple(control for control in catalogue() if theme in (None, control.theme))
    if not mine:
        themes = ", ".join(sorted({control.theme for control in catalogue()}))
        raise BadInput(f"there is no theme {theme!r}: choose one of {themes}")
    return mine


def judge(place: str, *, theme: str | None, store: Store, baseline: Baseline | None, veil: Veil | None) -> Judged:
    """Judge a sealed snapshot by a theme's controls (by all without one). Raises ``BadInput``."""
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
    world = snapshot.world(*declared_parts(baseline, veil=veil or Veil(b"nothing is declared")))
    controls = controls_of(theme)
    return Judged(
        snapshot=snapshot,
        world=world,
        theme=theme or "all",
        controls=controls,
        verdicts=tuple(evaluate(controls, world)),
    )


def record(judged: Judged, *, findings: FindingStore, baseline: Baseline | None) -> Recorded:
    """Move the findings of the judged controls; the same snapshot recorded twice moves nothing the second time."""
    declared = baseline or Baseline()
    themes = {control.id: control.theme for control in judged.controls}
    return findings.record(
        Review(
            organization=judged.world.organization,
            controls=judged.controls,
            verdicts=judged.verdicts,
            observation=judged.snapshot.observation,
            owner_of=lambda verdict: owner_of(verdict, themes[verdict.control], judged.world),
            exemptions=declared.exemptions,
            today=judged.world.today,
            due_days=declared.due_days.model_dump(),
            catalogue=frozenset(control.id for control in catalogue()),
        )
    )


def keep(judged: Judged, *, store: Store) -> str:
    """Write the verdicts as Parquet; give the file's name in the store."""
    lines = b"".join(json.dumps(row, sort_keys=True).encode() + b"\n" for row in rows(judged.verdicts))
    place = judged.snapshot.place.removeprefix("snapshots/")
    name = f"reviews/{place}/{judged.theme}-{hashlib.sha256(lines).hexdigest()[:12]}"
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
    exempted = f" · {len(recorded.exempted)} exempted" if recorded.exempted else ""
    return f"{len(recorded.deviations)} deviations ({len(recorded.new)} new){exempted} · {seen}"


def _parquet(lines: bytes) -> bytes:
    import duckdb

    columns = dict.fromkeys(COLUMNS, "VARCHAR") | {"evidence": "JSON"}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        source, target = Path(folder, "verdicts.jsonl"), Path(folder, "verdicts.parquet")
        source.write_bytes(lines)
        read = database.read_json(str(source), columns=columns, format="newline_delimited")
        read.write_parquet(str(target))
        return target.read_bytes()
