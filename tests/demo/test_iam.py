"""IAM: moto's answers where they are put right, and what moto leaves out."""

import json

import pytest
from moto.core.responses import ActionContext
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.iam.responses import IamResponse

from orgwarden.demo import aws_policies
from tests.demo.asking import MANAGEMENT_ID, refusal

AWS = "arn:aws:iam::aws:policy/"
READS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
TRUST["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::111111111111:root"}


@pytest.fixture
def iam(empty):
    return empty.client("iam")


@pytest.fixture
def someone(iam):
    iam.create_user(UserName="someone")
    return "someone"


def _pages(iam, operation, **asked):
    return list(iam.get_paginator(operation).paginate(**asked))


def test_what_is_used_of_moto_is_there():
    assert {"service_model", "operation_model"} <= set(ActionContext.__annotations__)
    assert callable(AWSManagedPolicy.from_data)
    assert {"managed_policies", "aws_managed_policies", "users", "roles"} <= set(
        vars(IAMBackend("us-east-1", "1" * 12))
    )
    assert callable(IamResponse.list_users)


@pytest.mark.parametrize("name", ["AdministratorAccess", "job-function/Billing", "root-task/S3UnlockBucketPolicy"])
def test_awss_policies_are_there_in_every_account(empty, iam, name):
    for client in (iam, empty.as_role(empty.new_account(name.replace("/", "-")), "iam")):
        told = client.get_policy(PolicyArn=AWS + name)["Policy"]
        version = client.get_policy_version(PolicyArn=AWS + name, VersionId=told["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"]["Statement"]


def test_an_account_holds_only_the_policies_of_aws_that_it_uses(iam, someone):
    iam.attach_user_policy(UserName=someone, PolicyArn=f"{AWS}AdministratorAccess")
    assert [it["PolicyName"] for it in iam.list_policies(OnlyAttached=True)["Policies"]] == ["AdministratorAccess"]
    listed = [it for page in _pages(iam, "list_policies", Scope="AWS") for it in page["Policies"]]
    assert len(listed) == len(aws_policies.catalog()) > 1000
    details = iam.get_account_authorization_details(Filter=["AWSManagedPolicy"])["Policies"]
    assert [it["PolicyName"] for it in details] == ["AdministratorAccess"]


def test_a_policy_that_aws_does_not_have_cannot_be_attached(iam, someone):
    attach = iam.attach_user_policy
    assert refusal(attach, UserName=someone, PolicyArn=f"{AWS}Nothing") == ("NoSuchEntity", 404)
    task = f"{AWS}root-task/S3UnlockBucketPolicy"
    assert refusal(attach, UserName=someone, PolicyArn=task) == ("PolicyNotAttachable", 400)


def test_the_authorization_details_tell_of_users_and_groups(iam, someone):
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName=someone)
    iam.attach_group_policy(GroupName="admins", PolicyArn=f"{AWS}IAMFullAccess")
    iam.put_user_policy(UserName=someone, PolicyName="own", PolicyDocument=json.dumps(READS))
    told = iam.get_account_authorization_details()
    [user], [group] = told["UserDetailList"], told["GroupDetailList"]
    assert (user["GroupList"], user["UserPolicyList"][0]["PolicyDocument"]) == (["admins"], READS)
    assert group["AttachedManagedPolicies"][0]["PolicyName"] == "IAMFullAccess"
    assert [it["PolicyName"] for it in told["Policies"]] == ["IAMFullAccess"]


def test_the_authorization_details_tell_of_roles_policies_and_boundaries(iam, someone):
    own = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=someone, PermissionsBoundary=own)
    iam.create_role(RoleName="vendor", AssumeRolePolicyDocument=json.dumps(TRUST))
    told = iam.get_account_authorization_details()
    assert told["UserDetailList"][0]["PermissionsBoundary"]["PermissionsBoundaryArn"] == own
    assert iam.get_user(UserName=someone)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == own
    assert told["RoleDetailList"][0]["AssumeRolePolicyDocument"] == TRUST
    [policy] = told["Policies"]
    assert (policy["PolicyName"], policy["PolicyVersionList"][0]["Document"]) == ("own", READS)


def test_the_authorization_details_come_in_pages(iam):
    for number in range(5):
        iam.create_user(UserName=f"user-{number}")
    pages = _pages(iam, "get_account_authorization_details", PaginationConfig={"PageSize": 2})
    assert [len(page["UserDetailList"]) for page in pages] == [2, 2, 1]
    assert refusal(iam.get_account_authorization_details, Marker="x") == ("ValidationError", 400)


def test_a_user_has_password_key_and_device(empty, iam, someone):
    iam.create_login_profile(UserName=someone, Password="Correct-Horse-1")
    key = iam.create_access_key(UserName=someone)["AccessKey"]["AccessKeyId"]
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=someone)["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
    iam.enable_mfa_device(UserName=someone, SerialNumber=serial, **codes)
    own = empty.client("iam", key)
    assert own.get_user()["User"]["UserName"] == own.get_login_profile()["LoginProfile"]["UserName"] == someone
    assert own.list_mfa_devices()["MFADevices"][0]["SerialNumber"] == serial
    assert own.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"] == key
    assert own.create_access_key()["AccessKey"]["UserName"] == someone


def test_the_pretended_administrator_knows_itself_and_is_not_listed(iam):
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{MANAGEMENT_ID}:user/administrator"
    assert iam.list_users()["Users"] == []


def test_service_credentials_are_a_users_own(iam, someone):
    made = iam.create_service_specific_credential(UserName=someone, ServiceName="codecommit.amazonaws.com")
    id_ = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    iam.create_service_specific_credential(UserName=someone, ServiceName="bedrock.amazonaws.com", CredentialAgeDays=30)
    listed = iam.list_service_specific_credentials(UserName=someone)["ServiceSpecificCredentials"]
    assert [it["ServiceName"] for it in listed] == ["codecommit.amazonaws.com", "bedrock.amazonaws.com"]
    iam.update_service_specific_credential(UserName=someone, ServiceSpecificCredentialId=id_, Status="Inactive")
    asked = {"AllUsers": True, "ServiceName": "codecommit.amazonaws.com"}
    assert iam.list_service_specific_credentials(**asked)["ServiceSpecificCredentials"][0]["Status"] == "Inactive"
    iam.delete_service_specific_credential(UserName=someone, ServiceSpecificCredentialId=id_)
    assert iam.list_service_specific_credentials(**asked)["ServiceSpecificCredentials"] == []


def test_a_service_credential_that_nobody_has_is_missing(iam, someone):
    asked = {"UserName": someone, "ServiceSpecificCredentialId": "ACCA12345678901234567"}
    assert refusal(iam.delete_service_specific_credential, **asked) == ("NoSuchEntity", 404)
    assert refusal(iam.update_service_specific_credential, **asked, Status="Inactive") == ("NoSuchEntity", 404)


def test_what_moto_fails_at_is_an_internal_failure(iam, monkeypatch):
    def fails(_: object) -> None:
        raise KeyError("Statement")

    monkeypatch.setattr(IamResponse, "list_users", fails)
    assert refusal(iam.list_users) == ("InternalFailure", 500)


def test_identity_providers_are_listed(iam):
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument="x" * 1000)
    url, thumbprints = "https://token.actions.githubusercontent.com", ["a" * 40]
    iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=thumbprints)
    assert len(iam.list_saml_providers()["SAMLProviderList"]) == 1
    assert len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1


def test_what_moto_lacks_is_said_plainly(iam):
    asked = {"PolicyInputList": [json.dumps(READS)], "ActionNames": ["s3:GetObject"]}
    assert refusal(iam.simulate_custom_policy, **asked) == ("NotImplementedByDemo", 400)


def test_trust_anchors_are_a_regions_own(empty):
    anywhere = empty.client("rolesanywhere")
    source = {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "-"}}
    made = anywhere.create_trust_anchor(name="plant", source=source, enabled=True)["trustAnchor"]
    anywhere.disable_trust_anchor(trustAnchorId=made["trustAnchorId"])
    assert [it["enabled"] for it in anywhere.list_trust_anchors()["trustAnchors"]] == [False]
    assert empty.client("rolesanywhere", region="us-east-1").list_trust_anchors()["trustAnchors"] == []
    unknown = "00000000-0000-0000-0000-000000000000"
    assert refusal(anywhere.enable_trust_anchor, trustAnchorId=unknown) == ("ResourceNotFoundException", 404)
