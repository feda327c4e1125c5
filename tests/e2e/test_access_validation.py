"""The access validation in a real Airflow, by its REST API: whose answers count, and whose do not."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from orgwarden.attestations.records import AttestationStore, Recorded, broken_at
from orgwarden.demo import embedded
from orgwarden.demo.embedded import Airflow
from orgwarden.errors import StopAndTell
from orgwarden.findings.database import connect, migrate
from orgwarden.store import FileStore
from tests.attested_worlds import filled
from tests.flows.test_access_validation import CONTROL, DRILL, PEOPLE
from tests.flows.test_organization_inventory import opened, sealed, swept

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
WORKFLOW = "access_validation"
# An answer within a second of the question fails the task of Airflow 3.3.2 that asked it.
SETTLED, PATIENCE = 5.0, 120.0
DECLARED = {
    "people": {**PEOPLE, "chen": {"name": "Chen"}},
    "custody": {"password": {"place": "safe", "people": ["anna"]}, "phone": {"place": "desk", "people": ["bjorn"]}},
    "attestations": {"reviewers": ["chen", "dina"]},
}
FORM = filled(DRILL, "root.custodians_present", CONTROL, day=str(datetime.now(UTC).date()))


class People:
    """Each with a connection of their own, and the record of what counts."""

    def __init__(self, api: Airflow, passwords: dict[str, str], attestations: AttestationStore) -> None:
        self.api, self.attestations = api, attestations
        self.apis = {name: api.of(name, password) for name, password in passwords.items()}

    def start(self, quarter: str) -> str:
        body = {"logical_date": None, "conf": {"period": quarter}}
        return str(self.api.send("POST", f"/dags/{WORKFLOW}/dagRuns", body)["dag_run_id"])

    def end(self, run: str) -> None:
        """End a run that waits for others, so that the next one may begin."""
        self.api.send("PATCH", f"/dags/{WORKFLOW}/dagRuns/{run}", {"state": "failed"})

    def waiting(self, run: str, task: str, name: str) -> dict[str, Any]:
        """Wait until a task asks somebody whose name stands in the headline; give where it stands."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            asked = self.api.get(f"/dags/{WORKFLOW}/dagRuns/{run}/hitlDetails", response_received="false")
            for one in asked["hitl_details"]:
                instance = one["task_instance"]
                if instance["task_id"] == task and name in one["subject"] and instance["state"] == "awaiting_input":
                    time.sleep(SETTLED)
                    return {**one, "place": _place(run, task, instance["map_index"]), "index": instance["map_index"]}
            time.sleep(1)
        raise AssertionError(f"{task} did not ask {name}")

    def respond(self, user: str, asked: dict[str, Any], option: str, form: dict[str, str] | None = None) -> None:
        whole = {name: field["value"] for name, field in asked["params"].items()} | (form or {}) if form else {}
        body = {"chosen_options": [option], "params_input": whole}
        self.apis[user].send("PATCH", f"{asked['place']}/hitlDetails", body)

    def state(self, run: str, task: str, index: int) -> str:
        """Wait until a task has ended; give how."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told = self.api.get(_place(run, task, index))["state"]
            if told in {"success", "failed", "skipped", "upstream_failed"}:
                return str(told)
            time.sleep(1)
        raise AssertionError(f"{task} has not ended")

    def entries(self, quarter: str) -> list[Recorded]:
        return [one for one in self.attestations.entries("o-1") if one.entry.period == quarter]


def _place(run: str, task: str, index: int) -> str:
    return f"/dags/{WORKFLOW}/dagRuns/{run}/taskInstances/{task}/{index}"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder: Path = tmp_path_factory.mktemp("attesting")
    store = FileStore(folder / "store")
    reading = opened(store)
    swept(store, reading)
    sealed(store, reading)
    (folder / "baseline.yaml").write_text(yaml.safe_dump(DECLARED))
    url = f"sqlite:///{folder / 'orgwarden.db'}"
    environ = {
        "ORGWARDEN_STORE": store.uri,
        "ORGWARDEN_DATABASE_URL": url,
        "ORGWARDEN_BASELINE": str(folder / "baseline.yaml"),
        "ORGWARDEN_HASH_KEY": "key",
    }
    engine = connect(url)
    migrate(engine)
    port, named = embedded.port(), sorted(PEOPLE)
    with embedded.airflow(folder / "airflow", ui_port=port, environ=environ, workflows=[WORKFLOW], people=named) as api:
        told = yaml.safe_load((folder / "airflow" / "passwords.json").read_text())
        api.send("PATCH", f"/dags/{WORKFLOW}", {"is_paused": False})
        yield People(api, told, AttestationStore(engine))
    engine.dispose()


def test_who_was_not_asked_and_an_administrator_are_refused_and_the_same_person_does_not_sign(people: People):
    run = people.start("2027-Q1")
    asked = people.waiting(run, "each.answer", "Anna")
    for user in ("bjorn", "admin"):
        with pytest.raises(StopAndTell, match="403"):
            people.respond(user, asked, "Answer", FORM)
    people.respond("anna", asked, "Answer", FORM)
    signing = people.waiting(run, "each.sign_off", "Anna")
    with pytest.raises(StopAndTell, match="403"):
        people.respond("anna", signing, "Sign off")
    people.respond("chen", signing, "Sign off")
    assert people.state(run, "each.judge", asked["index"]) == "success"
    assert [(one.entry.kind.value, one.entry.by) for one in people.entries("2027-Q1")] == [
        ("answer", "anna"), ("answer", "anna"), ("answer", "anna"), ("sign_off", "chen"), ("sign_off", "chen"),
    ]  # fmt: skip
    assert broken_at(people.attestations.entries("o-1")) is None
    people.end(run)


def test_a_deputy_who_answered_cannot_sign_though_they_review(people: People):
    run = people.start("2027-Q2")
    asked = people.waiting(run, "each.answer", "Anna")
    people.respond("dina", asked, "Answer", FORM)
    signing = people.waiting(run, "each.sign_off", "Dina")
    assert [user["id"] for user in signing["assigned_users"]] == ["chen"]
    with pytest.raises(StopAndTell, match="403"):
        people.respond("dina", signing, "Sign off")
    assert {one.entry.by for one in people.entries("2027-Q2")} == {"dina"}
    people.end(run)


def test_a_task_that_was_set_to_success_by_hand_counts_for_nothing_and_reddens_nothing(people: People):
    run = people.start("2027-Q3")
    asked = people.waiting(run, "each.answer", "Anna")
    people.api.send("PATCH", asked["place"], {"new_state": "success"})
    assert people.state(run, "each.sign_off", asked["index"]) == "skipped"
    assert people.state(run, "each.judge", asked["index"]) == "success"
    assert people.entries("2027-Q3") == []
    people.end(run)


def test_what_walks_around_the_form_is_asked_again_and_counts_for_nothing(people: People):
    run = people.start("2027-Q4")
    asked = people.waiting(run, "each.answer", "Anna")
    people.respond("anna", asked, "Answer", {"q03_kept": "call +47 938 51 274"})
    again = people.waiting(run, "each.answer", "Anna")
    assert again["place"] == asked["place"]
    assert people.entries("2027-Q4") == []
    people.respond("anna", again, "Answer", FORM)
    people.waiting(run, "each.sign_off", "Anna")
    assert len(people.entries("2027-Q4")) == 3
