"""Killed at any moment, a run that is started again comes to the end that it would have come to undisturbed."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orgwarden.cli.output import table
from orgwarden.collect.batches import AHEAD, SIZE
from orgwarden.errors import RetryLater
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.flows import contact_review, drift_tickets
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import Period
from orgwarden.privacy import Veil
from orgwarden.snapshot import load_manifest
from orgwarden.store import FileStore
from tests.stress.governance import governing
from tests.stress.mortal import AFTER, BEFORE, DURING, Counter, MortalStore, count_commits, killed
from tests.stress.organization import Names, reading

pytestmark = pytest.mark.slow
VEIL, NOVEMBER = Veil(b"key"), Period("2026-11")
PLACE = "snapshots/2026-11/1"
# Things whose pages are being read at one moment.
UNDER_WAY = SIZE * (1 + AHEAD)
# Pages that follow from others: they are made again, and nobody is asked for them a second time.
FOLLOW = frozenset({"states", "resource-policy", "effective-lost"})
Step = Callable[[Path, Counter], object]


def at() -> datetime:
    return datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def opening(root: Path, counter: Counter) -> object:
    return inventory.open_snapshot(NOVEMBER, run="r1", store=MortalStore(root, counter), veil=VEIL, clock=at)


def sweep_organizations(root: Path, counter: Counter) -> object:
    return inventory.sweep_organizations(PLACE, store=MortalStore(root, counter), aws=reading(), veil=VEIL)


def sweep_contacts(root: Path, counter: Counter) -> object:
    return inventory.sweep_contacts(PLACE, store=MortalStore(root, counter), aws=reading(), veil=VEIL)


def sweep_mail_domains(root: Path, counter: Counter) -> object:
    return inventory.sweep_mail_domains(PLACE, store=MortalStore(root, counter), dns=Names())


def gate(root: Path, counter: Counter) -> object:
    return inventory.gate(PLACE, store=MortalStore(root, counter), baseline=None)


def seal(root: Path, counter: Counter) -> object:
    return inventory.seal(PLACE, store=MortalStore(root, counter), clock=at, versions={})


def calling_organizations(root: Path, counter: Counter) -> object:
    return inventory.sweep_organizations(PLACE, store=FileStore(root), aws=reading(counter), veil=VEIL)


def calling_contacts(root: Path, counter: Counter) -> object:
    return inventory.sweep_contacts(PLACE, store=FileStore(root), aws=reading(counter), veil=VEIL)


def sweeping(sweep: Callable[..., object]) -> Step:
    """Give the step whose writes are moments."""
    return lambda root, counter: sweep(PLACE, store=MortalStore(root, counter), aws=governing())


def calling(sweep: Callable[..., object]) -> Step:
    """Give the step whose answers are moments."""
    return lambda root, counter: sweep(PLACE, store=FileStore(root), aws=governing(counter))


def tools(root: Path, counter: Counter) -> dict[str, Any]:
    engine = count_commits(connect(f"sqlite:///{root / 'orgwarden.db'}"), counter)
    return {
        "store": MortalStore(root, counter),
        "engine": engine,
        "findings": FindingStore(engine),
        "baseline": None,
    }


def review(root: Path, counter: Counter) -> object:
    given = tools(root, counter)
    del given["engine"]
    return contact_review.review(PLACE, veil=VEIL, clock=at, **given)


def plan(root: Path, counter: Counter) -> str:
    return drift_tickets.plan(run="t1", **tools(root, counter))


def apply(root: Path, counter: Counter) -> object:
    return drift_tickets.apply(planned(root), **tools(root, counter))


def sweep_tickets(root: Path, counter: Counter) -> object:
    return drift_tickets.sweep(**tools(root, counter))


def reconcile(root: Path, counter: Counter) -> object:
    return drift_tickets.reconcile(planned(root), **tools(root, counter))


def planned(root: Path) -> str:
    names = FileStore(root).names("tickets/plans")
    return next(name for name in names if not name.endswith(".applied.json"))


GOVERNANCE: dict[str, Callable[..., object]] = {
    "sweep policies": partial(inventory.sweep_policies, veil=VEIL),
    "sweep delegation": partial(inventory.sweep_delegation, veil=VEIL, baseline=None),
    "sweep root": partial(inventory.sweep_root, veil=VEIL, audit="assume_root"),
    "sweep access": partial(inventory.sweep_access, veil=VEIL, baseline=None),
    "sweep resources": partial(inventory.sweep_resources, veil=VEIL, asks_cost_explorer=False),
    "sweep alerts": partial(inventory.sweep_alerts, veil=VEIL),
    "sweep billing": partial(inventory.sweep_billing, asks_cost_explorer=False),
}
SWEEPS: dict[str, Step] = {
    "open": opening,
    "sweep organizations": sweep_organizations,
    "sweep contacts": sweep_contacts,
    "sweep mail domains": sweep_mail_domains,
    **{name: sweeping(sweep) for name, sweep in GOVERNANCE.items()},
    "gate": gate,
    "seal": seal,
}
# Each with the calls that it makes of one account, policy or permission set.
CALLING: dict[str, tuple[Step, int]] = {
    "sweep organizations": (calling_organizations, 1),
    "sweep contacts": (calling_contacts, 4),
    "sweep policies": (calling(GOVERNANCE["sweep policies"]), 3),
    "sweep root": (calling(GOVERNANCE["sweep root"]), 3),
    "sweep access": (calling(GOVERNANCE["sweep access"]), 7),
}
REVIEWS: dict[str, Step] = {
    "review": review,
    "plan tickets": plan,
    "apply tickets": apply,
    "sweep tickets": sweep_tickets,
    "reconcile tickets": reconcile,
}


@dataclass
class Drill:
    """The steps of a run, and the state before each of them, prepared once undisturbed."""

    folder: Path
    steps: Mapping[str, Step]
    counts: dict[str, list[str]] = field(default_factory=dict)

    def prepare(self) -> "Drill":
        live = self.folder / "live"
        live.mkdir(parents=True, exist_ok=True)
        for step, do in self.steps.items():
            shutil.copytree(live, self.folder / step)
            counter = Counter()
            do(live, counter)
            self.counts[step] = counter.names
        return self

    def fresh(self, step: str) -> Path:
        """Give a copy of the state before a step."""
        shutil.rmtree(self.folder / "now", ignore_errors=True)
        return Path(shutil.copytree(self.folder / step, self.folder / "now"))

    def killed_everywhere(self, step: str, moments: tuple[str, ...]) -> Iterator[Path]:
        """Kill the step at each moment; give each state that is left."""
        for number, name in enumerate(self.counts[step], 1):
            if not is_tried(step, number, name):
                continue
            for when in (when for when in moments if name != "commit" or when != DURING):
                root = self.fresh(step)
                do, counter = self.steps[step], Counter(number, when)
                assert killed(lambda: do(root, counter)), f"{step} was not killed {when} {name}"  # noqa: B023 - now
                yield root

    def after(self, step: str) -> Path:
        """Give the undisturbed state behind a step."""
        names = [*self.steps, "live"]
        return self.folder / names[names.index(step) + 1]

    def again(self, root: Path, step: str) -> Counter:
        """Start the step that was killed again, as a retry does; gives what was written."""
        counter = Counter()
        patiently(root, lambda: self.steps[step](root, counter))
        return counter

    def resume(self, root: Path, step: str) -> None:
        """Start again with the step that was killed, and go to the end."""
        names = list(self.steps)
        for name in names[names.index(step) :]:
            self.again(root, name)


def is_tried(step: str, number: int, name: str) -> bool:
    """Say whether a moment is tried: of the many files that sealing writes and clears alike, a third will do."""
    return step != "seal" or number % 3 == 0 or name.endswith("manifest.json")


def patiently(root: Path, run: Callable[[], object]) -> None:
    """Run until nothing has to wait any more; waiting is done by letting the dead run's lease run out."""
    for _ in range(3):
        try:
            run()
        except RetryLater:
            with closing(sqlite3.connect(root / "orgwarden.db")) as database, database:
                database.execute("UPDATE ticket_outbox SET lease_until = '2026-01-01 00:00:00'")
        else:
            return
    raise AssertionError("it still has to wait")


def digest(root: Path) -> str:
    return load_manifest(FileStore(root), PLACE).digest


def contents(root: Path) -> dict[str, bytes]:
    """Give every file of the reading, by name; but for the gate's pages, which say when it was passed."""
    store = FileStore(root)
    return {name: store.read(name) for name in store.names(PLACE) if not name.startswith(f"{PLACE}/gate/")}


def staged(root: Path) -> set[str]:
    return set(FileStore(root).names(f"{PLACE}/pages"))


def shown(capsys: pytest.CaptureFixture[str], rows: list[tuple[object, ...]], *header: str) -> None:
    with capsys.disabled():
        print("\n\n" + table(rows, header))  # noqa: T201 - the table is what the test is for


def test_a_reading_killed_at_any_write_resumes_to_the_same_content_and_no_page_is_lost_or_read_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    drill = Drill(tmp_path, SWEEPS).prepare()
    undisturbed, rows = digest(tmp_path / "live"), []
    for step in SWEEPS:
        same, twice = [], 0
        for root in drill.killed_everywhere(step, (BEFORE, DURING, AFTER)):
            kept = staged(root)
            written = drill.again(root, step).names
            same.append(contents(root) == contents(drill.after(step)))
            before_seal = written[: next((i for i, name in enumerate(written) if "/parts/" in name), 0)]
            twice += len({page for page in kept.intersection(before_seal) if page.split("/")[-2] not in FOLLOW})
        drill.resume(root, step)
        assert digest(root) == undisturbed
        rows.append((step, len(drill.counts[step]), len(same), sum(same), twice))
    shown(capsys, rows, "step", "writes", "killed at moments", "same content", "pages read twice")
    assert all(moments == same > 0 and not twice for _, _, moments, same, twice in rows)


def test_a_sweep_killed_behind_an_answer_of_aws_asks_again_for_the_pages_under_way_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    whole = Drill(tmp_path / "whole", SWEEPS).prepare()
    undisturbed, rows = digest(tmp_path / "whole" / "live"), []
    for step, (do, calls_each) in CALLING.items():
        counter = Counter()
        do(whole.fresh(step), counter)
        calls, same = len(counter.names), []
        for number in range(1, calls + 1, 20):
            root = whole.fresh(step)
            assert killed(lambda: do(root, Counter(number, AFTER)))  # noqa: B023 - at once
            again = Counter()
            do(root, again)
            assert calls <= number + len(again.names) <= calls + calls_each * UNDER_WAY
            whole.resume(root, step)
            same.append(digest(root) == undisturbed)
        rows.append((step, calls, len(same), sum(same)))
    shown(capsys, rows, "step", "calls", "killed behind an answer", "same digest")
    assert all(moments == same > 0 for _, _, moments, same in rows)


def outcome(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that people see of findings and tickets, but for the clock's times."""
    asked = {
        "findings": "SELECT id, state, owner, first_seen, opened_at, last_seen, due FROM findings ORDER BY id",
        "events": "SELECT finding, happening, at, text FROM finding_events ORDER BY finding, at, happening",
        "tickets": "SELECT fingerprint, title, body, status FROM local_tickets ORDER BY fingerprint",
        "comments": "SELECT number, comment_key FROM local_comments ORDER BY number, comment_key",
        "listed": "SELECT finding, fingerprint FROM ticket_findings ORDER BY finding",
        "outbox": "SELECT fingerprint, state, status, left_open, content FROM ticket_outbox ORDER BY fingerprint",
    }
    with closing(sqlite3.connect(root / "orgwarden.db")) as database:
        return {name: database.execute(statement).fetchall() for name, statement in asked.items()}


def test_a_review_and_its_tickets_killed_at_any_write_or_commit_end_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    live = tmp_path / "drill" / "live"
    live.mkdir(parents=True)
    for do in SWEEPS.values():
        do(live, Counter())
    engine = connect(f"sqlite:///{live / 'orgwarden.db'}")
    migrate(engine)
    engine.dispose()
    drill = Drill(tmp_path / "drill", REVIEWS).prepare()
    undisturbed, rows = outcome(live), []
    assert len(undisturbed["findings"]) >= 10
    for step in REVIEWS:
        moments, findings, tickets = 0, 0, 0
        for root in drill.killed_everywhere(step, (BEFORE, AFTER)):
            drill.resume(root, step)
            ended, moments = outcome(root), moments + 1
            findings += (ended["findings"], ended["events"]) == (undisturbed["findings"], undisturbed["events"])
            tickets += all(ended[name] == undisturbed[name] for name in ("tickets", "comments", "listed", "outbox"))
        rows.append((step, len(drill.counts[step]), moments, findings, tickets))
    shown(capsys, rows, "step", "writes and commits", "killed at moments", "same findings", "same tickets")
    assert all(moments == findings == tickets for _, _, moments, findings, tickets in rows)
