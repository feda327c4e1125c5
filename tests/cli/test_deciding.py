"""Deciding at the command line: what is written where, and what is refused with nothing written."""

import json
from pathlib import Path

import pytest

from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from tests.cli.conftest import CommandLine
from tests.findings.readings import ORG, A, B, fail, review, subject
from tests.tickets.drifting import Office

WHO = ("--owner", "ada", "--approver", "ben", "--reason", "being closed")
LATER = "2027-12-31"


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> FindingStore:
    """Two findings on a ticket, and the environment that leads the command line to them."""
    url = f"sqlite:///{tmp_path / 'orgwarden.db'}"
    engine = connect(url)
    migrate(engine)
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / "b.yaml").write_text("owners: {default: team}\n")
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", url)
    monkeypatch.setenv("ORGWARDEN_BASELINE", str(tmp_path / "baseline"))
    store = FindingStore(engine)
    store.record(review(1, fail(subject(A)), fail(subject(B))))
    Office(engine).run()
    return store


def test_adopting_writes_an_entry_and_says_how_much(orgwarden: CommandLine, store: FindingStore, tmp_path: Path):
    code, out, _ = orgwarden("baseline", "adopt", "--until", LATER, "--json")
    written = tmp_path / "baseline" / "adopted.yaml"
    assert (code, json.loads(out)) == (0, {"file": str(written), "adopted": 2, "critical_left_out": 0})
    assert all(f.id in written.read_text() for f in store.findings(ORG))
    assert orgwarden("baseline", "check")[0] == 0


def test_with_a_baseline_of_one_file_it_is_told_to_make_a_folder_or_to_say_where(
    orgwarden: CommandLine, store: FindingStore, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("ORGWARDEN_BASELINE", str(tmp_path / "baseline" / "b.yaml"))
    code, _, error = orgwarden("baseline", "adopt", "--until", LATER)
    assert (code, "make it a folder" in error) == (2, True)
    assert orgwarden("baseline", "adopt", "--until", LATER, "--out", tmp_path / "out.yaml")[0] == 0
    assert store.findings(ORG)[0].id in (tmp_path / "out.yaml").read_text()


def test_a_ticket_is_exempted_finding_by_finding_and_patterns_as_they_are(
    orgwarden: CommandLine, store: FindingStore, tmp_path: Path
):
    assert store.findings(ORG)
    assert orgwarden("exempt", "T-1", *WHO, "--expires", LATER)[0] == 0
    patterns = ("--control", "contacts.root_email_is_group", "--resource", "m-*")
    assert orgwarden("exempt", *patterns, *WHO, "--expires", LATER)[0] == 0
    _, out, _ = orgwarden("baseline", "check", "--json")
    assert json.loads(out)["exemptions"] == 3
    assert f'account: "{A}"' in (tmp_path / "baseline" / "exemptions.yaml").read_text()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say what to exempt"),
        (("T-1", "--control", "contacts.x"), "say what to exempt"),
        (("T-1", "--account", A), "say what to exempt"),
        (("T-9",), "neither a finding nor a ticket"),
        (("--control", "contacts.primary_phone"), "did you mean contacts.primary_phone_"),
        (("--control", "contacts.primary_phone_valid", "--account", "x"), "is no account"),
    ],
)
def test_an_exemption_that_cannot_be_used_is_refused_and_nothing_is_written(
    orgwarden: CommandLine, tmp_path: Path, words, told
):
    code, _, error = orgwarden("exempt", *words, *WHO, "--expires", LATER)
    assert code == 2
    assert told in error
    assert [f.name for f in (tmp_path / "baseline").iterdir()] == ["b.yaml"]


def test_a_snooze_is_listed_and_shown(orgwarden: CommandLine, store: FindingStore):
    code, out, _ = orgwarden("snooze", "T-1", "--days", 7, "--by", "ola", "--why", "a number is on its way", "--json")
    assert (code, len(out.splitlines())) == (0, 2)
    listed = [
        json.loads(line) for line in orgwarden("findings", "list", "--state", "snoozed", "--json")[1].splitlines()
    ]
    assert {row["snoozed_until"] for row in listed} == {json.loads(out.splitlines()[0])["snoozed_until"]}
    assert "by ola: a number is on its way" in orgwarden("findings", "show", store.findings(ORG)[0].id)[1]
    assert orgwarden("snooze", "T-1", "--days", 31, "--by", "ola", "--why", "w")[0] == 2
    assert "snoozed until" in orgwarden("findings", "list", "--state", "all")[1]
    assert orgwarden("findings", "list", "--state", "adopted", "--json")[1] == ""
