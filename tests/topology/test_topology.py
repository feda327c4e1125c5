"""What docker-compose.yaml describes, run on this machine: PostgreSQL, Redis, two workers, sign-in by OpenID Connect.

The demo organization is read, billed and asked about through the scheduler, and every answer is what was seeded.
"""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, make_url, text

from orgwarden.demo import seed
from orgwarden.demo.chain import ATTESTING
from orgwarden.demo.run import compared
from orgwarden.demo.sign_in import OPERATOR, demo_people
from orgwarden.demo.summary import table
from orgwarden.errors import StopAndTell
from tests.browsing import DESKTOP, PHONE, chromium, has_no_sideways
from tests.compose.reading import document
from tests.topology.pacing import told_of_calls
from tests.topology.people import sign_in

pytestmark = pytest.mark.topology


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
    engine = create_engine(make_url(airflow).set(database="orgwarden"))
    with pytest.raises(Exception, match="permission denied"), engine.connect():
        pass
    engine.dispose()


def test_pools_are_imported_before_anything_runs(topology):
    pools = sign_in(topology, OPERATOR).get("/pools")["pools"]
    assert {one["name"]: one["slots"] for one in pools} == {
        "default_pool": 128, "aws_account": 1, "aws_iam": 1, "aws_organizations": 1, "billing": 1, "tickets": 1,
    }  # fmt: skip


def test_nobody_comes_in_by_a_password_where_the_configuration_was_not_read(topology):
    serve = "from airflow.api_fastapi.app import create_app; create_app()"
    done = topology.command("python", "-c", serve, AIRFLOW__FAB__CONFIG_FILE="/nonexistent/webserver_config.py")
    assert done.returncode == 1
    assert "nobody may come in" in done.stderr


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
    assert story.looked


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
        ("GET", f"{place.rpartition('/')[0]}/xcomEntries", None),
    ):
        with pytest.raises(StopAndTell, match="403"):
            astrid.send(method, path, body)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_in_a_browser_people_come_in_by_the_providers_page_to_where_they_wanted(topology, screen, tmp_path):
    with chromium() as browser:
        page = browser.new_context(viewport=screen).new_page()
        page.goto(f"{topology.url}/orgwarden/mine")
        page.get_by_text("Sign In with oidc").click()
        page.get_by_role("link", name=demo_people()["astrid"]).click()
        expect(page.get_by_role("heading", name="Your questions")).to_be_visible()
        assert page.url == f"{topology.url}/orgwarden/mine"
        expect(page.get_by_text("Signed in as astrid")).to_be_visible()
        assert has_no_sideways(page)
        page.goto(topology.url)
        page.get_by_text("User", exact=True).click()
        page.screenshot(path=tmp_path / "menu.png")
        page.get_by_role("menuitem", name="Your questions").click()
        expect(page).to_have_url(re.compile("/plugin/|/orgwarden/mine"))
        page.screenshot(path=tmp_path / "questions.png")


def test_both_workers_together_stay_under_what_aws_allows(story, topology, capsys):
    assert story.first
    told_of_calls(topology, capsys)


@pytest.mark.usefixtures("story")
def test_both_workers_had_a_part_of_it(topology):
    words = {
        name: topology.running[name].log.read_text(errors="replace") for name in ("airflow-worker", "airflow-worker-2")
    }
    taken = {name: text.count("Executing workload in Celery") for name, text in words.items()}
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
    assert set(watch.memory) == set(topology.running)
    assert {name for name, size in watch.memory.items() if size > limit(name)} == set()


def limit(name):
    """Give the bytes that a container of the file may take."""
    told = document()["services"].get(name) or document()["services"][name.rpartition("-")[0]]
    number, unit = re.fullmatch(r"(\d+)([mg])", told["deploy"]["resources"]["limits"]["memory"]).groups()
    return int(number) * {"m": 2**20, "g": 2**30}[unit]
