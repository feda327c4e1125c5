"""The sweeps of policies and delegation, on organizations that somebody else built and serves through AWS's API."""

import math
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from orgwarden.collect import delegation, organizations, policies
from orgwarden.collect.sessions import Aws
from orgwarden.demo.service import running
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import (
    ACTIVATIONS,
    DELEGATIONS,
    ENROLLED,
    HANDSHAKES,
    LANDING_ZONE,
    TRANSFERS,
    TRUSTED_SERVICES,
)
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    RESOURCE_POLICY,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Staging, merged, stage
from orgwarden.store import FileStore
from tests.demo.asking import MANAGEMENT_ID, Asking

VEIL = Veil(b"key")
TAG_POLICY, SCP = "TAG_POLICY", "SERVICE_CONTROL_POLICY"
DELEGATED = "AKIADEMOSECOPS000001"
EVERY_REGION = 17
NOT_LOOKED_AT = {LANDING_ZONE.name, ENROLLED.name}


@pytest.fixture(scope="module")
def seeded_server() -> Iterator[Asking]:
    with running(drifts=False) as served:
        yield Asking(served)


@pytest.fixture
def seeded(seeded_server: Asking, monkeypatch) -> Asking:
    monkeypatch.setenv("AWS_ENDPOINT_URL", seeded_server.served.url)
    seeded_server.http("DELETE", "/demo/faults")
    seeded_server.http("POST", "/demo/reset")
    return seeded_server


def caller(key: str = "AKIAANYBODY000000001") -> Aws:
    session = boto3.Session(key, "any", region_name="eu-west-1")
    return Aws(session, share=1000.0, patience=0.0)


def staged(folder: Path, aws: Aws) -> Staging:
    opened = Opened(period="2026-11", run="1", at=datetime(2026, 11, 1, tzinfo=UTC), key_check="key")
    staging = stage(FileStore(folder), "", opened)
    organizations.sweep(staging, aws=aws, veil=VEIL)
    return staging


def swept(folder: Path, aws: Aws, *, control_tower: bool = True) -> tuple[Any, Any, dict[str, int]]:
    """Sweep both on top of the organization; give rows, gaps, and the calls that the two of them made."""
    staging = staged(folder, aws)
    before = aws.calls()
    policies.sweep(staging, aws=aws, veil=VEIL)
    delegation.sweep(staging, aws=aws, veil=VEIL, control_tower=control_tower)
    made = {name: count - before.get(name, 0) for name, count in aws.calls().items()}
    return *merged(staging.all_pages()), {name: count for name, count in made.items() if count}


def pages(things: int) -> int:
    return max(1, math.ceil(things / 20))


@pytest.mark.usefixtures("seeded")
def test_each_call_is_made_as_often_as_the_formula_says(tmp_path: Path):
    rows, gaps, calls = swept(tmp_path, caller())
    assert gaps == {}
    customers = [id_ for id_, policy in rows[POLICIES].items() if not policy.aws_managed]
    live = {id_ for id_, account in rows[ACCOUNTS].items() if not account.state.is_closed}
    parents = {(EVERYTHING, *rows[PLACEMENTS][account])[-1] for account in live}
    administrators = {key.partition("/")[0] for key in rows[DELEGATIONS]}
    of_organizations = {n.partition(":")[2]: c for n, c in calls.items() if n.startswith("organizations:")}
    assert of_organizations == {
        "ListRoots": 1,
        "ListPolicies": 3,
        "ListTargetsForPolicy": sum(pages(len(rows[POLICY_TARGETS][policy])) for policy in customers),
        "DescribePolicy": len(customers),
        "ListTagsForResource": len(customers),
        "DescribeResourcePolicy": 1,
        "DescribeEffectivePolicy": len(parents),
        "ListAWSServiceAccessForOrganization": 1,
        "ListDelegatedAdministrators": pages(len(administrators)),
        "ListDelegatedServicesForAccount": len(administrators),
        "ListHandshakesForOrganization": 1,
        "ListInboundResponsibilityTransfers": 1,
        "ListOutboundResponsibilityTransfers": 1,
    }


@pytest.mark.usefixtures("seeded")
def test_services_and_control_tower_are_asked_as_often_as_they_must(tmp_path: Path):
    rows, _, calls = swept(tmp_path, caller())
    others = {name: count for name, count in calls.items() if not name.startswith("organizations:")}
    assert rows[LANDING_ZONE][EVERYTHING].drift == "IN_SYNC"
    tower = {name: others.pop(name) for name in list(others) if name.startswith("controltower:")}
    assert set(tower.values()) == {1}
    assert others.pop("sts:GetCallerIdentity") == 1
    assert others == {row.said_by: 1 for row in rows[ACTIVATIONS].values()}


@pytest.mark.usefixtures("seeded")
def test_every_call_that_is_made_is_declared_by_its_sweep(tmp_path: Path):
    _, _, calls = swept(tmp_path, caller())
    declared = {action.operation for action in (*policies.ACTIONS, *delegation.ACTIONS)}
    assert set(calls) - {"sts:GetCallerIdentity"} <= declared


@pytest.mark.usefixtures("seeded")
def test_a_delegated_administrator_lacks_only_what_aws_tells_the_management_account_alone(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, caller(DELEGATED))
    assert {part for part, _ in gaps} == {TRANSFERS.name, ACTIVATIONS.name, *NOT_LOOKED_AT}
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())
    assert all(rows[part] for part in (POLICY_BODIES, RESOURCE_POLICY, EFFECTIVE_TAG_POLICIES, DELEGATIONS))
    assert "iam.amazonaws.com" in rows[ACTIVATIONS]


FAULTS = [
    ({"operation": "DescribePolicy"}, {POLICY_BODIES.name}),
    ({"operation": "ListTargetsForPolicy"}, {POLICY_TARGETS.name, EFFECTIVE_TAG_POLICIES.name}),
    ({"operation": "ListTagsForResource"}, {POLICY_TAGS.name}),
    ({"operation": "DescribeResourcePolicy"}, {RESOURCE_POLICY.name}),
    ({"operation": "DescribeEffectivePolicy"}, {EFFECTIVE_TAG_POLICIES.name}),
    ({"operation": "ListAWSServiceAccessForOrganization"}, {TRUSTED_SERVICES.name, ACTIVATIONS.name}),
    ({"operation": "ListDelegatedAdministrators"}, {DELEGATIONS.name}),
    ({"operation": "ListDelegatedServicesForAccount"}, {DELEGATIONS.name}),
    ({"operation": "ListHandshakesForOrganization"}, {HANDSHAKES.name}),
    ({"operation": "ListInboundResponsibilityTransfers"}, {TRANSFERS.name}),
    ({"service": "guardduty"}, {ACTIVATIONS.name}),
]
ANSWERS = {
    "denied": {"error": "AccessDeniedException"},
    "throttled": {"error": "TooManyRequestsException", "status": 429},
    "no-json": {"body": "<html>not now</html>"},
}


@pytest.fixture(scope="module")
def read_before(seeded_server: Asking, tmp_path_factory) -> Path:
    """The organization as it was read before somebody began to refuse."""
    folder = tmp_path_factory.mktemp("organization")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", seeded_server.served.url)
        seeded_server.http("POST", "/demo/reset")
        staged(folder, caller())
    return folder


@pytest.fixture
def reading(read_before: Path, tmp_path: Path) -> Staging:
    shutil.copytree(read_before, tmp_path / "reading")
    return Staging(FileStore(tmp_path / "reading"), "")


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(("fault", "lost"), FAULTS, ids=["-".join(fault.values()) for fault, _ in FAULTS])
def test_what_is_denied_throttled_or_broken_is_lost_and_nothing_else(
    seeded: Asking, reading: Staging, fault: dict[str, str], lost: set[str], answer: str
):
    seeded.http("PUT", "/demo/faults", [{**fault, **ANSWERS[answer]}])
    aws = caller()
    policies.sweep(reading, aws=aws, veil=VEIL)
    delegation.sweep(reading, aws=aws, veil=VEIL, control_tower=False)
    assert {part for part, _ in merged(reading.all_pages())[1]} == lost | NOT_LOOKED_AT


def test_a_type_that_is_denied_is_a_gap_under_its_name(seeded: Asking, tmp_path: Path):
    denied = {"operation": "ListPolicies", "match": TAG_POLICY, "error": "AccessDeniedException"}
    seeded.http("PUT", "/demo/faults", [denied])
    rows, gaps, _ = swept(tmp_path, caller(), control_tower=False)
    lost = {*((part.name, TAG_POLICY) for part in policies.OF_A_POLICY), (EFFECTIVE_TAG_POLICIES.name, EVERYTHING)}
    assert {place for place in gaps if place[0] not in NOT_LOOKED_AT} == lost
    assert {row.type for row in rows[POLICIES].values()} == {SCP, "RESOURCE_CONTROL_POLICY"}


def test_a_control_tower_that_is_denied_leaves_the_landing_zone_open(seeded: Asking, tmp_path: Path):
    denied = {"service": "controltower", "error": "AccessDeniedException"}
    seeded.http("PUT", "/demo/faults", [denied])
    _, gaps, _ = swept(tmp_path, caller())
    assert {part for part, _ in gaps} == NOT_LOOKED_AT


def test_policies_targets_and_administrators_beyond_one_page_are_all_read(seeded: Asking, tmp_path: Path):
    client = seeded.client("organizations")
    accounts = [seeded.new_account(f"more-{n}") for n in range(21)]
    for n, account in enumerate(accounts):
        made = client.create_policy(Name=f"more-{n}", Type=SCP, Content='{"Statement": []}', Description="")
        client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=account)
        client.register_delegated_administrator(AccountId=account, ServicePrincipal="config.amazonaws.com")
    everywhere = made["Policy"]["PolicySummary"]["Id"]
    for account in accounts[:-1]:
        client.attach_policy(PolicyId=everywhere, TargetId=account)
    rows, gaps, _ = swept(tmp_path, caller(), control_tower=False)
    assert {part for part, _ in gaps} == NOT_LOOKED_AT
    assert set(rows[POLICY_TARGETS][everywhere]) == set(accounts)
    assert {policy.name for policy in rows[POLICIES].values()} >= {f"more-{n}" for n in range(21)}
    assert {f"{account}/config.amazonaws.com" for account in accounts} <= set(rows[DELEGATIONS])


def test_an_account_with_a_tag_policy_of_its_own_has_a_row_of_its_own(seeded: Asking, tmp_path: Path):
    client, account = seeded.client("organizations"), seeded.new_account("tagged")
    content = '{"tags": {"team": {"tag_key": {"@@assign": "Team"}}}}'
    made = client.create_policy(Name="own", Type=TAG_POLICY, Content=content, Description="ada@corp.example")
    client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=account)
    rows, _, _ = swept(tmp_path, caller(), control_tower=False)
    in_force = rows[EFFECTIVE_TAG_POLICIES]
    assert "Team" in in_force[account].content
    assert not [row for key, row in in_force.items() if key != account and "Team" in row.content]


def test_an_invitation_is_read_and_its_address_is_not(seeded: Asking, tmp_path: Path):
    client = seeded.client("organizations")
    client.invite_account_to_organization(Target={"Id": "ada@corp.example", "Type": "EMAIL"})
    rows, gaps, _ = swept(tmp_path, caller(), control_tower=False)
    (invited,) = rows[HANDSHAKES].values()
    assert ({part for part, _ in gaps}, invited.action) == (NOT_LOOKED_AT, "INVITE")
    assert any(party.startswith("a•••@corp.example") for party in invited.parties)
    assert b"ada@" not in b"".join(file.read_bytes() for file in tmp_path.rglob("*.json"))


def test_a_service_that_is_trusted_and_off_says_so(seeded: Asking, tmp_path: Path):
    off = {"services": {"guardduty.amazonaws.com": {"activated": False}}}
    assert seeded.http("PATCH", "/demo/state", off)[0] == 200
    rows, _, calls = swept(tmp_path, caller(), control_tower=False)
    assert not rows[ACTIVATIONS]["guardduty.amazonaws.com"].activated
    assert calls["guardduty:ListOrganizationAdminAccounts"] == EVERY_REGION


def test_where_no_policy_type_is_enabled_nothing_is_listed_and_nothing_is_in_force(seeded: Asking, tmp_path: Path):
    client = seeded.client("organizations")
    root = client.list_roots()["Roots"][0]
    for kind in root["PolicyTypes"]:
        client.disable_policy_type(RootId=root["Id"], PolicyType=kind["Type"])
    rows, gaps, calls = swept(tmp_path, caller(), control_tower=False)
    assert {part for part, _ in gaps} == NOT_LOOKED_AT
    assert not {"organizations:ListPolicies", "organizations:DescribeEffectivePolicy"} & set(calls)
    assert {row.content for row in rows[EFFECTIVE_TAG_POLICIES].values()} == {None}
    assert rows[EFFECTIVE_TAG_POLICIES][root["Id"]].account == MANAGEMENT_ID
