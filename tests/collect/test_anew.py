"""A list is read anew by its sweep, which leaves out what nobody asks for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import boto3
import pytest

from orgwarden.collect import access, alerts, anew, billing, delegation, organizations, policies
from orgwarden.collect.mail_domains import resolver
from orgwarden.collect.means import Means
from orgwarden.collect.sessions import Aws
from orgwarden.demo.service import running
from orgwarden.model import EVERYTHING, Part, World
from orgwarden.parts.access import IAM_ROLES, IDENTITY_CENTER
from orgwarden.parts.alerts import EVENT_RULES, TRAILS
from orgwarden.parts.delegation import DELEGATIONS, HANDSHAKES, TRUSTED_SERVICES
from orgwarden.parts.organization import ORGANIZATION, PLACEMENTS
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICIES
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Staging, merged, stage
from orgwarden.store import MemoryStore
from tests.demo.asking import Asking

TODAY = date(2026, 11, 21)
NOON = Opened(period="2026-11", run="1", at=datetime(2026, 11, 21, tzinfo=UTC), key_check="k")
SWEPT = (policies, delegation, access, alerts, billing)


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running() as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", served.url)
        yield Asking(served)


@pytest.fixture
def means(served: Asking) -> Means:
    served.http("DELETE", "/demo/faults")
    session = boto3.Session("AKIAANYBODY000000001", "any", region_name="eu-west-1")
    aws = Aws(session, share=1000.0, patience=0.0)
    return Means(aws=aws, dns=resolver(None), veil=Veil(b"key"), today=TODAY)


@pytest.fixture(scope="module")
def staging(served: Asking) -> Staging:
    """The demo organization as its sweeps stage it."""
    served.http("DELETE", "/demo/faults")
    session = boto3.Session("AKIAANYBODY000000001", "any", region_name="eu-west-1")
    aws, veil, staging = Aws(session, share=1000.0, patience=0.0), Veil(b"key"), stage(MemoryStore(), "", NOON)
    organizations.sweep(staging, aws=aws, veil=veil)
    policies.sweep(staging, aws=aws, veil=veil)
    delegation.sweep(staging, aws=aws, veil=veil, control_tower=False)
    access.sweep(staging, aws=aws, veil=veil)
    alerts.sweep(staging, aws=aws, veil=veil)
    billing.sweep(staging, aws=aws, asks_cost_explorer=True)
    return staging


@pytest.fixture
def before(staging: Staging) -> World:
    rows, gaps = merged(staging.all_pages())
    row = rows[ORGANIZATION][EVERYTHING]
    return World(organization=row.id, management=row.management_account, today=TODAY, parts=rows, gaps=gaps)


def test_every_step_that_can_be_left_out_is_a_step_of_its_sweep(staging: Staging):
    steps = {name.split("/")[1] for name in staging.store.names("pages")}
    assert {step for group in anew.GROUPS for step in group.steps} <= steps


def test_every_part_of_the_sweeps_is_in_one_group():
    parts = [part.name for group in anew.GROUPS for part in group.parts]
    assert sorted(parts) == sorted(part.name for sweep in SWEPT for part in sweep.PARTS)


CALLED = [
    (TRUSTED_SERVICES, {"ListAWSServiceAccessForOrganization"}),
    (DELEGATIONS, {"ListDelegatedAdministrators", "ListDelegatedServicesForAccount"}),
    (HANDSHAKES, {"ListHandshakesForOrganization"}),
    (TRAILS, {"DescribeTrails", "GetTrailStatus", "GetEventSelectors", "ListRegions", "GetCallerIdentity"}),
]


@pytest.mark.parametrize(("part", "called"), CALLED, ids=[part.name for part, _ in CALLED])
def test_a_part_is_read_by_its_own_calls(means: Means, before: World, part: Part, called: set[str]):
    page = anew.read_anew({part.name}, before=before, means=means)
    assert {name.partition(":")[2] for name in means.aws.calls()} == called
    assert page.rows == {part: before.parts[part]}


@pytest.mark.parametrize("part", [POLICIES, IDENTITY_CENTER, IAM_ROLES, EVENT_RULES], ids=lambda part: part.name)
def test_a_part_that_is_read_anew_is_what_it_was_as_long_as_nothing_changed(means: Means, before: World, part: Part):
    page = anew.read_anew({part.name}, before=before, means=means)
    assert {read.name for read in page.rows} == anew.together_with({part.name})
    assert page.rows == {read: before.parts.get(read, {}) for read in page.rows}


def test_a_unit_is_not_told_of_by_an_account_that_was_moved_away_since(means: Means, before: World):
    rows = before.parts[EFFECTIVE_TAG_POLICIES]
    told = next(row for place, row in rows.items() if place.startswith("ou-"))
    placed = {**before.parts[PLACEMENTS], told.account: ("ou-left-behind001",)}
    page = anew.read_anew(
        {POLICIES.name}, before=replace(before, parts={**before.parts, PLACEMENTS: placed}), means=means
    )
    assert (EFFECTIVE_TAG_POLICIES.name, "ou-left-behind001") in page.gaps
    assert page.rows[EFFECTIVE_TAG_POLICIES].keys() <= rows.keys()
    assert means.aws.calls()["organizations:ListAccounts"]


def test_who_gets_in_by_iam_is_read_without_asking_the_identity_center(means: Means, before: World):
    anew.read_anew({IAM_ROLES.name}, before=before, means=means)
    assert not [name for name in means.aws.calls() if name.startswith(("sso-admin", "identitystore"))]


def test_a_list_that_is_denied_is_a_gap_and_hides_no_other(served: Asking, means: Means, before: World):
    served.http(
        "PUT", "/demo/faults", [{"operation": "ListHandshakesForOrganization", "error": "AccessDeniedException"}]
    )
    page = anew.read_anew({HANDSHAKES.name, TRUSTED_SERVICES.name}, before=before, means=means)
    assert page.gaps.keys() == {(HANDSHAKES.name, EVERYTHING)}
    assert page.rows[TRUSTED_SERVICES] == before.parts[TRUSTED_SERVICES]


def test_an_organization_that_could_not_be_read_again_keeps_no_list_from_being_read(means: Means, before: World):
    lost = replace(before, parts={part: rows for part, rows in before.parts.items() if part != ORGANIZATION})
    page = anew.read_anew({TRUSTED_SERVICES.name}, before=lost, means=means)
    assert page.rows == {TRUSTED_SERVICES: before.parts[TRUSTED_SERVICES]}
