"""Month one in the messy organization, run as a person runs it, in a real Airflow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orgwarden.demo import messy
from tests.e2e.leaks import of_seed, texts

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SCRIPT = (
    "import sys; from pathlib import Path; from orgwarden.demo.run import run; "
    "sys.exit(run(stay_up=False, profile='messy', state=Path(sys.argv[1])))"
)
PATIENCE = 900


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    folder = tmp_path_factory.mktemp("e2e") / "demo"
    folder.mkdir()
    (folder / "summary.json").write_text('{"of another run": 1}')
    return folder


@pytest.fixture(scope="module")
def told(state):
    """Run the story once; give what it said."""
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT / "include")}
    command = [sys.executable, "-c", SCRIPT, str(state)]
    done = subprocess.run(command, env=environ, text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found(told, state):
    assert "All of it is as it should be." in told
    return json.loads((state / "summary.json").read_text())["messy"]


def test_the_first_reading_comes_to_a_number_of_tickets_that_a_team_can_work(found):
    first = found["first"]
    assert 0 < first["tickets"] <= 25
    assert first["deviations"] > 100


def test_each_deviation_has_an_owner_and_stands_on_one_open_ticket_after_each_reading(found):
    for name in ("first", "adopted", "vended", "removed", "declared"):
        assert found[name]["deviations"] == found[name]["owned"] == found[name]["on_one_ticket"]


def test_after_adopting_nothing_is_new(found):
    assert (found["adopted"]["new"], found["disagreements"]) == (0, [])


def test_five_vended_accounts_are_one_digest_and_one_lost_contact_is_one_line(found):
    vended, removed = found["vended"], found["removed"]
    assert (vended["new"], vended["opened"], vended["new_digests"]) == (5, 1, 1)
    assert (removed["new"], removed["new_lines"], removed["tickets_with_new_lines"]) == (1, 1, 1)


def test_vended_accounts_of_a_declared_pattern_are_no_news(found):
    assert (found["declared"]["new"], found["declared"]["resolved"]) == (0, 5)


@pytest.mark.usefixtures("found")
def test_the_figures_of_other_runs_stay(state):
    assert json.loads((state / "summary.json").read_text())["of another run"] == 1


def test_no_number_and_no_name_of_a_contact_is_left_anywhere_but_in_the_baseline(told, state):
    seed = messy.declared().model_dump()
    del seed["numbers"]["zeros"]  # nobody's number, and in every time of day
    secrets = of_seed(seed)
    baseline = str(state / "messy" / "baseline")
    left = [(where, text) for where, text in texts(state) if not where.startswith(baseline)]
    seen = {where: secrets.found(text) for where, text in [("what was said", told), *left]}
    assert {where: words for where, words in seen.items() if words} == {}
