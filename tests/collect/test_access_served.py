"""The sweeps of root users and of access, on organizations that somebody else built and serves through AWS's API."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import access, organizations, root
from orgwarden.collect.actions import every_action
from orgwarden.collect.root_audit import BLOCKED
from orgwarden.collect.sessions import Aws
from orgwarden.demo.service import running
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    USER_CREDENTIALS,
)
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_FEATURES, ROOT_MFA, ROOT_USE, MfaKind
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, merged, stage
from orgwarden.store import MemoryStore
from tests.demo.asking import MANAGEMENT_ID, Asking

VEIL = Veil(b"key")
HERE = f"arn:aws:iam::{MANAGEMENT_ID}"
ADMIN, READ_ONLY = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
NO_ROOT = {**ALL, "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
NO_ROOT["Statement"][0]["Condition"] = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with running(empty=True) as served:
        yield Asking(served)


@pytest.fixture
def empty(server: Asking, monkeypatch) -> Asking:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.served.url)
    server.http("DELETE", "/demo/faults")
    server.http("POST", "/demo/reset")
    return server


def aws() -> Aws:
    session = boto3.Session("AKIAANYBODY000000001", "any", region_name="eu-west-1")
    return Aws(session, share=1000.0, patience=0.0, member_role="OrganizationAccountAccessRole")


def swept(sweep, **more):
    opened = Opened(period="2026-11", run="1", at=datetime(2026, 11, 1, tzinfo=UTC), key_check="key")
    staging, caller = stage(MemoryStore(), "x", opened), aws()
    organizations.sweep(staging, aws=caller, veil=VEIL)
    sweep(staging, aws=caller, veil=VEIL, **more)
    return merged(staging.all_pages())


def causes(gaps, part):
    return {key: cause for (name, key), cause in gaps.items() if name == part.name}


def manage_centrally(ask: Asking) -> None:
    ask.client("organizations").enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    ask.client("iam").enable_organizations_root_credentials_management()


def tell(ask: Asking, account: str, **told) -> None:
    assert ask.http("PATCH", "/demo/state", {"root": {account: told}})[0] == 200


@pytest.mark.usefixtures("empty")
def test_of_an_empty_organization_everything_is_known():
    rows, gaps = swept(root.sweep, audit="")
    assert gaps == {}
    assert rows[ROOT_FEATURES][EVERYTHING] == ()
    assert rows[ROOT_CREDENTIALS][MANAGEMENT_ID].has_password
    rows, gaps = swept(access.sweep)
    assert gaps == {}
    assert rows[IDENTITY_CENTER][EVERYTHING].region == "us-east-1"


def test_the_management_accounts_root_user_and_users_are_read_from_its_report(empty: Asking):
    iam = empty.client("iam")
    iam.create_user(UserName="ann")
    iam.create_access_key(UserName="ann")
    iam.create_service_specific_credential(UserName="ann", ServiceName="codecommit.amazonaws.com")
    tell(empty, MANAGEMENT_ID, mfa=[f"{HERE}:mfa/root"], password_last_used="2026-06-01T00:00:00Z")
    rows, gaps = swept(root.sweep, audit="")
    assert gaps == {}
    assert rows[ROOT_USE][MANAGEMENT_ID].password_used == "2026-06-01T00:00:00+00:00"
    assert rows[ROOT_MFA][MANAGEMENT_ID].devices == (MfaKind.VIRTUAL,)
    ann = rows[USER_CREDENTIALS][f"{HERE}:user/ann"]
    assert (ann.has_password, ann.active_keys, ann.service_keys) == (False, 1, 1)


def test_members_are_audited_by_root_sessions(empty: Asking):
    busy = empty.new_account("busy")
    tell(empty, busy, mfa=["GAHT12345678"], access_keys=[{"last_used": "2026-05-01T00:00:00Z"}])
    manage_centrally(empty)
    clean = empty.new_account("clean")
    rows, gaps = swept(root.sweep, audit="assume_root")
    assert gaps == {(USER_CREDENTIALS.name, member): root.BY_ROLE_ALONE for member in (busy, clean)}
    assert rows[ROOT_CREDENTIALS][clean].are_gone
    assert rows[ROOT_USE][busy].keys[0].last_used == "2026-05-01T00:00:00+00:00"
    assert rows[ROOT_MFA][busy].devices == (MfaKind.TOKEN,)


def test_a_policy_that_denies_root_users_blocks_the_audit_and_is_told_so(empty: Asking):
    manage_centrally(empty)
    member, organization = empty.new_account("one"), empty.client("organizations")
    top = organization.list_roots()["Roots"][0]["Id"]
    organization.enable_policy_type(RootId=top, PolicyType="SERVICE_CONTROL_POLICY")
    made = organization.create_policy(
        Content=json.dumps(NO_ROOT), Description="", Name="no-root", Type="SERVICE_CONTROL_POLICY"
    )
    organization.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=member)
    _, gaps = swept(root.sweep, audit="assume_root")
    assert causes(gaps, ROOT_CREDENTIALS) == {member: BLOCKED}


def test_members_are_audited_quietly_by_a_role(empty: Asking):
    member = empty.new_account("one")
    empty.as_role(member, "iam").create_user(UserName="eve")
    rows, gaps = swept(root.sweep, audit="member_role")
    assert gaps == {}
    assert rows[ROOT_CREDENTIALS][member].has_password
    assert f"arn:aws:iam::{member}:user/eve" in rows[USER_CREDENTIALS]


def test_a_role_that_is_not_there_leaves_its_account_unknown(empty: Asking):
    member = empty.new_account("one")
    empty.as_role(member, "iam").delete_role(RoleName="OrganizationAccountAccessRole")
    rows, gaps = swept(root.sweep, audit="member_role")
    assert all(set(causes(gaps, part)) == {member} for part in (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS))
    assert "sts:AssumeRole was denied" in causes(gaps, ROOT_MFA)[member]
    assert set(rows[ROOT_CREDENTIALS]) == {MANAGEMENT_ID}


def permission_set(sso, about, *, account, principal, kind) -> None:
    sso.create_account_assignment(
        **about, TargetId=account, TargetType="AWS_ACCOUNT", PrincipalType=kind, PrincipalId=principal
    )


def test_people_are_found_through_assignments_to_users_and_groups(empty: Asking):
    sso = empty.client("sso-admin", region="us-east-1")
    found = sso.list_instances()["Instances"][0]
    store, of = empty.client("identitystore", region="us-east-1"), {"IdentityStoreId": found["IdentityStoreId"]}
    ann = store.create_user(**of, UserName="ann", Emails=[{"Value": "Ann@corp.example", "Primary": True}])["UserId"]
    ben = store.create_user(**of, UserName="ben")["UserId"]
    admins = store.create_group(**of, DisplayName="Admins")["GroupId"]
    store.create_group_membership(**of, GroupId=admins, MemberId={"UserId": ben})
    made = sso.create_permission_set(InstanceArn=found["InstanceArn"], Name="Administrator")["PermissionSet"]
    about = {"InstanceArn": found["InstanceArn"], "PermissionSetArn": made["PermissionSetArn"]}
    sso.attach_managed_policy_to_permission_set(**about, ManagedPolicyArn=ADMIN)
    sso.put_inline_policy_to_permission_set(**about, InlinePolicy=json.dumps(ALL))
    permission_set(sso, about, account=MANAGEMENT_ID, principal=ann, kind="USER")
    permission_set(sso, about, account=MANAGEMENT_ID, principal=admins, kind="GROUP")
    rows, gaps = swept(access.sweep)
    arn = made["PermissionSetArn"]
    assert gaps == {}
    assert rows[PERMISSION_SETS][arn].managed == (ADMIN,)
    assert json.loads(rows[PERMISSION_SETS][arn].inline) == ALL
    assert rows[PERMISSION_SET_ACCOUNTS][arn] == (MANAGEMENT_ID,)
    assert (rows[ASSIGNMENTS][arn].users, rows[ASSIGNMENTS][arn].groups) == ((ann,), (admins,))
    assert (rows[GROUP_NAMES], rows[GROUP_MEMBERS]) == ({admins: "Admins"}, {admins: (ben,)})
    assert rows[PEOPLE][ann].key == read_mailbox("ann@corp.example", veil=VEIL).key
    assert rows[PEOPLE][ben].masked == "b•••"
    assert ADMIN in rows[MANAGED_POLICIES]


def test_users_groups_and_roles_are_read_with_every_policy_that_they_name(empty: Asking):
    iam = empty.client("iam")
    own = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(ALL))["Policy"]["Arn"]
    iam.create_policy(PolicyName="unused", PolicyDocument=json.dumps(ALL))
    iam.create_user(UserName="ann@corp.example")
    iam.put_user_permissions_boundary(UserName="ann@corp.example", PermissionsBoundary=READ_ONLY)
    iam.create_group(GroupName="admins", Path="/deep/")
    iam.attach_group_policy(GroupName="admins", PolicyArn=own)
    iam.add_user_to_group(GroupName="admins", UserName="ann@corp.example")
    trust = {**ALL, "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="open", PolicyName="p", PolicyDocument=json.dumps(ALL))
    rows, gaps = swept(access.sweep)
    assert gaps == {}
    user = rows[IAM_USERS][VEIL.text(f"{HERE}:user/ann@corp.example")]
    assert user.groups == (f"{HERE}:group/deep/admins",)
    assert user.granted.boundary == READ_ONLY
    assert json.loads(rows[IAM_ROLES][f"{HERE}:role/open"].trust) == trust
    assert {own, READ_ONLY} <= rows[MANAGED_POLICIES].keys()
    assert f"{HERE}:policy/unused" not in rows[MANAGED_POLICIES]


@pytest.mark.parametrize(
    ("service", "operation", "part"),
    [
        ("iam", "GetAccountAuthorizationDetails", IAM_ROLES),
        ("sso-admin", "ListInstances", IDENTITY_CENTER),
        ("sso-admin", "ListPermissionSetsProvisionedToAccount", PERMISSION_SETS),
    ],
)
@pytest.mark.parametrize(
    "fault", [{"error": "AccessDeniedException"}, {"error": "ThrottlingException"}, {"body": "<html></html>"}]
)
def test_an_answer_that_is_none_is_a_gap_whatever_is_wrong_with_it(empty: Asking, service, operation, part, fault):
    assert empty.http("PUT", "/demo/faults", [{"service": service, "operation": operation, **fault}])[0] == 200
    rows, gaps = swept(access.sweep)
    assert EVERYTHING in causes(gaps, part)
    assert not rows.get(part)


def test_trust_anchors_are_read_once_a_role_trusts_the_service(empty: Asking):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "rolesanywhere.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    empty.client("iam").create_role(RoleName="anywhere", AssumeRolePolicyDocument=document)
    made = empty.client("rolesanywhere", region="eu-west-1").create_trust_anchor(
        name="a", source={"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "x"}}, enabled=True
    )
    rows, gaps = swept(access.sweep)
    assert gaps == {}
    assert rows[TRUST_ANCHORS][made["trustAnchor"]["trustAnchorArn"]].region == "eu-west-1"


def test_nothing_is_called_that_was_not_declared(empty: Asking):
    empty.http("DELETE", "/demo/calls")
    assert swept(access.sweep)[1] == {}
    declared = {action.operation for action in every_action()}
    made = {f"{one['service']}:{one['operation']}" for one in empty.http("GET", "/demo/calls")[1]}
    assert made <= declared


def test_a_registered_user_is_read_although_they_reach_nothing_and_whoever_left_is_told(empty: Asking):
    center = empty.client("sso-admin", region="us-east-1").list_instances()["Instances"][0]
    store, people = center["IdentityStoreId"], empty.client("identitystore", region="us-east-1")
    there, left = (people.create_user(IdentityStoreId=store, UserName=name)["UserId"] for name in ("ann", "ben"))
    people.delete_user(IdentityStoreId=store, UserId=left)
    rows, gaps = swept(access.sweep, registered=(there, left))
    assert gaps == {}
    assert {user: row.is_enabled for user, row in rows[PEOPLE].items()} == {there: True, left: False}
