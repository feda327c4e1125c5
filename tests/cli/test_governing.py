"""Verdicts on what governs an organization of somebody's own making: root users, access, delegation, structure."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden.demo.service import running
from tests.cli.conftest import CommandLine, use
from tests.demo.asking import MANAGEMENT_ID, Asking

GITHUB = "token.actions.githubusercontent.com"
GUARD, SSO, SECURITY_HUB = "guardduty.amazonaws.com", "sso.amazonaws.com", "securityhub.amazonaws.com"
# What each theme's controls look at; a whole reading asks seventeen regions for their resources, too.
SWEEPS = {
    "delegation": ("delegation", "access"),
    "management_account": ("root", "access"),
    "root": ("root", "policies", "delegation"),
    "structure": ("delegation",),
}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
BILLING = "arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess"


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running(empty=True) as served:
        yield Asking(served)


@pytest.fixture
def here(served: Asking, monkeypatch) -> Asking:
    """An empty organization, and the environment that leads the command line there."""
    served.http("DELETE", "/demo/faults")
    served.http("POST", "/demo/reset")
    use(served, monkeypatch.setenv)
    return served


@pytest.fixture
def judged(here: Asking, orgwarden: CommandLine, tmp_path: Path):
    """Collect what a control looks at, and review; give its verdict rows by (account, resource)."""

    def judge(control: str, *faults: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
        here.http("PUT", "/demo/faults", list(faults))
        folder = orgwarden.collected(tmp_path / "snapshot", *SWEEPS[control.partition(".")[0]])
        rows = orgwarden.verdicts(folder, theme=control.partition(".")[0])
        return {(row["account"], row["resource"]): row for row in rows.values() if row["control"] == control}

    return judge


def statuses(rows: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {place: row["status"] for place, row in rows.items()}


def root(here: Asking, account: str, **told: Any) -> None:
    code, answer = here.http("PATCH", "/demo/state", {"root": {account: told}})
    assert code == 200, answer


def days_ago(number: int) -> str:
    return (datetime.now(UTC) - timedelta(days=number)).isoformat()


def trusted(here: Asking, *principals: str) -> None:
    for principal in principals:
        here.client("organizations").enable_aws_service_access(ServicePrincipal=principal)


def registered(here: Asking, account: str, *principals: str) -> None:
    for principal in principals:
        here.client("organizations").register_delegated_administrator(AccountId=account, ServicePrincipal=principal)


# -- delegation


def test_of_two_administrators_of_a_service_of_which_one_is_closed_both_are_judged_and_one_deviates(here, judged):
    one, other = here.new_account("one"), here.new_account("other")
    trusted(here, GUARD)
    registered(here, one, GUARD)
    registered(here, other, GUARD)
    here.client("organizations").close_account(AccountId=other)
    found = statuses(judged("delegation.no_stale_administrator"))
    assert found == {(one, GUARD): "PASS", (other, GUARD): "FAIL"}


def test_an_account_that_administers_two_services_of_which_one_is_not_trusted_deviates_once(here, judged):
    one = here.new_account("one")
    trusted(here, GUARD)
    registered(here, one, GUARD, SECURITY_HUB)
    found = statuses(judged("delegation.no_stale_administrator"))
    assert found == {(one, GUARD): "PASS", (one, SECURITY_HUB): "FAIL"}


def test_administrators_that_are_throttled_for_good_are_unknown(here, judged, monkeypatch):
    trusted(here, GUARD)
    registered(here, here.new_account("one"), GUARD)
    monkeypatch.setenv("ORGWARDEN_PATIENCE", "1")
    fault = {
        "service": "organizations",
        "operation": "ListDelegatedAdministrators",
        "error": "TooManyRequestsException",
    }
    assert set(statuses(judged("delegation.no_stale_administrator", fault)).values()) == {"UNKNOWN"}


# -- root users


def test_features_that_were_denied_are_unknown(judged):
    fault = {"service": "iam", "operation": "ListOrganizationsFeatures", "error": "AccessDenied"}
    assert statuses(judged("root.credentials_centralized", fault)) == {("", ""): "UNKNOWN"}


def test_a_root_key_that_was_used_today_deviates_however_old_the_password_is(here, judged):
    key = {"active": True, "last_used": days_ago(0)}
    root(here, MANAGEMENT_ID, access_keys=[key], password_last_used=days_ago(100))
    assert statuses(judged("root.not_used"))[MANAGEMENT_ID, ""] == "FAIL"


def test_a_root_password_that_was_last_used_a_hundred_days_ago_passes(here, judged):
    root(here, MANAGEMENT_ID, password_last_used=days_ago(100))
    assert statuses(judged("root.not_used"))[MANAGEMENT_ID, ""] == "PASS"


def centralized(here: Asking) -> str:
    """Give a member without root credentials of an organization that manages them centrally."""
    trusted(here, "iam.amazonaws.com")
    here.client("iam").enable_organizations_root_credentials_management()
    return here.new_account("one")


def test_a_member_without_root_credentials_needs_no_mfa_once_it_was_audited(here, judged, monkeypatch):
    one = centralized(here)
    monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", "assume_root")
    assert statuses(judged("root.mfa_enabled"))[one, ""] == "NOT_APPLICABLE"


def test_a_member_that_nobody_asked_to_audit_is_unknown(here, judged):
    one = centralized(here)
    row = judged("root.mfa_enabled")[one, ""]
    assert row["status"] == "UNKNOWN"
    assert "ORGWARDEN_AUDIT_MEMBER_ROOT" in row["reason"]


@pytest.mark.parametrize(("service", "operation"), [("sts", "AssumeRoot"), ("iam", "GetAccountSummary")])
def test_a_member_whose_audit_was_denied_is_unknown(here, judged, monkeypatch, service, operation):
    one = centralized(here)
    monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", "assume_root")
    fault = {"service": service, "operation": operation, "account": one, "error": "AccessDenied"}
    assert statuses(judged("root.mfa_enabled", fault))[one, ""] == "UNKNOWN"


def test_the_management_account_without_root_credentials_by_its_own_report_needs_no_mfa(here, judged):
    root(here, MANAGEMENT_ID, credentials=False)
    assert statuses(judged("root.mfa_enabled"))[MANAGEMENT_ID, ""] == "NOT_APPLICABLE"


def test_a_report_and_summary_of_the_management_account_that_were_denied_are_unknown(here, judged):
    root(here, MANAGEMENT_ID, credentials=False)
    operations = ("GetCredentialReport", "GenerateCredentialReport", "GetAccountSummary")
    faults = [{"service": "iam", "operation": one, "error": "AccessDenied"} for one in operations]
    assert statuses(judged("root.mfa_enabled", *faults))[MANAGEMENT_ID, ""] == "UNKNOWN"


def test_an_account_that_has_a_state_and_no_status_is_live(here, judged):
    one = here.new_account("one")
    here.http("PATCH", "/demo/state", {"accounts": {one: {"State": "ACTIVE", "Status": None}}})
    assert statuses(judged("structure.no_accounts_in_root"))[one, ""] != "NOT_APPLICABLE"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({}, "FAIL"),
        ({"BoolIfExists": {"aws:AssumedRoot": "false"}}, "PASS"),
        ({"Null": {"aws:AssumedRoot": "true"}}, "PASS"),
        ({"Bool": {"aws:AssumedRoot": "true"}}, "FAIL"),
    ],
    ids=["no exemption", "unless assumed", "where the key is absent", "where assumed"],
)
def test_a_policy_that_denies_root_users_must_leave_out_root_sessions(here, judged, condition, status):
    centralized(here)
    root_users = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}, **condition}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": root_users}
    policy = attached(here, {"Version": "2012-10-17", "Statement": [statement]})
    assert statuses(judged("root.no_blocking_scp")) == {("", policy): status}


def attached(here: Asking, content: dict[str, Any]) -> str:
    """Give the id of a service control policy that is attached to the root."""
    organizations, kind = here.client("organizations"), "SERVICE_CONTROL_POLICY"
    id_ = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=id_, PolicyType=kind)
    made = organizations.create_policy(Name="deny-root", Description="", Type=kind, Content=json.dumps(content))
    policy = str(made["Policy"]["PolicySummary"]["Id"])
    organizations.attach_policy(PolicyId=policy, TargetId=id_)
    return policy


# -- who gets into the management account


def people(here: Asking, policy: str, number: int, *, name: str = "crowd") -> str:
    """Assign a permission set with a policy to a group of so many; give the group's id."""
    sso, store = here.client("sso-admin", region="us-east-1"), here.client("identitystore", region="us-east-1")
    instance = sso.list_instances()["Instances"][0]
    arn, id_ = instance["InstanceArn"], instance["IdentityStoreId"]
    group = str(store.create_group(IdentityStoreId=id_, DisplayName=name)["GroupId"])
    for one in range(number):
        user = store.create_user(
            IdentityStoreId=id_,
            UserName=f"{name}-{one}",
            DisplayName="Somebody",
            Name={"GivenName": "Some", "FamilyName": "Body"},
            Emails=[{"Value": f"{name}-{one}@corp.example", "Primary": True}],
        )
        store.create_group_membership(IdentityStoreId=id_, GroupId=group, MemberId={"UserId": user["UserId"]})
    made = sso.create_permission_set(InstanceArn=arn, Name=f"set-{name}")["PermissionSet"]["PermissionSetArn"]
    sso.attach_managed_policy_to_permission_set(InstanceArn=arn, PermissionSetArn=made, ManagedPolicyArn=policy)
    sso.create_account_assignment(
        InstanceArn=arn,
        PermissionSetArn=made,
        PrincipalType="GROUP",
        PrincipalId=group,
        TargetType="AWS_ACCOUNT",
        TargetId=MANAGEMENT_ID,
    )
    return group


def test_a_group_of_five_administrators_deviates(here, judged):
    people(here, ADMINISTRATOR, 5)
    row = judged("management_account.administrators_limited")[MANAGEMENT_ID, ""]
    assert row["status"] == "FAIL"
    assert row["evidence"]["at_least"] == 5


def test_a_group_of_five_that_reads_the_bill_passes_and_is_listed(here, judged):
    people(here, BILLING, 5)
    row = judged("management_account.administrators_limited")[MANAGEMENT_ID, ""]
    assert (row["status"], len(row["evidence"]["readers"])) == ("PASS", 5)
    assert "crowd-" not in str(row)


def unreadable(group: str) -> dict[str, Any]:
    return {
        "service": "identitystore",
        "operation": "ListGroupMemberships",
        "match": group,
        "error": "AccessDeniedException",
    }


@pytest.mark.parametrize(("seen", "status"), [(2, "UNKNOWN"), (4, "FAIL")])
def test_a_group_that_could_not_be_read_is_unknown_unless_enough_were_seen(here, judged, seen, status):
    people(here, ADMINISTRATOR, seen)
    hidden = people(here, ADMINISTRATOR, 1, name="hidden")
    assert statuses(judged("management_account.administrators_limited", unreadable(hidden))) == {
        (MANAGEMENT_ID, ""): status
    }


def test_a_role_of_a_pipeline_is_an_unbounded_path(here, judged):
    iam = here.client("iam")
    provider = iam.create_open_id_connect_provider(Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"])
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {f"{GITHUB}:sub": "repo:corp/*"}},
            }
        ],
    }
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.attach_role_policy(RoleName="deploy", PolicyArn=ADMINISTRATOR)
    row = judged("management_account.administrators_limited")[MANAGEMENT_ID, ""]
    assert row["status"] == "FAIL"
    assert any(role in path for path in row["evidence"]["unbounded"])
