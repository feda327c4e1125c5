"""IAM Identity Center: one instance of the organization, permission sets, and the roles that they become."""

import json
import re
from pathlib import Path

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

REGION = "us-east-1"
DENIED, MISSING = ("AccessDeniedException", 400), ("ResourceNotFoundException", 400)
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
GUIDE = (Path(__file__).parents[2] / "docs" / "DEMO.md").read_text(encoding="utf-8")


@pytest.fixture
def sso(empty):
    return empty.client("sso-admin", region=REGION)


@pytest.fixture
def instance(sso):
    return sso.list_instances()["Instances"][0]


@pytest.fixture
def about(sso, instance):
    """A permission set, as operations name it."""
    asked = {"InstanceArn": instance["InstanceArn"]}
    made = sso.create_permission_set(**asked, Name="Administrator")["PermissionSet"]["PermissionSetArn"]
    return {**asked, "PermissionSetArn": made}


@pytest.fixture
def user(empty, instance):
    store = empty.client("identitystore", region=REGION)
    return store.create_user(IdentityStoreId=instance["IdentityStoreId"], UserName="barnaby")["UserId"]


def _assigned(account, principal, kind="USER"):
    return {"TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": kind, "PrincipalId": principal}


def _assign(sso, about, account, principal, kind="USER"):
    asked = sso.create_account_assignment(**about, **_assigned(account, principal, kind))
    request = asked["AccountAssignmentCreationStatus"]
    assert request["Status"] == "IN_PROGRESS"
    ended = sso.describe_account_assignment_creation_status(
        InstanceArn=about["InstanceArn"], AccountAssignmentCreationRequestId=request["RequestId"]
    )
    return ended["AccountAssignmentCreationStatus"]["Status"]


def _reserved(iam):
    return [it for it in iam.list_roles()["Roles"] if it["RoleName"].startswith("AWSReservedSSO_")]


def _as_member(ask, account, service):
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    keys = ask.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    return ask.client(service, keys["AccessKeyId"], region=REGION)


def test_there_is_one_instance_in_its_own_region(empty, sso, instance):
    assert instance["OwnerAccountId"] == MANAGEMENT_ID
    assert re.fullmatch(r"arn:aws:sso:::instance/ssoins-[0-9a-f]{16}", instance["InstanceArn"])
    assert sso.describe_instance(InstanceArn=instance["InstanceArn"])["Status"] == "ACTIVE"
    assert empty.client("sso-admin", region="eu-west-1").list_instances()["Instances"] == []


def test_the_instance_may_be_taken_away_and_brought_back(empty, sso, about):
    empty.http("PATCH", "/demo/state", {"identity_center": False})
    assert sso.list_instances()["Instances"] == []
    assert refusal(sso.describe_permission_set, **about) == MISSING
    empty.http("PATCH", "/demo/state", {"identity_center": True})
    assert sso.describe_permission_set(**about)["PermissionSet"]["Name"] == "Administrator"


def test_a_member_sees_no_instance_and_may_nothing(empty, about):
    member = _as_member(empty, empty.new_account("one"), "sso-admin")
    assert member.list_instances()["Instances"] == []
    assert refusal(member.describe_permission_set, **about) == DENIED
    assert refusal(member.describe_instance, InstanceArn=about["InstanceArn"]) == DENIED


def test_the_delegate_administers_all_but_the_management_account(empty, organizations, sso, about, user):
    account = empty.new_account("one")
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="sso.amazonaws.com")
    delegate = _as_member(empty, account, "sso-admin")
    assert _assign(delegate, about, account, user) == "SUCCEEDED"
    assert refusal(delegate.create_account_assignment, **about, **_assigned(MANAGEMENT_ID, user)) == DENIED
    assert _assign(sso, about, MANAGEMENT_ID, user) == "SUCCEEDED"
    assert refusal(delegate.attach_managed_policy_to_permission_set, **about, ManagedPolicyArn=ADMIN) == DENIED
    asked = {"InstanceArn": about["InstanceArn"], "PrincipalId": user, "PrincipalType": "USER"}
    assert refusal(delegate.list_account_assignments_for_principal, **asked) == DENIED
    assert len(sso.list_account_assignments_for_principal(**asked)["AccountAssignments"]) == 2


def test_a_permission_set_tells_what_it_grants(sso, about):
    sso.attach_managed_policy_to_permission_set(**about, ManagedPolicyArn=ADMIN)
    reference = {"Name": "own", "Path": "/"}
    sso.attach_customer_managed_policy_reference_to_permission_set(**about, CustomerManagedPolicyReference=reference)
    assert sso.get_inline_policy_for_permission_set(**about)["InlinePolicy"] == ""
    assert refusal(sso.get_permissions_boundary_for_permission_set, **about) == MISSING
    sso.put_inline_policy_to_permission_set(**about, InlinePolicy=json.dumps(READS))
    sso.put_permissions_boundary_to_permission_set(**about, PermissionsBoundary={"ManagedPolicyArn": ADMIN})
    listed = sso.list_managed_policies_in_permission_set(**about)["AttachedManagedPolicies"]
    assert listed == [{"Name": "AdministratorAccess", "Arn": ADMIN}]
    customer = sso.list_customer_managed_policy_references_in_permission_set(**about)
    assert customer["CustomerManagedPolicyReferences"] == [reference]
    assert json.loads(sso.get_inline_policy_for_permission_set(**about)["InlinePolicy"]) == READS
    boundary = sso.get_permissions_boundary_for_permission_set(**about)["PermissionsBoundary"]
    assert boundary == {"ManagedPolicyArn": ADMIN}


def test_an_assignment_becomes_a_role_that_follows_the_set(empty, sso, about, user):
    iam = empty.client("iam")
    assert _assign(sso, about, MANAGEMENT_ID, user) == "SUCCEEDED"
    [role] = _reserved(iam)
    assert role["Path"] == "/aws-reserved/sso.amazonaws.com/"
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Federated"]
    assert trusted == iam.list_saml_providers()["SAMLProviderList"][0]["Arn"]
    sso.attach_managed_policy_to_permission_set(**about, ManagedPolicyArn=ADMIN)
    sso.put_inline_policy_to_permission_set(**about, InlinePolicy=json.dumps(READS))
    name = {"RoleName": role["RoleName"]}
    assert iam.list_attached_role_policies(**name)["AttachedPolicies"][0]["PolicyArn"] == ADMIN
    assert iam.get_role_policy(**name, PolicyName="AwsSSOInlinePolicy")["PolicyDocument"] == READS
    sso.detach_managed_policy_from_permission_set(**about, ManagedPolicyArn=ADMIN)
    assert iam.list_attached_role_policies(**name)["AttachedPolicies"] == []


def test_the_role_goes_with_the_last_assignment(empty, sso, about, user):
    account = empty.new_account("one")
    iam = empty.as_role(account, "iam")
    _assign(sso, about, account, user)
    assert refusal(sso.delete_permission_set, **about) == ("ConflictException", 400)
    assert len(_reserved(iam)) == 1
    sso.delete_account_assignment(**about, **_assigned(account, user))
    assert _reserved(iam) == []
    sso.delete_permission_set(**about)
    assert sso.list_permission_sets(InstanceArn=about["InstanceArn"])["PermissionSets"] == []


def test_a_set_is_provisioned_where_somebody_has_it(empty, sso, about, user):
    account = empty.new_account("one")
    _assign(sso, about, account, user)
    _assign(sso, about, account, user)
    asked = {"InstanceArn": about["InstanceArn"]}
    provisioned = sso.list_permission_sets_provisioned_to_account(**asked, AccountId=account)
    assert provisioned["PermissionSets"] == [about["PermissionSetArn"]]
    assert sso.list_permission_sets_provisioned_to_account(**asked, AccountId=MANAGEMENT_ID)["PermissionSets"] == []
    assert sso.list_accounts_for_provisioned_permission_set(**about)["AccountIds"] == [account]
    [row] = sso.list_account_assignments(**about, AccountId=account)["AccountAssignments"]
    assert (row["PrincipalType"], row["PrincipalId"]) == ("USER", user)


def test_an_assignment_fails_later_where_something_is_missing(empty, sso, about, user):
    assert _assign(sso, about, MANAGEMENT_ID, "9067000000-00000000-0000-0000-0000-000000000000") == "FAILED"
    reference = {"Name": "own", "Path": "/"}
    sso.attach_customer_managed_policy_reference_to_permission_set(**about, CustomerManagedPolicyReference=reference)
    assert _assign(sso, about, MANAGEMENT_ID, user) == "FAILED"
    empty.client("iam").create_policy(PolicyName="own", PolicyDocument=json.dumps(READS))
    assert _assign(sso, about, MANAGEMENT_ID, user) == "SUCCEEDED"


def test_what_does_not_exist_is_not_found(sso, about, user):
    wrong = {**about, "PermissionSetArn": about["PermissionSetArn"][:-1] + "x"}
    assert refusal(sso.describe_permission_set, **wrong) == MISSING
    assert refusal(sso.create_account_assignment, **about, **_assigned("999999999999", user)) == MISSING
    assert refusal(sso.delete_account_assignment, **about, **_assigned(MANAGEMENT_ID, user)) == MISSING
    assert refusal(sso.attach_managed_policy_to_permission_set, **about, ManagedPolicyArn=f"{ADMIN}X") == MISSING


def test_lists_come_in_pages_and_ids_are_the_same_each_time(empty, sso, instance):
    def made():
        return [sso.create_permission_set(**asked, Name=f"set-{it}")["PermissionSet"] for it in range(3)]

    asked = {"InstanceArn": instance["InstanceArn"]}
    before = [it["PermissionSetArn"] for it in made()]
    pages = list(sso.get_paginator("list_permission_sets").paginate(**asked, PaginationConfig={"PageSize": 2}))
    assert [arn for page in pages for arn in page["PermissionSets"]] == before
    assert refusal(sso.list_permission_sets, **asked, NextToken="x") == ("ValidationException", 400)
    empty.http("POST", "/demo/reset")
    assert [it["PermissionSetArn"] for it in made()] == before


def test_permission_sets_have_tags(sso, about):
    asked = {"InstanceArn": about["InstanceArn"], "ResourceArn": about["PermissionSetArn"]}
    sso.tag_resource(**asked, Tags=[{"Key": "owner", "Value": "cloud"}])
    assert sso.list_tags_for_resource(**asked)["Tags"] == [{"Key": "owner", "Value": "cloud"}]


def test_the_worked_example_works(empty):
    code = next(block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "sso-admin" in block)
    exec(code.replace("http://127.0.0.1:5600", empty.served.url), {})  # noqa: S102 -- the guide's own example
    assert len(_reserved(empty.client("iam"))) == 1
