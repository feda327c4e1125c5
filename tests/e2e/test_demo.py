"""The demo, run as a person runs it: what it says, what it leaves behind, and that it leaves nothing running."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from orgwarden.controls import arriving
from orgwarden.demo import seed
from orgwarden.demo.billing.months import BROKEN, RESTATED
from orgwarden.demo.chain import ATTESTING, BILL, CHAIN
from orgwarden.population import Arrival
from tests.e2e.leaks import of_seed, texts

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SCRIPT = "import sys; from pathlib import Path; from orgwarden.demo.run import run; sys.exit(run({}))"
PATIENCE = 900


def started(state):
    arguments = f"stay_up=False, state=Path({str(state)!r})"
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT / "include")}
    command = [sys.executable, "-c", SCRIPT.format(arguments)]
    return subprocess.Popen(command, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def remaining(state):
    """Give the processes that know of the demo's state, by their environment or their command."""
    return [found.pid for found in psutil.process_iter() if str(state) in words_of(found)]


def words_of(process):
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return " ".join([*process.cmdline(), *process.environ().values()])
    except psutil.Error:
        return ""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("e2e") / "demo"


@pytest.fixture(scope="module")
def told(state):
    """Run the demo once; give what it said."""
    process = started(state)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def summary(told, state):
    assert told
    return json.loads((state / "summary.json").read_text())


def test_every_workflow_runs_in_a_real_airflow(summary):
    states = {workflow: run["state"] for workflow, run in summary["dags"].items()}
    assert states == dict.fromkeys([*CHAIN, BILL, ATTESTING], "success")


def test_every_seeded_drift_is_found_and_nothing_else(summary):
    drifts = summary["drifts"]
    assert (drifts["missed"], drifts["extra"]) == ([], [])
    assert drifts["found"] == drifts["seeded"] == len(seed.expectations(seed.declared()))
    assert (drifts["later"]["missed"], drifts["later"]["extra"]) == ([], [])


def test_every_control_of_the_inventory_but_those_of_changes_has_a_drift(summary):
    judged = {control.id for control in arriving(Arrival.SNAPSHOT) if control.theme != "changes"}
    assert set(summary["drifts"]["controls"]) == judged


def test_the_next_reading_resolves_and_finds_what_has_changed(summary):
    later = seed.declared().later
    assert summary["second_reading"] == {"resolved": len(later.resolved), "new": len(later.new)}


def test_each_bill_shows_what_was_put_into_it_and_nothing_else(summary):
    bills = summary["drifts"]["bills"]
    assert (bills["missed"], bills["extra"]) == ([], [])
    assert bills["found"] == bills["seeded"] > len(RESTATED) + len(BROKEN)


def test_three_months_are_billed_and_each_has_its_reports(summary):
    told = summary["billing"]
    clean, closed, running = sorted(told)
    assert [told[one]["status"] for one in (clean, closed, running)] == ["FINAL", "FINAL", "ESTIMATED"]
    assert [failing(told[one]) for one in (clean, closed, running)] == [set(), set(RESTATED), set(BROKEN)]
    assert all(Path(report).is_file() for one in told.values() for report in one["reports"])
    assert {Path(report).suffix for report in told[closed]["reports"]} >= {".xlsx", ".html", ".csv", ".parquet"}


def test_people_answer_and_whoever_is_late_is_on_a_ticket_until_they_do(summary):
    asked = summary["attestations"]
    later = asked.pop("later")
    assert asked["overdue"] > 0
    assert asked["answered"] + asked["overdue"] == asked["asked"] == later["asked"] == later["answered"]
    assert (later["overdue"], later["signed_off"] > asked["signed_off"] > 0) == (0, True)


def failing(bill):
    return {check for check, status in bill["checks"].items() if status == "FAIL"}


def test_an_unchanged_organization_opens_no_ticket(summary):
    assert summary["tickets"]["created"] > 0
    assert summary["unchanged_rerun"] == {"created": 0}


def test_the_tables_show_each_workflow_with_its_line(told):
    for words in (*CHAIN, "% seen", "accounts ·"):
        assert words in told


def test_no_number_and_no_name_of_a_contact_is_left_anywhere(told, state):
    secrets = of_seed(seed.declared().model_dump())
    ours = [("what was said", told), *(one for one in texts(state) if not is_delivered(state, one[0]))]
    seen = {where: secrets.found(text) for where, text in ours}
    assert {where: found for where, found in seen.items() if found} == {}
    assert [where for where in seen if where.endswith(".parquet")]
    assert [where for where in seen if where.endswith("airflow.db:xcom")]


def is_delivered(state, where):
    """Say whether it is a file of the billing export itself, generated or fetched: large, and without any contact."""
    return where.startswith((f"{state / 'bills'}/exports", f"{state / 'billing'}/files"))


@pytest.mark.usefixtures("told")
def test_nothing_runs_on_when_the_demo_has_ended(state):
    assert remaining(state) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("reached", ["Starting", "sweep_organizations"])
def test_nothing_runs_on_when_the_demo_is_interrupted(tmp_path, number, reached):
    state = tmp_path / "demo"
    process = started(state)
    for line in process.stdout:
        if reached in line:
            break
    time.sleep(1)
    process.send_signal(number)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert remaining(state) == []
