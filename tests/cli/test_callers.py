"""Who collects decides what can be read: nothing more is asked for, and what is missing says what would unlock it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import access, alerts, organizations, resources, sessions
from orgwarden.collect.actions import Side
from orgwarden.demo.service import running
from orgwarden.flows.organization_inventory import LEFT_OUT, SWEEPS
from orgwarden.model import EVERYTHING
from orgwarden.parts.alerts import ALERT_TARGETS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, PRIMARY_CONTACTS
from orgwarden.parts.resources import MANAGEMENT_SPEND
from tests.cli.conftest import CommandLine, use
from tests.demo.asking import MANAGEMENT_ID, Asking

DELEGATED, MEMBER = "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"
ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"
COLLECTOR_ID = "997309114170"
ONE_WHO_COLLECTS = {
    "AWS_ACCESS_KEY_ID": DELEGATED,
    "ORGWARDEN_MANAGEMENT_ROLE_ARN": ROLE,
    "ORGWARDEN_AUDIT_MEMBER_ROOT": "assume_root",
}
# What any sweep may ask before it knows whom to ask, and where.
OF_ALL = sessions.ACTIONS
# Of regions two do: a third is asked the same.
REGIONS = [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in ("us-east-1", "eu-west-1")]
TWO_REGIONS = {"service": "account", "operation": "ListRegions", "body": json.dumps({"Regions": REGIONS})}
OWN_CONTACTS = {
    (PRIMARY_CONTACTS.name, MANAGEMENT_ID),
    *((ALTERNATE_CONTACTS.name, f"{MANAGEMENT_ID}/{kind}") for kind in ALTERNATE_TYPES),
}


@pytest.fixture(scope="module")
def sound() -> Iterator[Asking]:
    with running(drifts=False) as served:
        yield Asking(served)


@pytest.fixture
def organization(sound: Asking, monkeypatch) -> Asking:
    use(sound, monkeypatch.setenv)
    sound.http("DELETE", "/demo/faults")
    return sound


def gaps(folder: Path) -> dict[tuple[str, str], str]:
    """Give the causes by part and key, without the parts of sweeps that were not asked for."""
    told = json.loads((folder / "manifest.json").read_bytes())["gaps"]
    return {(gap["part"], gap["key"]): gap["cause"] for gap in told if LEFT_OUT not in gap["cause"]}


def test_the_management_account_reads_every_contact_without_a_role(
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


def sides(caller: str) -> set[Side]:
    """Give as whom an account calls; that of who collects is a member, too."""
    if caller == MANAGEMENT_ID:
        return {Side.MANAGEMENT}
    return {Side.MEMBER, Side.ROOT} | ({Side.COLLECTOR} if caller == COLLECTOR_ID else set())


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.NAME)
def test_every_call_that_is_made_is_declared_by_its_sweep(
    sweep: Any, organization: Asking, orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    for name, value in ONE_WHO_COLLECTS.items():
        monkeypatch.setenv(name, value)
    organization.http("PUT", "/demo/faults", [TWO_REGIONS])
    organization.http("DELETE", "/demo/calls")
    orgwarden.collected(tmp_path / "s", sweep.NAME)
    calls = organization.http("GET", "/demo/calls")[1]
    made = {(f"{call['service']}:{call['operation']}", call["caller"]) for call in calls}
    declared = {(one.operation, one.side) for one in (*OF_ALL, *organizations.ACTIONS, *sweep.ACTIONS)}
    assert [call for call in made if not declared & {(call[0], side) for side in sides(call[1])}] == []
    # A sweep that calls nothing would declare all that it calls.
    mine = {action.operation for action in sweep.ACTIONS}
    assert not mine or mine & {operation for operation, _ in made}


@pytest.mark.usefixtures("organization")
def test_only_the_management_account_and_its_role_lead_to_what_it_alone_may_read(
    orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DELEGATED)
    sweeps = (access, alerts, resources)
    found = gaps(orgwarden.collected(tmp_path / "s", *(sweep.NAME for sweep in sweeps)))
    # Where nobody knows an alarm, there is no target to ask for.
    parts = {part.name for sweep in sweeps for part in sweep.PARTS} - {ALERT_TARGETS.name}
    assert {part for part, _ in found} == parts
    assert "paid" in found.pop((MANAGEMENT_SPEND.name, EVERYTHING))
    assert all("set ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in found.values())


def test_members_are_entered_only_for_an_audit_that_was_asked_for(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    # That nobody is let in does not keep from asking, and takes less time.
    organization.http("PUT", "/demo/faults", [{"service": "sts", "match": "AssumeRo", "error": "AccessDenied"}])

    def entered(folder: str) -> set[str]:
        organization.http("DELETE", "/demo/calls")
        orgwarden.collected(tmp_path / folder, "root")
        calls = organization.http("GET", "/demo/calls")[1]
        return {call["operation"] for call in calls if call["operation"].startswith("Assume")}

    assert entered("unasked") == set()
    for way, operation in (("member_role", "AssumeRole"), ("assume_root", "AssumeRoot")):
        monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", way)
        assert entered(way) == {operation}
