"""Our pages in Airflow find who keeps a phone by its sign-in and the settings, and show questions without them, too."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import yaml

from orgwarden.attestations.calling import CALL
from orgwarden.attestations.records import AttestationStore, Put
from orgwarden.attestations.words import word
from orgwarden.findings.database import connect, migrate
from orgwarden.model import Period
from orgwarden.web import User

pytestmark = pytest.mark.airflow
ACCOUNT = "111111111111"
DECLARED = {
    "people": {"bjorn": {"name": "B", "sign_in": "4"}},
    "custody": {"phone": {"place": "x", "people": ["bjorn"]}},
}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    file, url = tmp_path / "baseline.yaml", f"sqlite:///{tmp_path / 'orgwarden.db'}"
    file.write_text(yaml.safe_dump(DECLARED))
    engine = connect(url)
    migrate(engine)
    put = Put(
        organization="o-1", period="2026-Q4", question=CALL, about=ACCOUNT, person="anna", due=date(2026, 10, 31),
        at=datetime(2026, 10, 1, tzinfo=UTC),
    )  # fmt: skip
    AttestationStore(engine).put([put])
    engine.dispose()
    for name, value in {"BASELINE": str(file), "HASH_KEY": "key", "DATABASE_URL": url}.items():
        monkeypatch.setenv(f"ORGWARDEN_{name}", value)
    return monkeypatch


def called(sign_in):
    from orgwarden.on_airflow import pages

    room = pages.Room()
    try:
        return [(one.account, one.word) for one in pages.called(User(id=sign_in, name=""), room)]
    finally:
        room.close()


@pytest.mark.usefixtures("settings")
def test_whoever_keeps_the_phone_is_found_by_their_sign_in():
    assert called("4") == [(ACCOUNT, word(b"key", Period("2026-Q4"), ACCOUNT))]
    assert called("bjorn") == []


@pytest.mark.usefixtures("settings")
def test_the_list_has_the_word_for_whoever_airflow_says_is_signed_in_and_for_nobody_else():
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    from orgwarden.on_airflow import pages

    said = word(b"key", Period("2026-Q4"), ACCOUNT)
    pages.app.dependency_overrides[pages.theirs] = lambda: SimpleNamespace(waiting=list)
    try:
        for sign_in, is_shown in (("4", True), ("5", False)):
            user = SimpleNamespace(get_id=lambda one=sign_in: one, get_name=lambda: "B")
            pages.app.dependency_overrides[get_user] = lambda one=user: one
            assert (said in TestClient(pages.app).get("/mine").text) == is_shown
    finally:
        pages.app.dependency_overrides.clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [("HASH_KEY", ""), ("DATABASE_URL", ""), ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x"), ("BASELINE", "")],
)
def test_without_a_setting_or_the_database_nobody_reads_a_word_and_nothing_breaks(settings, name, value):
    settings.setenv(f"ORGWARDEN_{name}", value)
    assert called("4") == []
