"""Who collects decides what can be read: nothing more is asked for, and what is missing says what would unlock it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgwarden.collect import sessions
from orgwarden.demo.service import running
from orgwarden.flows.organization_inventory import SWEEPS
from tests.cli.conftest import CommandLine, use
from tests.demo.asking import MANAGEMENT_ID, Asking

DELEGATED, MEMBER = "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"
ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"
OWN_CONTACTS = {MANAGEMENT_ID, *(f"{MANAGEMENT_ID}/{kind}" for kind in ("BILLING", "OPERATIONS", "SECURITY"))}


@pytest.fixture(scope="module")
def sound() -> Iterator[Asking]:
    with running(drifts=False) as served:
        yield Asking(served)


@pytest.fixture
def organization(sound: Asking, monkeypatch) -> Asking:
    use(sound, monkeypatch.setenv)
    return sound


def gaps(folder: Path) -> dict[str, str]:
    return {gap["key"]: gap["cause"] for gap in json.loads((folder / "manifest.json").read_bytes())["gaps"]}


def test_the_management_account_reads_everything_without_a_role(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path
):
    organization.http("DELETE", "/demo/calls")
    assert gaps(orgwarden.collected(tmp_path / "s")) == {}
    calls = {call["operation"] for call in organization.http("GET", "/demo/calls")[1]}
    assert "AssumeRole" not in calls


@pytest.mark.usefixtures("organization")
def test_a_delegated_administrator_lacks_the_management_accounts_contacts_and_the_role_gives_them(
    orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DELEGATED)
    without = gaps(orgwarden.collected(tmp_path / "without"))
    assert set(without) == OWN_CONTACTS
    assert all("set ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in without.values())
    monkeypatch.setenv("ORGWARDEN_MANAGEMENT_ROLE_ARN", ROLE)
    assert gaps(orgwarden.collected(tmp_path / "with")) == {}


@pytest.mark.usefixtures("organization")
def test_a_role_that_cannot_be_assumed_is_a_gap_that_says_so(orgwarden: CommandLine, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DELEGATED)
    monkeypatch.setenv("ORGWARDEN_MANAGEMENT_ROLE_ARN", ROLE.replace("read", "nothing"))
    found = gaps(orgwarden.collected(tmp_path / "s"))
    assert set(found) == OWN_CONTACTS
    assert all("sts:AssumeRole was denied" in cause for cause in found.values())


@pytest.mark.usefixtures("organization")
def test_a_plain_member_is_told_that_it_may_not_read_the_organization(
    orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", MEMBER)
    code, _, error = orgwarden("collect", "--out", tmp_path / "s")
    assert code == 2
    assert "organizations:ListAccounts was denied (AccessDeniedException)" in error


def test_each_call_is_made_as_often_as_the_formula_says(organization: Asking, orgwarden: CommandLine, tmp_path: Path):
    organization.http("DELETE", "/demo/calls")
    orgwarden.collected(tmp_path / "s")
    calls: dict[str, int] = {}
    for call in organization.http("GET", "/demo/calls")[1]:
        calls[call["operation"]] = calls.get(call["operation"], 0) + call["count"]
    accounts, live, units = 59, 56, 7
    assert calls == {
        "DescribeOrganization": 1,
        "ListRoots": 1,
        "ListAccounts": -(-accounts // 20),
        "ListOrganizationalUnitsForParent": 1 + units,
        "ListTagsForResource": live + units + 1,
        "GetCallerIdentity": 1,
        "GetContactInformation": live,
        "GetAlternateContact": 3 * live,
    }


def test_every_call_that_is_made_is_declared_by_its_sweep(organization: Asking, orgwarden: CommandLine, tmp_path: Path):
    organization.http("DELETE", "/demo/calls")
    orgwarden.collected(tmp_path / "s")
    made = {f"{call['service']}:{call['operation']}" for call in organization.http("GET", "/demo/calls")[1]}
    declared = {action for sweep in SWEEPS for action in sweep.ACTIONS} | set(sessions.ACTIONS)
    assert made <= declared
    assert declared - made == {"organizations:ListAccountsForParent", "sts:AssumeRole"}
