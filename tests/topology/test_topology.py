"""What docker-compose.yaml describes, run on this machine: PostgreSQL, Redis, two workers, sign-in by OpenID Connect.

The demo organization is read, billed and asked about through the scheduler, and every answer is what was seeded.
"""

import re
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from orgwarden.demo import attesting, bills, seed
from orgwarden.demo.attesting import People
from orgwarden.demo.chain import ATTESTING, BILL, CHAIN, REVIEWING, Chain
from orgwarden.demo.run import compared
from orgwarden.demo.sign_in import OPERATOR, demo_people
from orgwarden.demo.summary import table
from orgwarden.errors import StopAndTell
from tests.compose.reading import document
from tests.topology.native import demo_of, sign_in, standing
from tests.topology.watching import watching

pytestmark = pytest.mark.topology


@pytest.fixture(scope="module")
def topology():
    state = Path(tempfile.mkdtemp(prefix="orgwarden-topology-"))
    try:
        with standing(state) as one:
            yield one
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="module")
def watch(topology):
    def memory():
        return {name: one.memory() for name, one in topology.running.items()}

    with watching(topology.server, memory, every=0.5, seldom=20) as seen:
        yield seen


@pytest.fixture(scope="module")
def story(topology, watch):
    """Run the workflows once, as the demo does, and give what they came to."""
    assert watch
    return Story(topology)


class Story:
    """The demo's people and month, told of a real topology."""

    def __init__(self, topology):
        self.told, self.begun, self.topology = [], time.monotonic(), topology
        self.demo = demo_of(topology, sign_in(topology, OPERATOR), self.told.append)
        self.chain = Chain(api=self.demo.api, state=topology.state, tell=self.told.append)
        until = time.monotonic() + 300
        while not all(self.demo.api.knows(one) for one in [*CHAIN, BILL, ATTESTING, REVIEWING]):
            assert time.monotonic() < until
            time.sleep(1)
        self.took = {}
        self.first, self.bill, self.attested = self.read(), self.billed(), self.asked()
        self.looked = self.chain.looked()

    def timed(self, what, do):
        begun = time.monotonic()
        try:
            return do()
        finally:
            self.took[what] = time.monotonic() - begun

    def read(self):
        step = bills.steps()[0]
        self.post = bills.declare(self.demo, [step])
        for workflow in reversed(CHAIN):
            self.demo.api.send("PATCH", f"/dags/{workflow}", {"is_paused": False})
        return self.timed("reading", lambda: self.chain.followed(self.chain.scheduled_month()))

    def billed(self):
        step = bills.steps()[0]
        bills.delivering.deliver(self.post, step)
        self.demo.api.send("PATCH", f"/dags/{BILL}", {"is_paused": False})
        return self.timed("bill", lambda: self.chain.billed(step.period, asked=True, with_tickets=False))

    def asked(self):
        self.apis = {name: sign_in(self.topology, name) for name in demo_people() if name != OPERATOR}
        people = People(self.demo, self.apis)
        return self.timed("asking", lambda: attesting.asked(self.demo, self.chain, people))


def test_every_process_is_healthy_by_the_check_of_the_file(topology):
    assert {name: one.is_healthy() for name, one in topology.running.items()} == dict.fromkeys(topology.running, True)
    assert {"airflow-worker", "airflow-worker-2"} < set(topology.running)


def test_findings_have_a_database_of_their_own_that_airflow_cannot_enter(topology):
    airflow, ours = (
        topology.service("airflow-worker").environment[name]
        for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "ORGWARDEN_DATABASE_URL")
    )
    seen = {}
    for name, url in (("airflow", airflow), ("orgwarden", ours)):
        engine = create_engine(url)
        with engine.connect() as connection:
            seen[name] = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
        engine.dispose()
    assert all(seen.values())
    engine = create_engine(airflow.replace("/airflow", "/orgwarden"))
    with pytest.raises(Exception, match="permission denied"), engine.connect():
        pass
    engine.dispose()


def test_pools_are_imported_before_anything_runs(topology):
    pools = sign_in(topology, OPERATOR).get("/pools")["pools"]
    assert {one["name"]: one["slots"] for one in pools} == {
        "default_pool": 128, "aws_account": 1, "aws_iam": 1, "aws_organizations": 1, "billing": 1, "tickets": 1,
    }  # fmt: skip


def test_the_organization_is_read_and_every_seeded_drift_is_found(story):
    found = compared(story.demo, seed.expectations(seed.declared()), story.first)
    assert (found["missed"], found["extra"]) == ([], [])
    assert found["found"] == found["seeded"] > 0
    assert {run.state for run in story.first.runs} == {"success"}
    assert story.first.opened() > 0


def test_a_bill_is_reconciled(story):
    assert story.bill.runs[0].outcome["status"] == "FINAL"


def test_whoever_came_in_by_the_provider_answers_and_signs(story):
    first, later = story.attested.counts(story.attested.first), story.attested.counts(story.attested.later)
    assert 0 < first["overdue"] < first["answered"]
    assert (later["answered"], later["overdue"]) == (later["asked"], 0)


def test_people_are_known_by_their_sign_in_and_may_answer_and_nothing_else(story):
    astrid = story.apis["astrid"]
    hitl = astrid.get(f"/dags/{ATTESTING}/dagRuns/~/hitlDetails", response_received="true")["hitl_details"]
    assert {one["responded_by_user"]["id"] for one in hitl if one["responded_by_user"]} <= set(story.apis)
    one = hitl[0]["task_instance"]
    place = f"/dags/{ATTESTING}/dagRuns/{one['dag_run_id']}/taskInstances/{one['task_id']}/{one['map_index']}"
    for method, path, body in (
        ("PATCH", place, {"new_state": "success"}),
        ("PATCH", f"/dags/{ATTESTING}", {"is_paused": True}),
        ("POST", f"/dags/{ATTESTING}/dagRuns", {"logical_date": None}),
        ("POST", f"/dags/{ATTESTING}/clearTaskInstances", {"dry_run": True}),
        ("GET", "/connections", None),
        ("GET", f"{place}/xcomEntries", None),
    ):
        with pytest.raises(StopAndTell, match="403"):
            astrid.send(method, path, body)


@pytest.mark.usefixtures("story")
def test_both_workers_had_a_part_of_it(topology):
    words = {
        name: topology.running[name].log.read_text(errors="replace") for name in ("airflow-worker", "airflow-worker-2")
    }
    taken = {name: text.count("Task execute_workload") for name, text in words.items()}
    assert all(count > 5 for count in taken.values()), taken


def test_what_it_took_is_told(story, topology, watch, capsys):
    rows = [
        (name, f"{topology.took[name]:.0f} s", f"{size / 2**20:.0f} MB") for name, size in sorted(watch.memory.items())
    ]
    total = sum(watch.memory.values()) / 2**20
    with capsys.disabled():
        print("\n\ndocker-compose.yaml, run without containers")
        print(table(("service", "until healthy", "memory at most (PSS)"), [*rows, ("sum", "", f"{total:.0f} MB")]))
        print(", ".join(f"{what} {seconds:.0f} s" for what, seconds in story.took.items()))
    assert {name for name, size in watch.memory.items() if size > limit(name)} == set()


def limit(name):
    """Give the bytes that a container of the file may take."""
    told = document()["services"].get(name) or document()["services"][name.rpartition("-")[0]]
    number, unit = re.fullmatch(r"(\d+)([mg])", told["deploy"]["resources"]["limits"]["memory"]).groups()
    return int(number) * {"m": 2**20, "g": 2**30}[unit]
