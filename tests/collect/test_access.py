"""All ways into the management account are read; one that is refused hides no other and is never no way."""

from pathlib import Path

import pytest

from orgwarden.collect import access
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import (
    DELETED,
    GROUP_MEMBERS,
    IAM_ROLES,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    TrustAnchor,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import merged
from tests.collect.fakes import refusal
from tests.collect.sides import MANAGEMENT, Sides, denied, given, staging, throttled, unreachable
from tests.collect.test_iam import GROUP, POLICY, ROLE, USER
from tests.collect.test_identity_center import OURS, READ_ONLY, REGIONS, SET, SETS

VEIL = Veil(b"key")
ANCHOR = "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/1"
ANYWHERE = {
    **ROLE,
    "AssumeRolePolicyDocument": {"Statement": {"Principal": {"Service": "rolesanywhere.amazonaws.com"}}},
}
AUTHORIZATION = {"UserDetailList": [USER], "GroupDetailList": [GROUP], "RoleDetailList": [ROLE], "Policies": [POLICY]}
WHOLE = {
    **SETS,
    **REGIONS,
    "ListInstances": given({"Instances": [OURS]}),
    "ListPermissionSetsProvisionedToAccount": given({"PermissionSets": [SET]}),
    "DescribeGroup": given({"GroupId": "g-1", "DisplayName": "Admins"}),
    "ListGroupMemberships": given(
        {"GroupMemberships": [{"MemberId": {"UserId": "u-2"}}, {"MemberId": {"UserId": "u-1"}}]}
    ),
    "DescribeUser": lambda UserId, **_: {"UserId": UserId, "UserName": f"{UserId}@corp.example"},
    "GetAccountAuthorizationDetails": given({**AUTHORIZATION, "IsTruncated": False}),
    "GetPolicy": given({"Policy": {"DefaultVersionId": "v1"}}),
    "GetPolicyVersion": given({"PolicyVersion": {"Document": {"Statement": []}}}),
    "ListSAMLProviders": given({"SAMLProviderList": []}),
    "ListOpenIDConnectProviders": given({"OpenIDConnectProviderList": []}),
    "ListTrustAnchors": given({"trustAnchors": []}),
}


def swept(folder: Path, regional=None, **changed):
    staged, sides = staging(folder), Sides({**WHOLE, **changed}, regional=regional or {})
    access.sweep(staged, aws=sides, veil=VEIL)
    assert staged.finished("access")
    return *merged(staged.all_pages()), sides.asked


def keys(gaps, part):
    return {key for name, key in gaps if name == part.name}


def test_everybody_who_reaches_an_assignment_is_described_once(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path)
    assert gaps == {}
    assert set(rows[PEOPLE]) == {"u-1", "u-2"}
    assert [operation for _, operation in asked].count("DescribeUser") == 2


def test_every_policy_that_is_named_is_read_whether_or_not_it_came_with_the_rest(tmp_path: Path):
    rows, _, _ = swept(tmp_path)
    own = [f"arn:aws:iam::{MANAGEMENT}:policy/{name}" for name in ("own", "team/deep", "team/own")]
    assert set(rows[MANAGED_POLICIES]) == {READ_ONLY, *own, ROLE["PermissionsBoundary"]["PermissionsBoundaryArn"]}


def test_without_identity_center_nothing_of_it_is_missing(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, ListInstances=given({"Instances": []}))
    assert rows[IDENTITY_CENTER] == {EVERYTHING: None}
    assert gaps == {}


@pytest.mark.parametrize(
    ("operation", "has_instance"), [("ListInstances", False), ("ListPermissionSetsProvisionedToAccount", True)]
)
def test_where_the_permission_sets_are_not_known_nobody_who_has_one_is(tmp_path: Path, operation, *, has_instance):
    rows, gaps, _ = swept(tmp_path, **{operation: denied})
    assert all(keys(gaps, part) == {EVERYTHING} for part in access.OF_THE_INSTANCE)
    assert (IDENTITY_CENTER in rows) is has_instance
    assert rows[IAM_ROLES]


def test_a_group_that_could_not_be_read_is_a_gap_and_its_assignment_stands(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, ListGroupMemberships=denied)
    assert keys(gaps, GROUP_MEMBERS) == {"g-1"}
    assert set(rows[PEOPLE]) == {"u-1"}
    assert rows[PERMISSION_SETS]


def test_without_a_role_in_the_management_account_every_way_is_a_gap(tmp_path: Path):
    staged = staging(tmp_path)
    access.sweep(staged, aws=Sides(None), veil=VEIL)
    _, gaps = merged(staged.all_pages())
    assert gaps == {(part.name, EVERYTHING): "no role leads there" for part in access.PARTS}


def test_anchors_are_asked_for_only_if_a_role_trusts_the_service(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path)
    assert TRUST_ANCHORS not in rows
    assert keys(gaps, TRUST_ANCHORS) == set()
    assert not [one for one in asked if one[1] in {"ListTrustAnchors", "ListRegions"}]


@pytest.mark.parametrize("operation", ["ListInstances", "ListRegions"])
def test_an_identity_center_that_cannot_be_reached_costs_no_other_way_in(tmp_path: Path, operation: str):
    rows, gaps, _ = swept(tmp_path, **{"ListInstances": given({"Instances": []}), operation: unreachable})
    assert keys(gaps, IDENTITY_CENTER) == {EVERYTHING}
    assert rows[IAM_ROLES]


@pytest.mark.parametrize("answer", [denied, unreachable])
def test_anchors_are_read_in_every_region_and_one_that_does_not_answer_is_a_gap(tmp_path: Path, answer):
    details = given({"RoleDetailList": [ANYWHERE], "IsTruncated": False})
    there = {"ListTrustAnchors": given({"trustAnchors": [{"trustAnchorArn": ANCHOR, "enabled": True}]})}
    regional = {"eu-west-1": there, "us-east-1": {"ListTrustAnchors": answer}}
    rows, gaps, _ = swept(tmp_path, regional, GetAccountAuthorizationDetails=details)
    assert rows[TRUST_ANCHORS] == {ANCHOR: TrustAnchor(region="eu-west-1", is_enabled=True)}
    assert keys(gaps, TRUST_ANCHORS) == {"us-east-1"}


@pytest.mark.parametrize("answer", [denied, unreachable])
def test_where_the_regions_are_not_known_no_anchor_is(tmp_path: Path, answer):
    details = given({"RoleDetailList": [ANYWHERE], "IsTruncated": False})
    _, gaps, _ = swept(tmp_path, ListRegions=answer, GetAccountAuthorizationDetails=details)
    assert keys(gaps, TRUST_ANCHORS) == {EVERYTHING}


def test_where_a_role_is_not_known_it_might_trust_an_anchor(tmp_path: Path):
    _, gaps, _ = swept(tmp_path, GetAccountAuthorizationDetails=denied)
    assert keys(gaps, TRUST_ANCHORS) == {EVERYTHING}


def test_nothing_that_was_staged_has_an_address(tmp_path: Path):
    swept(tmp_path)
    staged = b"".join(file.read_bytes() for file in (tmp_path / "pages").rglob("access*/*"))
    assert staged
    assert not [word for word in (b"ann@", b"u-1@", b"u-2@") if word in staged]


def test_what_was_staged_before_the_sweep_was_cut_off_is_not_asked_again(tmp_path: Path):
    staged, sides = staging(tmp_path), Sides(WHOLE)
    access.sweep(staged, aws=sides, veil=VEIL)
    before = len(sides.asked)
    access.sweep(staged, aws=sides, veil=VEIL)
    assert len(sides.asked) == before


def registered(folder: Path, *users: str, **changed):
    staged, sides = staging(folder), Sides({**WHOLE, **changed})
    access.sweep(staged, aws=sides, veil=VEIL, registered=users)
    return *merged(staged.all_pages()), sides.asked


def of_user(user, answer):
    """Answer as usual, but for one user."""
    return lambda UserId, **more: answer(UserId=UserId, **more) if UserId == user else WHOLE["DescribeUser"](UserId)


def test_whoever_is_registered_is_described_although_they_reach_nothing_and_nobody_twice(tmp_path: Path):
    rows, gaps, asked = registered(tmp_path, "u-1", "u-7")
    assert gaps == {}
    assert rows[PEOPLE]["u-7"].is_enabled
    assert [operation for _, operation in asked].count("DescribeUser") == 3
    disabled = given({"UserId": "u-7", "UserName": "x", "UserStatus": "DISABLED"})
    rows, _, _ = registered(tmp_path / "b", "u-7", DescribeUser=of_user("u-7", disabled))
    assert (rows[PEOPLE]["u-7"].is_enabled, rows[PEOPLE]["u-7"].masked) == (False, "x•••")


def test_a_registered_user_whom_the_identity_store_does_not_know_has_left(tmp_path: Path):
    gone = of_user("u-7", lambda **_: refusal("ResourceNotFoundException", 400))
    rows, gaps, _ = registered(tmp_path, "u-7", DescribeUser=gone)
    assert (gaps, rows[PEOPLE]["u-7"].masked, rows[PEOPLE]["u-7"].is_enabled) == ({}, DELETED, False)


@pytest.mark.parametrize(
    "answer", [denied, throttled, given({}), given({"UserId": "u-7"}), lambda **_: refusal("ValidationException", 400)]
)
def test_a_registered_user_who_could_not_be_read_is_a_gap_and_nobody_who_has_left(tmp_path: Path, answer):
    rows, gaps, _ = registered(tmp_path, "u-7", DescribeUser=of_user("u-7", answer))
    assert keys(gaps, PEOPLE) == {"u-7"}
    assert set(rows[PEOPLE]) == {"u-1", "u-2"}


def test_whoever_is_registered_is_read_where_the_permission_sets_are_not_known(tmp_path: Path):
    rows, gaps, _ = registered(tmp_path, "u-7", ListPermissionSetsProvisionedToAccount=denied)
    assert (set(rows[PEOPLE]), keys(gaps, PEOPLE)) == ({"u-7"}, {EVERYTHING})


def test_without_an_instance_nobody_who_is_registered_is_asked_for(tmp_path: Path):
    rows, gaps, asked = registered(tmp_path, "u-7", ListInstances=given({"Instances": []}))
    assert (PEOPLE in rows, gaps) == (False, {})
    assert "DescribeUser" not in {operation for _, operation in asked}


def test_registered_users_that_were_staged_are_not_asked_again(tmp_path: Path):
    staged, sides = staging(tmp_path), Sides(WHOLE)
    for _ in range(2):
        access.sweep(staged, aws=sides, veil=VEIL, registered=("u-7",))
    assert [operation for _, operation in sides.asked].count("DescribeUser") == 3
