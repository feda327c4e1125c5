"""Two runs at once, a run cleared and rerun, an old period replayed: nothing twice, and nothing back from the dead."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from orgwarden.cli.output import table
from orgwarden.errors import RetryLater
from orgwarden.findings.database import connect
from orgwarden.findings.finding import Happening
from orgwarden.findings.store import FindingStore
from orgwarden.findings.tables import FINDING_EVENTS, LOCAL_TICKETS
from orgwarden.flows import contact_review, drift_tickets
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import Period
from orgwarden.privacy import Veil
from orgwarden.store import FileStore
from tests.findings.conftest import POSTGRES, database_url, engine  # noqa: F401 - fixtures
from tests.stress.organization import Names, reading

VEIL = Veil(b"key")
NOVEMBER, DECEMBER = "snapshots/2026-11/1", "snapshots/2026-12/1"
ROUNDS = 3
Run = Callable[[], object]


def noon() -> datetime:
    return datetime(2026, 11, 2, 12, tzinfo=UTC)


def collect(store: FileStore, month: int, *, mended: bool) -> None:
    def at() -> datetime:
        return datetime(2026, month, 2, tzinfo=UTC)

    place = inventory.open_snapshot(Period(f"2026-{month}"), run=f"r{month}", store=store, veil=VEIL, clock=at)
    inventory.sweep_organizations(place, store=store, aws=reading(mended=mended), veil=VEIL)
    inventory.sweep_contacts(place, store=store, aws=reading(mended=mended), veil=VEIL)
    inventory.sweep_mail_domains(place, store=store, dns=Names())
    inventory.gate(place, store=store, baseline=None)
    inventory.seal(place, store=store, clock=at, versions={})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileStore:
    """November as it drifted, and December with every contact mended; both are sealed."""
    made = FileStore(tmp_path_factory.mktemp("races"))
    collect(made, 11, mended=False)
    collect(made, 12, mended=True)
    return made


@dataclass(frozen=True)
class Place:
    """One store and one database, on which each run works with an engine of its own, as a process does."""

    store: FileStore
    url: str

    def reviewed(self, place: str) -> None:
        with self.findings() as findings:
            contact_review.review(place, store=self.store, baseline=None, veil=VEIL, findings=findings, clock=noon)

    def ticketed(self, run: str) -> None:
        with self.findings() as findings:
            tools = {"store": self.store, "engine": findings.engine, "findings": findings, "baseline": None}
            planned = drift_tickets.plan(run=run, **tools)
            patiently(lambda: drift_tickets.apply(planned, **tools))
            drift_tickets.sweep(**tools)
            drift_tickets.reconcile(planned, **tools)

    def run(self, place: str, run: str) -> None:
        self.reviewed(place)
        self.ticketed(run)

    def findings(self) -> "Findings":
        return Findings(self.url)

    def standing(self) -> dict[str, Any]:
        """Give what stands: open findings, open tickets, and what would be wrong."""
        with self.findings() as findings, findings.engine.connect() as connection:
            tickets = connection.execute(select(LOCAL_TICKETS)).all()
            events = connection.execute(select(FINDING_EVENTS)).all()
            tools = {"store": self.store, "engine": findings.engine, "findings": findings, "baseline": None}
            checked = drift_tickets.check(**tools)
        happened = Counter((e.finding, e.happening) for e in events)
        return {
            "open": checked["open_findings"],
            "tickets": sum(t.status != "done" for t in tickets),
            "on_no_ticket": len(checked["on_no_ticket"]),
            "twice": len(checked["on_several"])
            + sum(n - 1 for n in Counter(t.fingerprint for t in tickets).values())
            + sum(n - 1 for (_, what), n in happened.items() if what == Happening.OPENED.value),
            "back": sum(n for (_, what), n in happened.items() if what == Happening.REOPENED.value),
        }


@dataclass
class Findings:
    """The findings over an engine that ends with the block."""

    url: str

    def __enter__(self) -> FindingStore:
        self.engine = connect(self.url)
        return FindingStore(self.engine)

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()


def patiently(run: Run) -> None:
    for _ in range(200):
        try:
            run()
        except RetryLater:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it still has to wait")


def together(*runs: Run) -> None:
    """Do the runs at once, each in a process of its own; all must come to their end."""
    gate, start = os.pipe()
    children = [_forked(run, gate, start) for run in runs]
    os.close(start)
    os.close(gate)
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ended == [0] * len(runs)


def _forked(run: Run, gate: int, start: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.close(start)
        os.read(gate, 1)  # ends when the parent has started all
        run()
        code = 0
    finally:
        os._exit(code)


def one_snapshot_by_two_runs(place: Place, number: int) -> None:
    together(lambda: place.run(NOVEMBER, f"a{number}"), lambda: place.run(NOVEMBER, f"b{number}"))


def a_run_cleared_and_rerun_beside_itself(place: Place, number: int) -> None:
    together(*[lambda: place.run(NOVEMBER, f"a{number}")] * 3)


def tickets_of_two_runs_behind_one_review(place: Place, number: int) -> None:
    place.reviewed(NOVEMBER)
    together(lambda: place.ticketed(f"a{number}"), lambda: place.ticketed(f"b{number}"))


def an_older_and_a_newer_reading_at_once(place: Place, number: int) -> None:
    together(lambda: place.run(NOVEMBER, f"a{number}"), lambda: place.run(DECEMBER, f"b{number}"))
    place.run(DECEMBER, f"c{number}")


def an_older_period_replayed_behind_a_newer(place: Place, number: int) -> None:
    place.run(NOVEMBER, f"a{number}")
    place.run(DECEMBER, f"b{number}")
    together(lambda: place.run(NOVEMBER, f"c{number}"), lambda: place.run(NOVEMBER, f"d{number}"))


def an_older_period_that_was_never_reviewed(place: Place, number: int) -> None:
    place.run(DECEMBER, f"a{number}")
    together(lambda: place.run(NOVEMBER, f"b{number}"), lambda: place.run(NOVEMBER, f"c{number}"))


# Each race with the orders of reviews, one after the other, of which it must end like one.
RACES = (
    (one_snapshot_by_two_runs, [(NOVEMBER,)]),
    (a_run_cleared_and_rerun_beside_itself, [(NOVEMBER,)]),
    (tickets_of_two_runs_behind_one_review, [(NOVEMBER,)]),
    (an_older_and_a_newer_reading_at_once, [(NOVEMBER, DECEMBER), (DECEMBER,)]),
    (an_older_period_replayed_behind_a_newer, [(NOVEMBER, DECEMBER)]),
    (an_older_period_that_was_never_reviewed, [(DECEMBER,)]),
)


@pytest.fixture
def empty(engine: Any, store: FileStore) -> Callable[[], Place]:  # noqa: F811 - the fixture
    """Give the place with a database that has nothing in it."""

    def emptied() -> Place:
        from orgwarden.findings.tables import METADATA

        with engine.begin() as connection:
            for made in reversed(METADATA.sorted_tables):
                connection.execute(made.delete())
        engine.dispose()
        return Place(store, engine.url.render_as_string(hide_password=False))

    return emptied


def _one_after_the_other(place: Place, order: tuple[str, ...]) -> dict[str, Any]:
    for number, snapshot in enumerate(order):
        place.run(snapshot, f"alone-{number}")
    return place.standing()


@pytest.mark.slow
def test_races_leave_each_finding_on_one_ticket_and_resurrect_nothing(
    empty: Callable[[], Place], capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
):
    rows = []
    for race, orders in RACES:
        wanted = [_one_after_the_other(empty(), order) for order in orders]
        ended = []
        for number in range(ROUNDS):
            place = empty()
            race(place, number)
            ended.append(place.standing())
        right = sum(outcome in wanted for outcome in ended)
        told = " or ".join(sorted({f"{w['open']} on {w['tickets']}" for w in wanted}))
        wrong = [sum(e[what] for e in ended) for what in ("on_no_ticket", "twice", "back")]
        rows.append((race.__name__.replace("_", " "), told, f"{right} of {ROUNDS}", *wrong))
    header = ("race", "open findings on tickets", "ended so", "on no ticket", "twice", "resurrected")
    with capsys.disabled():
        kind = "postgresql" if "postgres" in request.node.name else "sqlite"
        print(f"\n\n{kind}\n" + table(rows, header))  # noqa: T201 - the table is what the test is for
    assert all(row[2] == f"{ROUNDS} of {ROUNDS}" and not any(row[3:]) for row in rows)
