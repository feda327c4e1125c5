"""Workers killed as a task begins and in its midst, servers restarted, runs beside each other: the end is the same.

Each time what stood before is brought back, so that the same has to be done again; what stands in the end has to be
what stood after the undisturbed run, and each finding is on exactly one ticket.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from orgwarden.demo import chain as chains
from orgwarden.demo.attesting import People
from orgwarden.demo.chain import ATTESTING, BILL, CHAIN, ENDS
from orgwarden.demo.sign_in import OPERATOR
from orgwarden.demo.summary import table
from tests.topology.conftest import PATIENCE
from tests.topology.harm import Disturber, Harm, begun, grown, kill, kill_its_worker, stop_its_worker
from tests.topology.keeping import OPEN, bring_back, database, rows
from tests.topology.pacing import told_of_calls
from tests.topology.people import sign_in
from tests.topology.watching import times

pytestmark = pytest.mark.topology
INVENTORY, REVIEW, TICKETS = "organization_inventory", "contact_review", "drift_tickets"
# Evidence has times in it.
COLUMNS = ("control", "account", "region", "resource", "scope", "status", "reason", "cause")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(chains, "PATIENCE", PATIENCE)


@pytest.fixture
def alone(story):
    """Give what lets these workflows run and no others, once nothing runs any more."""

    def run_alone(*workflows):
        for one in ENDS:
            story.demo.api.send("PATCH", f"/dags/{one}", {"is_paused": one not in workflows})
        story.until_quiet()

    return run_alone


def files(topology, pattern):
    """Give what counts the files of the store of a pattern."""
    return lambda: sum(1 for _ in (topology.state / "store").glob(pattern))


def in_table(topology, name):
    """Give what counts the rows of a table."""
    engine = database(topology)

    def count():
        with engine.connect() as connection:
            return connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()

    return count


def calls(topology, operation):
    """Give what counts the calls of an operation."""
    return lambda: sum(len(at) for counted, at in times(topology.server).items() if counted[1] == operation)


def worker_killed(topology, month):
    """Give the harm of a reading: as each kind of task begins, and in the midst of it."""
    midst = {
        (INVENTORY, "sweep_contacts"): grown(calls(topology, "GetAlternateContact"), 40, "calls"),
        (INVENTORY, "seal"): grown(files(topology, f"snapshots/{month}/1/parts/*"), 5, "parts"),
        (REVIEW, "review"): grown(files(topology, f"reviews/{month}/1/contacts-*"), 1, "file of verdicts"),
        (TICKETS, "apply"): grown(in_table(topology, "local_tickets"), 2, "tickets"),
    }
    killed = [Harm(*task, moment, kill_its_worker) for task, middle in midst.items() for moment in (begun, middle)]
    # Last, since it does not hold up what comes after its task.
    return [*killed, Harm(TICKETS, "apply", begun, stop_its_worker)]


def servers_killed(topology, _):
    """Give the harm of a reading: what runs beside the workers is killed, and comes back."""
    return [
        Harm(
            INVENTORY,
            "sweep_contacts",
            grown(calls(topology, "GetAlternateContact"), 20, "calls"),
            kill("airflow-scheduler"),
        ),
        Harm(INVENTORY, "seal", begun, kill("airflow-triggerer")),
        Harm(REVIEW, "review", begun, kill("postgres")),
        Harm(TICKETS, "apply", grown(in_table(topology, "local_tickets"), 1, "tickets"), kill("postgres")),
    ]


@pytest.mark.parametrize("harm", [worker_killed, servers_killed], ids=lambda one: one.__name__)
def test_a_reading_comes_to_the_same_end(harm, story, topology, alone, capsys):
    alone(*CHAIN)
    bring_back(topology, "empty")
    with disturbed(topology, harm(topology, story.month), capsys):
        read = story.chain.triggered(story.month)
    assert verdicts(read) == verdicts(story.first)
    same_end(story.end(), story.ends["read"])


def test_a_bill_comes_to_the_same_end(story, topology, alone, capsys):
    alone(BILL, TICKETS)
    bring_back(topology, "read")
    gate = grown(files(topology, f"billing/{story.bill_period}/gate.json"), 1, "verdict of its gate")
    with disturbed(topology, [Harm(BILL, "each.reconcile", one, kill_its_worker) for one in (begun, gate)], capsys):
        billed = story.chain.billed(story.bill_period, asked=True)
    assert verdicts(billed) == verdicts(story.bill)
    same_end(story.end(), story.ends["billed"])


def test_an_answer_is_asked_for_again_and_counts_once(story, topology, alone, capsys):
    alone(ATTESTING, TICKETS)
    bring_back(topology, "billed")
    written = grown(in_table(topology, "attestations"), 1, "answers")
    plan = [Harm(ATTESTING, "each.answer", one, kill_its_worker, after_waiting=True) for one in (begun, written)]
    with disturbed(topology, plan, capsys):
        body = {"logical_date": None, "partition_key": story.attested.first.period}
        run = story.demo.api.send("POST", f"/dags/{ATTESTING}/dagRuns", body)["dag_run_id"]
        People(story.demo, story.apis).answer(run)
        counts = story.attested.counts(story.chain.attested(run))
    assert (counts["answered"], counts["overdue"]) == (counts["asked"], 0)
    end = story.end()
    assert (end["not on one ticket"], end["chain"]) == ([], None)
    assert {*end["answers"]} == {*story.ends["asked"]["answers"]}
    # Whoever is asked again answers again; one of them was late in the undisturbed run, too.
    assert rows(topology, OPEN) == story.open
    assert story.open["tickets"]


def test_a_bill_beside_the_reviews_of_its_month_comes_to_the_end_of_one_after_the_other(story, topology, alone):
    alone(*CHAIN, BILL)
    bring_back(topology, "empty")
    chain = replace(story.chain, api=sign_in(topology, OPERATOR))
    sealed = files(topology, "snapshots/*/*/manifest.json")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(chain.triggered, story.month)
        until = time.monotonic() + PATIENCE
        while not sealed():
            assert time.monotonic() < until
            time.sleep(0.1)
        billed = story.chain.billed(story.bill_period, asked=True)
        read = reading.result()
    assert (verdicts(read), verdicts(billed)) == (verdicts(story.first), verdicts(story.bill))
    same_end(story.end(), story.ends["billed"])


@pytest.mark.usefixtures("story")
def test_all_of_it_stayed_under_what_aws_allows(topology, capsys):
    told_of_calls(topology, capsys)


@contextmanager
def disturbed(topology, plan, capsys):
    """Do all the harm of a plan while the block runs, and tell what was done."""
    with Disturber(topology, plan).at_work() as disturber:
        yield
    with capsys.disabled():
        print("\n\n" + table(("killed or stopped", "moment", "what", "until it ran again"), disturber.done))
    assert len(disturber.done) == len(plan)
    assert [one for one in disturber.done if one[2] == "nothing"] == []


def verdicts(reading):
    assert reading.verdicts
    return sorted(tuple(str(one[name]) for name in COLUMNS) for one in reading.verdicts)


def same_end(end, undisturbed):
    assert (end["not on one ticket"], end["chain"]) == ([], None)
    assert {name: {*end[name]} ^ {*undisturbed[name]} for name in end if end[name] != undisturbed[name]} == {}
    assert end["tickets"]
