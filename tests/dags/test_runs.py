"""The workflows, run by Airflow in this process against the demo organization: what goes on, and what stops."""

import json
import os
import sys
from urllib.request import Request, urlopen

import pytest

from orgwarden.errors import GateFailed, Refused
from orgwarden.store import FileStore

pytestmark = pytest.mark.airflow
NOVEMBER = {"period": "2026-11"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve the demo organization in a process of its own: moto keeps its state per process."""
    from orgwarden.demo import embedded

    port, dns = embedded.port(), embedded.port()
    command = [sys.executable, "-m", "orgwarden.demo", "--port", str(port), "--dns-port", str(dns)]
    log = tmp_path_factory.mktemp("server") / "log"
    url = f"http://{embedded.HOST}:{port}"
    with embedded.running("The demo organization", command, environ=embedded.clean_environ(), log=log) as process:
        embedded.wait(process, log, lambda: embedded.answers(f"{url}/demo/calls"))
        yield url, f"{embedded.HOST}:{dns}"


@pytest.fixture
def store(server, tmp_path, monkeypatch):
    from orgwarden.demo.standing import environ

    url, dns = server
    for name, value in environ(tmp_path, server=url, dns=dns, key="a key").items():
        monkeypatch.setenv(name, value)
    return FileStore(tmp_path / "store")


@pytest.fixture
def faults(server):
    """Give what replaces the demo organization's faults; they are as before when the test is over."""
    url = f"{server[0]}/demo/faults"
    before = json.loads(urlopen(url).read())  # noqa: S310 - loopback

    def put(listed):
        urlopen(Request(url, json.dumps(listed).encode(), method="PUT")).read()  # noqa: S310 - loopback

    yield lambda *more: put([*before, *more])
    put(before)


@pytest.fixture
def run(bag, monkeypatch):
    def states(workflow, conf):
        dag = bag.get_dag(workflow)
        # dag.test() of Airflow 3.3.2 stumbles over deadlines: it looks for their rows, which only a scheduler writes.
        monkeypatch.setattr(dag, "deadline", None)
        done = dag.test(run_conf=conf)
        return done.state, {task.task_id: str(task.state) for task in done.get_task_instances()}

    return states


def sealed(store):
    return [name for name in store.names("snapshots") if name.endswith("manifest.json")]


def test_the_three_workflows_go_from_the_organization_to_tickets(run, store):
    for workflow in ("organization_inventory", "contact_review", "drift_tickets"):
        state, tasks = run(workflow, NOVEMBER)
        assert (state, set(tasks.values())) == ("success", {"success"})
    assert sealed(store) == ["snapshots/2026-11/1/manifest.json"]
    assert any(name.endswith(".md") for name in store.names("tickets"))


def test_a_second_inventory_of_a_month_seals_a_second_reading(run, store):
    for _ in range(2):
        assert run("organization_inventory", NOVEMBER)[0] == "success"
    assert sealed(store) == ["snapshots/2026-11/1/manifest.json", "snapshots/2026-11/2/manifest.json"]


def test_a_run_without_period_fails_before_it_reads_anything(run, store):
    state, tasks = run("organization_inventory", {"period": None})
    assert (state, tasks["open_snapshot"], tasks["sweep_organizations"]) == ("failed", "failed", "upstream_failed")
    assert store.names("snapshots") == []


def test_an_organization_that_refuses_seals_nothing(run, store, faults):
    faults({"service": "organizations", "operation": "ListAccounts", "error": "AccessDeniedException"})
    state, tasks = run("organization_inventory", NOVEMBER)
    assert (state, tasks["sweep_organizations"]) == ("failed", "failed")
    assert {tasks[name] for name in ("sweep_contacts", "gate", "seal", "publish")} == {"upstream_failed"}
    assert sealed(store) == []


def test_a_failed_sweep_of_contacts_leaves_gaps_and_the_rest_goes_on(run, store, monkeypatch):
    def refuse(*_, **__):
        raise Refused("no contacts today")

    monkeypatch.setattr("orgwarden.collect.contacts.sweep", refuse)
    state, tasks = run("organization_inventory", NOVEMBER)
    assert state == "success"
    assert [name for name, said in tasks.items() if said != "success"] == ["sweep_contacts"]
    gaps = json.loads(store.read("snapshots/2026-11/1/manifest.json"))["gaps"]
    assert {gap["part"] for gap in gaps if gap["key"] == "*"} >= {"account.alternate_contacts"}


def test_a_failed_gate_seals_nothing_and_the_last_good_snapshot_stays(run, store, monkeypatch):
    assert run("organization_inventory", NOVEMBER)[0] == "success"

    def fail(*_, **__):
        raise GateFailed("an account stands under two units")

    monkeypatch.setattr("orgwarden.flows.organization_inventory.gate", lambda place, *, store: fail(place, store))
    state, tasks = run("organization_inventory", NOVEMBER)
    assert (state, tasks["gate"], tasks["seal"]) == ("failed", "failed", "upstream_failed")
    assert sealed(store) == ["snapshots/2026-11/1/manifest.json"]


def test_a_review_without_snapshot_says_what_to_run_first(run, store):
    assert run("contact_review", NOVEMBER) == ("failed", {"review": "failed"})
    assert store.names("reviews") == []


def test_a_review_that_is_asked_to_recheck_reads_the_subjects_of_one_finding_alone(run, store, server):
    from orgwarden.findings.database import connect
    from orgwarden.findings.store import FindingStore

    for workflow in ("organization_inventory", "contact_review"):
        assert run(workflow, NOVEMBER)[0] == "success"
    engine = connect(os.environ["ORGWARDEN_DATABASE_URL"])
    wanted = "contacts.alternate_contacts_complete"
    finding = next(f for f in FindingStore(engine).open_findings("o-nw7demo0rg") if f.control == wanted)
    engine.dispose()
    calls = f"{server[0]}/demo/calls"
    urlopen(Request(calls, method="DELETE")).read()  # noqa: S310 - loopback
    assert run("contact_review", {**NOVEMBER, "recheck": finding.id})[0] == "success"
    made = json.loads(urlopen(calls).read())  # noqa: S310 - loopback
    assert {c["account"] for c in made if c["operation"] != "GetCallerIdentity"} == {finding.subject.account}
    assert len(store.names("rechecks")) == 1
