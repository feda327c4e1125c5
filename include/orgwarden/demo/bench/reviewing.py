"""Judges a made-up snapshot of the organization at any size by every control: its seconds, and the memory it needs.

What a process has ever held cannot be taken back, so each size is judged in a process of its own.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from orgwarden import baseline as declarations
from orgwarden import snapshot
from orgwarden.control import Control, Setting
from orgwarden.controls import arriving
from orgwarden.demo import embedded
from orgwarden.demo.bench import baseline, governance, growing, inventory, management
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import Seed
from orgwarden.engine import evaluate
from orgwarden.flows import approving, reviewing
from orgwarden.flows.settings import configured, settings_of
from orgwarden.model import Status, Verdict, World
from orgwarden.population import Arrival
from orgwarden.snapshot import Opened, Page, Sealing, stage
from orgwarden.store import FileStore

PLACE = "snapshots/2026-11/1"
BASELINE = "baseline"
AT = datetime(2026, 11, 21, tzinfo=UTC)
MEGABYTE = 1024
T = TypeVar("T")
READING = (
    inventory.organization,
    inventory.contacts,
    governance.policies,
    governance.delegation,
    governance.root,
    governance.billing,
    inventory.runbooks,
    management.access,
    management.resources,
    management.alerts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a review, loading something or judging by a theme: its verdicts, and how long it took."""

    name: str
    verdicts: int = 0
    unknown: int = 0
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a review by all controls came to; ``whole`` is the sum of its steps, in order."""

    steps: tuple[Step, ...]
    megabytes: float

    @property
    def whole(self) -> Step:
        """Give the steps as one."""
        return Step(
            name="all",
            verdicts=sum(step.verdicts for step in self.steps),
            unknown=sum(step.unknown for step in self.steps),
            seconds=sum(step.seconds for step in self.steps),
        )


def measured(accounts: int, folder: Path) -> Measured:
    """Make a snapshot of so many accounts, and judge it in another process."""
    shutil.rmtree(folder, ignore_errors=True)
    write(growing.grown(accounts), folder)
    command = [sys.executable, "-m", "orgwarden.demo.bench.reviewing", str(folder)]
    told = subprocess.run(command, env=embedded.clean_environ(), check=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
    found = json.loads(told.stdout)
    return Measured(steps=tuple(Step(**step) for step in found["steps"]), megabytes=found["megabytes"])


def write(declared: Seed, folder: Path) -> None:
    """Seal what a collection of the organization would have read, approve it, and declare what its owners would."""
    baseline.written(declared, folder / BASELINE)
    store, veil = FileStore(folder), inventory.veil()
    opened = Opened(period="2026-11", run="made up", at=AT, key_check=veil.check, aliases=veil.folding)
    staging = stage(store, PLACE, opened)
    rows = {part: found for read in READING for part, found in read(declared).items()}
    staging.put("made-up", 1, Page(rows=rows))
    sealing = Sealing(
        organization=declared.organization.id, management=MANAGEMENT_ID, sealed=AT, previous="", versions={}
    )
    snapshot.seal(staging, sealing, parts=rows, gaps={})
    approving.settle(PLACE, store=store, approvals=store)


def _judged(folder: Path) -> Measured:
    """Judge as a review does, step by step; the verdicts of all steps are held to the end, as a review holds them."""
    steps: list[Step] = []
    store, veil = FileStore(folder), inventory.veil()
    declared = _timed(steps, "the baseline", lambda: declarations.load(folder / BASELINE))
    read = _timed(steps, "the snapshot", lambda: snapshot.load(store, PLACE))
    approved = _timed(steps, "the approved state", lambda: approving.last_approved(read, store))
    world = reviewing.world_of(read, baseline=declared, veil=veil, approved=approved)
    settings = settings_of(declared)
    held: list[Verdict] = []
    for theme in sorted({control.theme for control in arriving(Arrival.SNAPSHOT)}):
        controls = configured(reviewing.controls_of(theme), settings)
        held += _timed(steps, theme, partial(_verdicts, controls, world, settings))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return Measured(steps=tuple(steps), megabytes=megabytes)


def _verdicts(controls: Sequence[Control], world: World, settings: Mapping[str, Setting]) -> list[Verdict]:
    return list(evaluate(controls, world, settings))


def _timed(steps: list[Step], name: str, act: Callable[[], T]) -> T:
    """Do something, and add what it came to."""
    begun = time.monotonic()
    done = act()
    seconds = time.monotonic() - begun
    verdicts = done if isinstance(done, list) else []
    unknown = sum(verdict.status is Status.UNKNOWN for verdict in verdicts)
    steps.append(Step(name=name, verdicts=len(verdicts), unknown=unknown, seconds=seconds))
    return done


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_judged(Path(sys.argv[1])))))
