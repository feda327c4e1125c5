"""A change of an organization that somebody else built is accepted from the command line, by finding, ticket or all."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.demo.asking import MANAGEMENT_ID, Asking

WORD = ("--by", "ada", "--why", "the team asked for it")


@pytest.fixture
def kept(orgwarden: CommandLine, organization: Asking, tmp_path: Path, monkeypatch):
    """A store in which a first reading was approved; gives what reads, reviews and records once more."""
    monkeypatch.setenv("ORGWARDEN_STORE", (tmp_path / "store").as_uri())
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")

    def read(name: str) -> Path:
        folder = orgwarden.collected(tmp_path / "store" / "snapshots" / "2026-11" / name)
        orgwarden("review", "--snapshot", folder.relative_to(tmp_path / "store"), "--record")
        return folder

    read("1")
    assert changes(orgwarden) == []
    members = organization.client("organizations")
    key = members.create_account(Email="new@corp.example", AccountName="new")["CreateAccountStatus"]["AccountId"]
    yield read, key
    members.remove_account_from_organization(AccountId=key)


def changes(orgwarden: CommandLine) -> list[dict]:
    rows = [json.loads(line) for line in orgwarden("findings", "list", "--json")[1].splitlines()]
    return [row for row in rows if row["control"].startswith("changes.")]


def test_an_account_that_joined_is_accepted_by_its_ticket_and_gone_at_once(orgwarden: CommandLine, kept):
    read, key = kept
    read("2")
    assert [(row["control"], row["account"]) for row in changes(orgwarden)] == [("changes.account_joined", key)]
    orgwarden("tickets", "apply")
    digest = ticket_of(changes(orgwarden)[0]["finding"])
    code, out, error = orgwarden("accept", digest, *WORD, "--json")
    assert code == 0, error
    assert json.loads(out)["files"] == [f"approved/{organization_of(orgwarden)}/2.json"]
    assert changes(orgwarden) == []
    assert "1 closed" in orgwarden("tickets", "apply")[1]
    read("3")
    assert changes(orgwarden) == []


def test_findings_are_accepted_by_their_id_or_all_of_a_theme(orgwarden: CommandLine, kept):
    read, _ = kept
    read("2")
    (finding,) = changes(orgwarden)
    assert orgwarden("accept", "--all", "--theme", "contacts", *WORD)[0] == 0
    assert len(changes(orgwarden)) == 1
    assert orgwarden("accept", finding["finding"], *WORD)[0] == 0
    assert changes(orgwarden) == []
    assert "is resolved" in orgwarden("accept", finding["finding"], *WORD)[2]


def test_what_cannot_be_accepted_is_told_in_a_sentence(orgwarden: CommandLine, kept):
    read, _ = kept
    read("2")
    rows = [json.loads(line) for line in orgwarden("findings", "list", "--json")[1].splitlines()]
    other = next(row for row in rows if not row["control"].startswith("changes."))
    assert "no change from an approved state" in orgwarden("accept", other["finding"], *WORD)[2]
    assert "neither a finding nor a ticket" in orgwarden("accept", "OW-9999", *WORD)[2]
    assert "say what to accept" in orgwarden("accept", *WORD)[2]
    assert "--why is empty" in orgwarden("accept", "--all", "--by", "ada", "--why", "")[2]


@pytest.mark.usefixtures("kept")
def test_a_folder_that_no_store_keeps_is_accepted_from_there(orgwarden: CommandLine, tmp_path: Path):
    folder = orgwarden.collected(tmp_path / "elsewhere")
    orgwarden("review", "--snapshot", folder, "--record")
    assert len(changes(orgwarden)) == 1
    code, _, error = orgwarden("accept", "--all", "--theme", "changes", "--snapshot", folder, *WORD)
    assert code == 0, error
    assert changes(orgwarden) == []


@pytest.mark.usefixtures("kept")
def test_contacts_are_accepted_as_they_were_last_read(orgwarden: CommandLine, tmp_path: Path):
    assert orgwarden("accept", "--contacts", *WORD)[0] == 0
    names = sorted((tmp_path / "store" / "approved").rglob("*.json"))
    assert [name.name for name in names] == ["1.json", "2.json"]
    assert f"{MANAGEMENT_ID}/PRIMARY" in names[1].read_text()


def test_a_review_without_a_store_says_what_it_cannot_compare_with(orgwarden: CommandLine, kept, monkeypatch):
    folder = kept[0]("2")
    monkeypatch.delenv("ORGWARDEN_STORE")
    code, out, _ = orgwarden("review", "--snapshot", folder, "--theme", "changes", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, {row["status"] for row in rows}) == (3, {"UNKNOWN"})
    assert "set ORGWARDEN_STORE" in rows[0]["reason"]


def organization_of(orgwarden: CommandLine) -> str:
    return json.loads(orgwarden("findings", "list", "--json", "--state", "open")[1].splitlines()[0])["organization"]


def ticket_of(finding: str) -> str:
    from orgwarden import wiring
    from orgwarden.flows import drift_tickets

    tools = wiring.tools()
    given = {name: getattr(tools, name) for name in ("store", "engine", "findings", "baseline")}
    keys = (f"OW-{n:04}" for n in range(1, 60))
    return next(key for key in keys if finding in drift_tickets.listed(key, **given))
