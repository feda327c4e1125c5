"""The access validation in a real Airflow, by its REST API and in a browser: whose answers count, and whose do not."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from orgwarden.attestations.links import token
from orgwarden.attestations.probes import Probe
from orgwarden.attestations.records import AttestationStore, Recorded, broken_at
from orgwarden.baseline import load
from orgwarden.demo import embedded
from orgwarden.demo.embedded import Airflow
from orgwarden.errors import StopAndTell
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.flows import access_validation
from orgwarden.parts.probed import Delivery
from orgwarden.privacy import Veil
from orgwarden.store import FileStore
from tests.attested_worlds import filled
from tests.browsing import DESKTOP, PHONE, chromium, has_no_sideways
from tests.flows.test_access_validation import CONTROL, DRILL, PEOPLE
from tests.flows.test_organization_inventory import opened, sealed, swept

pytestmark = pytest.mark.slow
WORKFLOW = "access_validation"
# An answer within a second of the question fails the task of Airflow 3.3.2 that asked it.
SETTLED, PATIENCE = 9.0, 120.0
DECLARED = {
    "people": {**PEOPLE, "chen": {"name": "Chen"}},
    "custody": {"password": {"place": "safe", "people": ["anna"]}, "phone": {"place": "desk", "people": ["bjorn"]}},
    "attestations": {"reviewers": ["chen", "dina"]},
}
FORM = filled(DRILL, "root.custodians_present", CONTROL, day=str(datetime.now(UTC).date()))


class People:
    """Each with a connection of their own, and the record of what counts."""

    def __init__(self, api: Airflow, passwords: dict[str, str], folder: Path, engine: Engine) -> None:
        self.api, self.passwords, self.store, self.engine = api, passwords, FileStore(folder / "store"), engine
        self.attestations, self.baseline = AttestationStore(engine), load(folder / "baseline.yaml")
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

    def overdue(self, today: date) -> int:
        """Give how many questions about the password are overdue on a day, by the flow with its clock moved."""
        told = {"store": self.store, "baseline": self.baseline, "veil": Veil(b"key"), "attestations": self.attestations}
        findings = FindingStore(self.engine)
        place = access_validation.review(
            **told, findings=findings, clock=lambda: datetime.combine(today, clock.min, UTC)
        )["verdicts"]
        rows = duckdb.read_parquet(str(self.store.root / place)).fetchall()
        return sum("root.password_policy_attested" in row and "FAIL" in row for row in rows)

    def visit(self, user: str, link: str) -> tuple[int, int]:
        """Look at a page and press its button as somebody; give both answers' statuses."""
        asked = {"username": user, "password": self.passwords[user]}
        signed_in = httpx.post(f"{self.api.url}/auth/token", json=asked).json()["access_token"]
        headers = {"Authorization": f"Bearer {signed_in}"}
        looked, pressed = (httpx.request(way, link, headers=headers).status_code for way in ("GET", "POST"))
        return looked, pressed

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
        yield People(api, told, folder, engine)
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
    # What counts for a quarter counts no more when the next one's is due.
    assert [people.overdue(date(2027, 5, day)) for day in (1, 2)] == [0, 1]


def test_a_deputy_who_answered_cannot_sign_though_they_review(people: People):
    run = people.start("2027-Q2")
    asked = people.waiting(run, "each.answer", "Anna")
    people.respond("dina", asked, "Answer", FORM)
    signing = people.waiting(run, "each.sign_off", "Dina")
    assert [user["id"] for user in signing["assigned_users"]] == ["chen"]
    with pytest.raises(StopAndTell, match="403"):
        people.respond("dina", signing, "Sign off")
    assert {one.entry.by for one in people.entries("2027-Q2")} == {"dina"}


def test_a_task_that_was_set_to_success_by_hand_counts_for_nothing_and_reddens_nothing(people: People):
    run = people.start("2027-Q3")
    asked = people.waiting(run, "each.answer", "Anna")
    people.api.send("PATCH", asked["place"], {"new_state": "success"})
    assert people.state(run, "each.sign_off", asked["index"]) == "skipped"
    assert people.state(run, "each.judge", asked["index"]) == "success"
    assert people.entries("2027-Q3") == []


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


@pytest.fixture(autouse=True)
def _no_run_is_left(people: People) -> Iterator[None]:
    """End what a test started, so that the next one's run may begin."""
    yield
    for run in people.api.get(f"/dags/{WORKFLOW}/dagRuns", limit=100)["dag_runs"]:
        if run["run_type"] == "manual" and run["state"] in {"queued", "running"}:
            people.end(run["dag_run_id"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def _signed_in(browser: Browser, people: People, name: str, screen: Any) -> Page:
    page = browser.new_context(viewport=screen).new_page()
    page.goto(f"{people.api.url}/auth/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", people.passwords[name])
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/auth/login" not in url)
    return page


# Quarters in which it is not her turn to call.
@pytest.mark.parametrize(("screen", "quarter"), [(DESKTOP, "2028-Q1"), (PHONE, "2029-Q2")], ids=["desktop", "phone"])
def test_a_custodian_answers_and_another_signs_on_our_page(
    people: People, browser: Browser, screen: Any, quarter: str, tmp_path: Path
):
    run = people.start(quarter)
    people.waiting(run, "each.answer", "Anna")
    page = _signed_in(browser, people, "anna", screen)
    page.goto(f"{people.api.url}/orgwarden/mine")
    page.get_by_role("link", name=f"Anna: 3 questions for {quarter}").click()
    page.screenshot(path=tmp_path / "form.png", full_page=True)
    assert has_no_sideways(page)
    for folded in page.locator("summary").all():
        folded.click()
    for name, text in FORM.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    people.waiting(run, "each.sign_off", "Anna")
    page = _signed_in(browser, people, "chen", screen)
    page.goto(f"{people.api.url}/orgwarden/mine")
    page.get_by_role("link", name=f"Sign off what Anna answered for {quarter}").click()
    page.screenshot(path=tmp_path / "signing.png", full_page=True)
    assert has_no_sideways(page)
    page.get_by_role("button", name="Sign off", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    _until(lambda: len(people.entries(quarter)) == 5)
    assert [one.entry.by for one in people.entries(quarter)] == ["anna"] * 3 + ["chen"] * 2


def test_a_custodian_answers_in_airflows_own_page(people: People, browser: Browser, tmp_path: Path):
    run = people.start("2028-Q3")
    people.waiting(run, "each.answer", "Anna")
    page = _signed_in(browser, people, "anna", DESKTOP)
    page.goto(f"{people.api.url}/required_actions")
    page.get_by_role("link", name="Anna: 3 questions for 2028-Q3").first.click()
    for name, text in FORM.items():
        field = page.locator(f"input[name=element_{name}]")
        if field.get_attribute("type") == "hidden":
            field.locator("xpath=preceding::input[@role='combobox'][1]").fill(text)
            page.get_by_role("option", name=text, exact=True).click()
        else:
            field.fill(text)
        expect(field).to_have_value(text)
    page.screenshot(path=tmp_path / "airflow.png", full_page=True)
    page.get_by_test_id("hitl-option-Answer").click()
    people.waiting(run, "each.sign_off", "Anna")
    assert [one.entry.by for one in people.entries("2028-Q3")] == ["anna"] * 3


def _noted(people: People, number: str, due: date) -> str:
    """Note a message that was sent to a mailbox; give where its link leads."""
    now = datetime.now(UTC)
    people.attestations.probes.make(
        Probe(
            number=number, organization="o-1", period="2028-Q4", mailbox=f"m-{number[:2]}", masked="a•••@corp.example",
            made_at=now, due=due, outcome=Delivery.SENT, sent_at=now, decided_at=now,
        )
    )  # fmt: skip
    return f"{people.api.url}/orgwarden/probe/{token(b'key', number)}"


def test_who_follows_the_link_of_a_message_signs_in_and_presses_and_counts_once(people: People, browser: Browser):
    link = _noted(people, "ab" * 16, date(9000, 1, 1))
    for name in ("anna", "anna", "chen"):
        page = browser.new_context(viewport=PHONE).new_page()
        page.goto(link)
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", people.passwords[name])
        page.click("button[type=submit]")
        page.wait_for_url(link)
        assert has_no_sideways(page)
        button = page.get_by_role("button", name="I have received this message")
        if button.count():
            button.click()
        expect(page.get_by_text("Thank you")).to_be_visible()
    assert [one.entry.by for one in people.entries("2028-Q4")] == ["anna", "chen"]


def test_a_link_that_is_forged_or_has_expired_is_refused_and_tells_a_stranger_nothing(people: People):
    live, expired = _noted(people, "cd" * 16, date(9000, 1, 1)), _noted(people, "ef" * 16, date(2020, 1, 1))
    forged = live[:-2] + ("A" if live[-2] != "A" else "B") + live[-1]
    before = people.entries("2028-Q4")
    for link, status in ((forged, 404), (expired, 410)):
        assert people.visit("anna", link) == (status, status)
    assert [httpx.request(way, live).status_code for way in ("GET", "POST")] == [401, 401]
    assert people.entries("2028-Q4") == before


def _until(is_so: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(1)
