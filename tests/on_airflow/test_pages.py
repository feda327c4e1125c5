"""Our pages in Airflow's own application: whoever follows a link in a mail signs in there and comes back."""

import json
import os
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from orgwarden.attestations.links import calendar, token
from orgwarden.attestations.probes import Probe
from orgwarden.attestations.records import AttestationStore
from orgwarden.findings.database import connect, migrate
from orgwarden.parts.probed import Delivery
from orgwarden.store import FileStore
from tests.flows.test_organization_inventory import opened, sealed, swept
from tests.flows.test_probing import GROUPS, PEOPLE

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
KEY, NUMBER, BROWSER = b"key", "ab" * 16, {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGE = f"/orgwarden/probe/{token(KEY, NUMBER)}"
PASSWORDS = {"anna": "a-password", "4": "b-password", "zoe": "z-password"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give the record to which the settings lead, with one message that was sent."""
    folder = tmp_path_factory.mktemp("pages")
    store = FileStore(folder / "store")
    reading = opened(store)
    swept(store, reading)
    sealed(store, reading)
    (folder / "baseline.yaml").write_text(yaml.safe_dump({"people": PEOPLE, "contacts": {"groups": list(GROUPS)}}))
    (folder / "passwords.json").write_text(json.dumps(PASSWORDS))
    url = f"sqlite:///{folder / 'orgwarden.db'}"
    told = {
        "ORGWARDEN_STORE": store.uri, "ORGWARDEN_DATABASE_URL": url, "ORGWARDEN_HASH_KEY": KEY.decode(),
        "ORGWARDEN_BASELINE": str(folder / "baseline.yaml"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{one}:viewer" for one in PASSWORDS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "AIRFLOW__API_AUTH__JWT_SECRET": "x" * 64,
    }  # fmt: skip
    engine = connect(url)
    migrate(engine)
    record = AttestationStore(engine)
    now = datetime.now(UTC)
    record.probes.make(
        Probe(
            number=NUMBER, organization="o-1", period="2026-Q4", mailbox="m-1", masked="a•••@corp.example",
            made_at=now, due=date(9000, 1, 1), outcome=Delivery.SENT, sent_at=now, decided_at=now,
        )
    )  # fmt: skip
    before = dict(os.environ)
    os.environ |= told
    yield record
    os.environ.clear()
    os.environ |= before
    engine.dispose()


@pytest.fixture(scope="module")
def airflow(place):  # noqa: ARG001 - its settings
    from airflow.api_fastapi.app import create_app, purge_cached_app
    from airflow.utils import db
    from fastapi.testclient import TestClient

    db.initdb()
    app = create_app("core")

    def client(user=""):
        found = TestClient(app, follow_redirects=False)
        if user:
            asked = {"username": user, "password": PASSWORDS[user]}
            found.cookies["_token"] = found.post("/auth/token", json=asked).json()["access_token"]
        return found

    yield client
    purge_cached_app()


def test_a_custodian_without_a_session_is_led_to_airflows_own_sign_in_and_back(airflow):
    browser = airflow()
    first = browser.get(PAGE, headers=BROWSER)
    assert (first.status_code, "a•••" in first.text) == (303, False)
    second = browser.get(first.headers["location"], headers=BROWSER)
    where = urlsplit(second.headers["location"])
    assert (second.status_code, where.path) == (307, "/auth/login")
    assert parse_qs(where.query) == {"next": [PAGE]}
    assert browser.get(second.headers["location"], headers=BROWSER).status_code == 200


def test_an_old_session_is_no_dead_end(airflow):
    browser = airflow()
    browser.cookies["_token"] = "nonsense"
    assert browser.get(PAGE, headers=BROWSER).status_code == 303


def test_two_people_press_and_a_third_who_is_not_registered_leaves_no_trace(airflow, place):
    assert "I have received this message" in airflow("anna").get(PAGE, headers=BROWSER).text
    assert place.entries("o-1") == []
    for user, status in (("anna", 200), ("anna", 200), ("4", 200), ("zoe", 403)):
        answer = airflow(user).post(PAGE, headers={**BROWSER, "origin": "http://testserver"})
        assert answer.status_code == status
    assert [(one.entry.by, one.entry.about) for one in place.entries("o-1")] == [("anna", "m-1"), ("bjorn", "m-1")]
    assert "Thank you" in airflow("4").get(PAGE, headers=BROWSER).text


@pytest.mark.parametrize("user", ["anna", "zoe"])
def test_a_link_that_nobody_made_leads_nowhere(airflow, user):
    assert airflow(user).get(f"/orgwarden/probe/{token(b'other', NUMBER)}", headers=BROWSER).status_code == 404


def test_a_calendar_needs_no_session_but_its_address(airflow):
    given = airflow().get(f"/orgwarden/calendar/{calendar(KEY, 'anna')}.ics")
    assert (given.status_code, given.text[:15]) == (200, "BEGIN:VCALENDAR")
    assert airflow().get(f"/orgwarden/calendar/{calendar(b'other', 'anna')}.ics").status_code == 404


def test_what_waits_is_asked_for_where_airflows_own_processes_ask(monkeypatch):
    from fastapi import Request

    from orgwarden.on_airflow.pages import theirs

    scope = {"type": "http", "scheme": "https", "server": ("airflow.corp.example", 443), "path": "/", "headers": []}
    asked = {}
    monkeypatch.setattr("orgwarden.on_airflow.pages.Tasks", lambda url, _: asked.update(url=url))
    for told, url in (("http://airflow-apiserver:8080/execution/", "http://airflow-apiserver:8080"), ("", "https://")):
        monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", told)
        theirs(Request(scope))
        assert asked["url"].startswith(url)
