"""A worker that is killed in the middle of a task, and servers that are restarted: in the end all is as undisturbed.

Each time the same month is read again, so what stands at the end has to be what stood before: the same findings, the
same tickets, and each finding on exactly one.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import create_engine, text

from orgwarden.attestations.records import AttestationStore, broken_at
from orgwarden.demo.attesting import People
from orgwarden.demo.chain import ATTESTING, BILL
from orgwarden.demo.sign_in import OPERATOR
from orgwarden.demo.standing import next_month
from orgwarden.demo.summary import table
from orgwarden.errors import StopAndTell
from orgwarden.findings.store import FindingStore
from tests.topology.native import sign_in, start_one, start_postgres

pytestmark = pytest.mark.topology
# What is killed in the middle, in the order in which a month comes to it.
READING = (
    ("organization_inventory", "sweep_contacts"),
    ("organization_inventory", "seal"),
    ("contact_review", "review"),
    ("drift_tickets", "apply"),
)
BILLING = ((BILL, "each.reconcile"),)
ANSWERED = "each.answer"
PATIENCE = 420.0
DEAD = {"failed", "up_for_retry", "upstream_failed"}
ENDED = {"success", "failed", "skipped"}


@dataclass
class Disturber:
    """Does harm at the planned moments of runs that begin from now on, while somebody else follows them."""

    topology: object
    plan: Sequence[tuple[str, str, Callable[["Disturber", dict], str]]]
    done: list[tuple[str, str, str, str]] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def __post_init__(self):
        self.api = sign_in(self.topology, OPERATOR)
        self.known = {run for workflow, *_ in self.plan for run in self.runs(workflow)}

    def runs(self, workflow):
        return {one["dag_run_id"]: one for one in self.api.get(f"/dags/{workflow}/dagRuns", limit=100)["dag_runs"]}

    @contextmanager
    def at_work(self):
        thread = threading.Thread(target=self._all, daemon=True)
        thread.start()
        yield self
        thread.join(PATIENCE)
        if self.failed:
            raise self.failed[0]

    def _all(self):
        try:
            for workflow, task, harm in self.plan:
                self.one(workflow, task, harm)
        except BaseException as error:  # noqa: BLE001 - told by whoever waits for the thread
            self.failed.append(error)

    def one(self, workflow, task, harm):
        instance = self.running(workflow, task)
        at = time.monotonic()
        what = harm(self, instance)
        self.recover(workflow, instance["dag_run_id"], task)
        self.done.append(
            (f"{workflow}.{task}", what, f"try {instance['try_number']}", f"{time.monotonic() - at:.0f} s")
        )

    def running(self, workflow, task):
        """Wait until a task runs in a run that was not there before; one that asks: when somebody has answered."""
        until, answered = time.monotonic() + PATIENCE, set()
        while time.monotonic() < until:
            for run in self.runs(workflow).keys() - self.known:
                for one in self.tasks(workflow, run):
                    if one["task_id"] != task:
                        continue
                    if one["state"] == "awaiting_input":
                        answered.add(one["id"])
                    if one["state"] == "running" and one["pid"] and (task != ANSWERED or one["id"] in answered):
                        return one
            time.sleep(0.1)
        raise AssertionError(f"{workflow}.{task} did not run")

    def tasks(self, workflow, run):
        return self.api.get(f"/dags/{workflow}/dagRuns/{run}/taskInstances", limit=100)["task_instances"]

    def recover(self, workflow, run, task):
        """Clear what died, as somebody on call does; wait until the task has ended well."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(StopAndTell):
                tasks = self.tasks(workflow, run)
                if dead := [[one["task_id"], one["map_index"]] for one in tasks if one["state"] in DEAD]:
                    body = {"dry_run": False, "only_failed": False, "dag_run_id": run, "task_ids": dead}
                    self.api.send("POST", f"/dags/{workflow}/clearTaskInstances", body)
                elif {one["state"] for one in tasks if one["task_id"] == task} == {"success"}:
                    return
            time.sleep(1)
        raise AssertionError(f"{workflow}.{task} did not recover")


def kill_its_worker(disturber, instance):
    key = worker_of(disturber.topology, instance)
    disturber.topology.kill(key)
    start_worker(disturber.topology, key)
    return f"SIGKILL of {key}"


def stop_its_worker(disturber, instance):
    """Tell a worker to stop as Docker does; it has to end what it has begun."""
    topology, key = disturber.topology, worker_of(disturber.topology, instance)
    process = topology.running[key].process
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    begun = {one["task_id"]: one for one in disturber.tasks(instance["dag_id"], instance["dag_run_id"])}
    ended = begun[instance["task_id"]]
    assert (ended["state"], ended["try_number"]) == ("success", instance["try_number"])
    start_worker(topology, key)
    return f"SIGTERM to {key}"


def worker_of(topology, instance):
    session = os.getsid(instance["pid"])
    (key,) = (name for name, one in topology.running.items() if one.process.pid == session)
    return key


def start_worker(topology, key):
    start_one(topology, "airflow-worker", 2 if key.endswith("-2") else 1)


def kill_the_scheduler(disturber, _):
    disturber.topology.kill("airflow-scheduler")
    start_one(disturber.topology, "airflow-scheduler")
    return "SIGKILL of the scheduler"


def kill_the_triggerer(disturber, _):
    disturber.topology.kill("airflow-triggerer")
    start_one(disturber.topology, "airflow-triggerer")
    return "SIGKILL of the triggerer"


def restart_postgres(disturber, _):
    disturber.topology.kill("postgres")
    start_postgres(disturber.topology)
    return "SIGKILL of PostgreSQL"


def end_state(topology):
    """Give what stands: findings, every ticket that was ever made, and what is not right about them."""
    engine = create_engine(topology.service("airflow-worker").environment["ORGWARDEN_DATABASE_URL"])
    with engine.connect() as connection:
        findings = connection.execute(text("SELECT id, control, state FROM findings ORDER BY id")).all()
        tickets = connection.execute(
            text("SELECT fingerprint, number, status FROM local_tickets ORDER BY number")
        ).all()
    engine.dispose()
    check = topology.command("orgwarden", "tickets", "check", "--json")
    assert check.returncode in {0, 1}, check.stderr
    return {"findings": findings, "tickets": tickets, "check": json.loads(check.stdout)}


@pytest.mark.parametrize(
    ("what", "plan"),
    [
        (
            "reading",
            [
                ("organization_inventory", "sweep_organizations", stop_its_worker),
                *((workflow, task, kill_its_worker) for workflow, task in READING),
            ],
        ),
        ("bill", [(workflow, task, kill_its_worker) for workflow, task in BILLING]),
        (
            "servers",
            [
                ("organization_inventory", "sweep_contacts", kill_the_scheduler),
                ("contact_review", "review", kill_the_triggerer),
                ("drift_tickets", "plan", restart_postgres),
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_all_is_as_undisturbed(story, topology, what, plan, capsys):
    before = end_state(topology)
    with Disturber(topology, plan).at_work() as disturber:
        if what == "bill":
            story.chain.billed(story.bill_period, asked=True)
        else:
            story.chain.triggered(story.month)
    after = end_state(topology)
    with capsys.disabled():
        print(table(("in the middle of", "happened", "its", "until it had ended"), disturber.done))
    assert len(disturber.done) == len(plan)
    assert after == before


def test_an_answer_that_was_being_recorded_is_asked_for_again_and_counts_once(story, topology, capsys):
    before = end_state(topology)
    quarter = next_quarter(story.month)
    with Disturber(topology, [(ATTESTING, ANSWERED, kill_its_worker)]).at_work() as disturber:
        body = {"logical_date": None, "partition_key": quarter}
        run = story.demo.api.send("POST", f"/dags/{ATTESTING}/dagRuns", body)["dag_run_id"]
        People(story.demo, story.apis).answer(run)
    counts = story.attested.counts(story.chain.attested(run))
    with capsys.disabled():
        print(table(("in the middle of", "happened", "its", "until it had ended"), disturber.done))
    assert (counts["answered"], counts["overdue"]) == (counts["asked"], 0)
    assert counts["asked"] > 0
    engine = create_engine(topology.service("airflow-worker").environment["ORGWARDEN_DATABASE_URL"])
    store = AttestationStore(engine)
    (organization,) = FindingStore(engine).organizations()
    assert broken_at(store.entries(organization)) is None
    engine.dispose()
    assert end_state(topology) == before


def next_quarter(month):
    """Give the month that opens the quarter after that of a month."""
    while True:
        month = next_month(month)
        if month.text.endswith(("-01", "-04", "-07", "-10")):
            return month.text
