"""One topology for all tests here: it takes a minute and a half to stand, and two gigabytes."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from orgwarden.demo import attesting, bills
from orgwarden.demo.attesting import People
from orgwarden.demo.billing import delivering
from orgwarden.demo.chain import ATTESTING, BILL, CHAIN, LAST, REVIEWING, Chain
from orgwarden.demo.sign_in import OPERATOR, demo_people
from tests.topology.keeping import OPEN, checked, end_state, keep, rows
from tests.topology.native import standing
from tests.topology.people import demo_of, sign_in
from tests.topology.watching import watching

PATIENCE = 1500.0
# What a real organization is read at where nothing else is set.
SHARE = "0.7"
# A worker that is gone is noticed soon, and what it had taken from the queue and not begun is handed out again soon.
SOON = {
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
}


@pytest.fixture(scope="session")
def topology():
    state = Path(tempfile.mkdtemp(prefix="orgwarden-topology-"))
    try:
        with standing(state, SOON, ORGWARDEN_RATE_SHARE=SHARE) as one:
            yield one
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def watch(topology):
    def memory():
        return {name: one.memory() for name, one in topology.running.items()}

    with watching(memory, every=10) as seen:
        yield seen


@pytest.fixture(scope="session")
def story(topology, watch):
    """Run the workflows once, as the demo does, and give what they came to."""
    assert watch
    return Story(topology)


class Story:
    """The demo's people and month, told of a real topology; what stands is kept before and after each workflow."""

    def __init__(self, topology):
        self.told, self.begun, self.topology = [], time.monotonic(), topology
        self.demo = demo_of(topology, sign_in(topology, OPERATOR), self.told.append)
        self.chain = Chain(api=self.demo.api, state=topology.state, tell=self.told.append)
        until = time.monotonic() + 300
        while not all(self.demo.api.knows(one) for one in [*CHAIN, BILL, ATTESTING, REVIEWING]):
            assert time.monotonic() < until
            time.sleep(1)
        self.took, self.ends = {}, {}
        keep(topology, "empty")
        self.first = self.read()
        self.ends["read"] = self.end()
        keep(topology, "read")
        self.bill = self.billed()
        self.ends["billed"] = self.end()
        keep(topology, "billed")
        self.attested = self.asked()
        self.ends["asked"], self.open = self.end(), rows(topology, OPEN)
        self.demo.api.send("PATCH", f"/dags/{REVIEWING}", {"is_paused": False})
        self.looked = self.chain.looked()

    def end(self):
        """Give what stands once no ticket waits for room in a run: how many runs a reading has is chance."""
        self.until_quiet()
        for _ in range(3):
            if checked(self.topology)["deferred"]:
                body = {"logical_date": None, "partition_key": self.month.text}
                self.demo.api.send("POST", f"/dags/{LAST}/dagRuns", body)
                self.until_quiet()
        assert checked(self.topology)["deferred"] == []
        return end_state(self.topology)

    def until_quiet(self):
        """Wait until nothing runs any more."""
        until = time.monotonic() + PATIENCE
        while any(self.demo.api.get("/dags/~/dagRuns", state=state)["dag_runs"] for state in ("running", "queued")):
            assert time.monotonic() < until
            time.sleep(1)

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
        self.month = self.chain.scheduled_month()
        return self.timed("reading", lambda: self.chain.followed(self.month))

    def billed(self):
        step = bills.steps()[0]
        self.bill_period = step.period
        delivering.deliver(self.post, step)
        self.demo.api.send("PATCH", f"/dags/{BILL}", {"is_paused": False})
        return self.timed("bill", lambda: self.chain.billed(step.period, asked=True))

    def asked(self):
        self.apis = {name: sign_in(self.topology, name) for name in demo_people() if name != OPERATOR}
        people = People(self.demo, self.apis)
        return self.timed("asking", lambda: attesting.asked(self.demo, self.chain, people))
