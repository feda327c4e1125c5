"""Root users: how they stand, who sees it, and root sessions (sts:AssumeRoot)."""

import csv
import json

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

DENIED = ("AccessDenied", 403)
TASKS = "arn:aws:iam::aws:policy/root-task/"
AUDIT, DELETE = f"{TASKS}IAMAuditRootUserCredentials", f"{TASKS}IAMDeleteRootUserCredentials"
PASSWORD, BUCKET = f"{TASKS}IAMCreateRootUserPassword", f"{TASKS}S3UnlockBucketPolicy"
VIRTUAL = f"arn:aws:iam::{MANAGEMENT_ID}:mfa/root"
NO_ROOT = {"Sid": "NoRoot", "Effect": "Deny", "Action": "*", "Resource": "*"}
NO_ROOT["Condition"] = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}


@pytest.fixture
def iam(empty):
    return empty.client("iam")


@pytest.fixture
def managed(empty, organizations, iam):
    """Root users are managed centrally."""
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    return empty


def _tell(ask, account, **root):
    assert ask.http("PATCH", "/demo/state", {"root": {account: root}})[0] == 200


def _assume(ask, target, task=AUDIT, by=None):
    return (by or ask.client("sts")).assume_root(TargetPrincipal=target, TaskPolicyArn={"arn": task})["Credentials"]


def _as_root(ask, target, service="iam", task=AUDIT):
    return ask.client(service, _assume(ask, target, task)["AccessKeyId"])


def _report(iam):
    iam.generate_credential_report()
    return list(csv.DictReader(iam.get_credential_report()["Content"].decode().splitlines()))


def _summary(iam):
    told = iam.get_account_summary()["SummaryMap"]
    keys = ("MFAEnabled", "AccessKeysPresent", "PasswordPresent", "SigningCertificatesPresent")
    return [told[f"Account{key}"] for key in keys]


def test_the_summary_tells_how_root_stands(empty, iam):
    assert _summary(iam) == [0, 0, 1, 0]
    _tell(empty, MANAGEMENT_ID, mfa=[VIRTUAL], access_keys=[{"active": False}], certificates=1, credentials=False)
    assert _summary(iam) == [1, 1, 0, 1]


def test_a_members_summary_is_its_own(empty):
    member = empty.new_account("one")
    _tell(empty, member, mfa=["GAHT12345678"])
    assert _summary(empty.as_role(member, "iam"))[0] == 1
    assert _summary(empty.client("iam"))[0] == 0


def test_there_is_no_report_before_one_was_generated(iam):
    assert refusal(iam.get_credential_report) == ("ReportNotPresent", 410)
    assert [iam.generate_credential_report()["State"] for _ in range(2)] == ["STARTED", "COMPLETE"]
    assert iam.get_credential_report()["ReportFormat"] == "text/csv"


def test_the_report_begins_with_root(empty, iam):
    used, changed, key = (f"2024-0{month}-01T00:00:00Z" for month in (5, 3, 4))
    _tell(empty, MANAGEMENT_ID, mfa=[VIRTUAL], access_keys=[{"last_used": key}])
    _tell(empty, MANAGEMENT_ID, password_last_used=used, password_last_changed=changed)
    [root] = _report(iam)
    assert (root["user"], root["arn"]) == ("<root_account>", f"arn:aws:iam::{MANAGEMENT_ID}:root")
    assert (root["password_last_used"], root["password_last_changed"]) == (used, changed)
    assert (root["mfa_active"], root["access_key_1_active"]) == ("true", "true")
    assert root["access_key_1_last_used_date"] == key
    assert (root["access_key_2_active"], root["access_key_2_last_used_date"]) == ("false", "N/A")


def test_the_report_goes_on_with_the_users(iam):
    iam.create_user(UserName="someone")
    iam.create_login_profile(UserName="someone", Password="Correct-Horse-1")
    iam.create_access_key(UserName="someone")
    user = _report(iam)[1]
    assert (user["user"], user["password_enabled"], user["mfa_active"]) == ("someone", "true", "false")
    assert (user["password_last_used"], user["password_next_rotation"]) == ("no_information", "N/A")
    assert (user["access_key_1_active"], user["additional_credentials_info"]) == ("true", "N/A")


def test_the_report_of_a_root_user_without_a_password_says_so(empty, iam):
    _tell(empty, MANAGEMENT_ID, credentials=False)
    root = _report(iam)[0]
    assert (root["password_enabled"], root["password_last_used"]) == ("false", "N/A")


def test_virtual_devices_of_root_are_listed_beside_those_of_users(empty, iam):
    own = iam.create_virtual_mfa_device(VirtualMFADeviceName="someone")["VirtualMFADevice"]["SerialNumber"]
    _tell(empty, MANAGEMENT_ID, mfa=[VIRTUAL, f"arn:aws:iam::{MANAGEMENT_ID}:u2f/root/key", "GAHT12345678"])
    listed = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert [it["SerialNumber"] for it in listed] == [own, VIRTUAL]
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert [it["User"]["Arn"] for it in assigned] == [f"arn:aws:iam::{MANAGEMENT_ID}:root"]


@pytest.mark.parametrize("operation", ["list_mfa_devices", "list_access_keys", "get_login_profile"])
def test_who_is_no_user_must_name_one(empty, iam, operation):
    assert refusal(getattr(iam, operation)) == ("ValidationError", 400)
    role = empty.as_role(empty.new_account("one"), "iam")
    assert refusal(getattr(role, operation)) == ("ValidationError", 400)


def test_the_features_are_the_management_accounts_to_switch(organizations, iam):
    assert refusal(iam.list_organizations_features) == ("ServiceAccessNotEnabledException", 400)
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    assert iam.list_organizations_features()["EnabledFeatures"] == []
    iam.enable_organizations_root_sessions()
    assert iam.enable_organizations_root_credentials_management()["EnabledFeatures"] == [
        "RootCredentialsManagement",
        "RootSessions",
    ]
    assert iam.disable_organizations_root_sessions()["EnabledFeatures"] == ["RootCredentialsManagement"]


def test_the_delegated_administrator_may_list_the_features_alone(managed, organizations):
    account = managed.new_account("one")
    member = managed.as_role(account, "iam")
    stranger = "AccountNotManagementOrDelegatedAdministratorException"
    assert refusal(member.list_organizations_features) == (stranger, 400)
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="iam.amazonaws.com")
    assert member.list_organizations_features()["EnabledFeatures"] == ["RootCredentialsManagement"]
    assert refusal(member.enable_organizations_root_sessions) == ("CallerIsNotManagementAccountException", 400)


def test_trusted_access_cannot_go_while_a_delegate_is_left(managed, organizations):
    account = managed.new_account("one")
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="iam.amazonaws.com")
    refused = refusal(organizations.disable_aws_service_access, ServicePrincipal="iam.amazonaws.com")
    assert refused == ("ConstraintViolationException", 400)


def test_accounts_that_are_created_under_central_management_have_no_password(empty, organizations, iam):
    before = empty.new_account("before")
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    during = empty.new_account("during")
    iam.disable_organizations_root_credentials_management()
    after = empty.new_account("after")
    root = empty.http("GET", "/demo/state")[1]["root"]
    assert [root[id_]["credentials"] for id_ in (before, during, after)] == [True, False, True]


def test_an_audit_sees_the_members_root_user(managed):
    account = managed.new_account("one")
    _tell(managed, account, credentials=True, mfa=[f"arn:aws:iam::{account}:mfa/root"], certificates=1)
    _tell(managed, account, access_keys=[{"active": False, "last_used": "2024-05-01T00:00:00Z"}])
    root = _as_root(managed, account)
    [key] = root.list_access_keys()["AccessKeyMetadata"]
    assert key["Status"] == "Inactive"
    used = root.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    assert used["LastUsedDate"].year == 2024
    assert "UserName" not in root.get_login_profile()["LoginProfile"]
    assert len(root.list_mfa_devices()["MFADevices"]) == len(root.list_signing_certificates()["Certificates"]) == 1
    assert root.get_user()["User"]["Arn"] == f"arn:aws:iam::{account}:root"
    assert _summary(root) == [1, 1, 1, 1]


def test_a_root_user_without_a_password_has_no_login_profile(managed):
    root = _as_root(managed, f"arn:aws:iam::{managed.new_account('one')}:root")
    assert refusal(root.get_login_profile) == ("NoSuchEntity", 404)
    assert root.list_access_keys()["AccessKeyMetadata"] == []


def test_an_audit_may_do_nothing_else(managed):
    account = managed.new_account("one")
    root = _as_root(managed, account)
    assert refusal(root.list_users) == refusal(root.create_user, UserName="x") == DENIED
    assert refusal(root.generate_credential_report) == refusal(root.delete_login_profile) == DENIED
    assert refusal(_as_root(managed, account, "organizations").describe_organization) == ("AccessDeniedException", 400)
    assert refusal(_as_root(managed, account, "sts").assume_root, TargetPrincipal=account, TaskPolicyArn={"arn": AUDIT})
    identity = _as_root(managed, account, "sts").get_caller_identity()
    assert (identity["Arn"], identity["Account"]) == (f"arn:aws:iam::{account}:root", account)


def test_the_tasks_that_change_credentials_do(managed):
    account = managed.new_account("one")
    serial = f"arn:aws:iam::{account}:mfa/root"
    _as_root(managed, account, task=PASSWORD).create_login_profile()
    _tell(managed, account, mfa=[serial], access_keys=[{}, {}], certificates=1)
    root = _as_root(managed, account, task=DELETE)
    for key in root.list_access_keys()["AccessKeyMetadata"]:
        root.delete_access_key(AccessKeyId=key["AccessKeyId"])
    root.deactivate_mfa_device(SerialNumber=serial)
    for certificate in root.list_signing_certificates()["Certificates"]:
        root.delete_signing_certificate(CertificateId=certificate["CertificateId"])
    root.delete_login_profile()
    assert _summary(_as_root(managed, account)) == [0, 0, 0, 0]


def test_each_task_needs_its_feature(managed):
    account, sts = managed.new_account("one"), managed.client("sts")
    asked = {"TargetPrincipal": account, "TaskPolicyArn": {"arn": BUCKET}}
    assert refusal(sts.assume_root, **asked) == DENIED
    managed.client("iam").enable_organizations_root_sessions()
    assert sts.assume_root(**asked)["Credentials"]["AccessKeyId"]
    managed.client("iam").disable_organizations_root_credentials_management()
    assert refusal(_assume, managed, account) == DENIED


def test_sessions_are_refused_for_accounts_that_have_none(managed, organizations):
    account = managed.new_account("one")
    assert refusal(_assume, managed, MANAGEMENT_ID) == refusal(_assume, managed, "999999999999") == DENIED
    assert refusal(_assume, managed, account, f"{TASKS}Unknown") == ("ValidationError", 400)
    organizations.close_account(AccountId=account)
    assert refusal(_assume, managed, account) == DENIED


def test_sessions_are_for_the_management_account_and_iams_delegate(managed, organizations):
    one, two = managed.new_account("one"), managed.new_account("two")
    sts = managed.as_role(one, "sts")
    assert refusal(_assume, managed, two, AUDIT, sts) == DENIED
    organizations.register_delegated_administrator(AccountId=one, ServicePrincipal="iam.amazonaws.com")
    assert _assume(managed, two, AUDIT, sts)["AccessKeyId"]


def _attached(organizations, root, *statements):
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    made = organizations.create_policy(
        Name="no-root", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps({"Statement": statements})
    )
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=root)


def test_an_scp_that_denies_root_stops_the_call_and_not_the_session(managed, organizations, root):
    account = managed.new_account("one")
    assert _as_root(managed, account).list_access_keys()["AccessKeyMetadata"] == []
    _attached(organizations, root, NO_ROOT)
    assert refusal(_as_root(managed, account).list_access_keys) == DENIED


@pytest.mark.parametrize(
    ("statement", "stops"),
    [
        ({"Action": "sqs:SetQueueAttributes"}, False),
        ({"Action": "iam:listaccesskeys"}, True),
        ({"Action": ["iam:List*"], "Resource": "arn:aws:iam::*:user/*"}, False),
        ({"Action": "*", "Resource": "arn:aws:iam::*:root"}, True),
        ({"NotAction": "iam:*"}, False),
        ({"NotAction": "sts:*", "NotResource": "arn:aws:s3:::*"}, True),
        ({"Condition": {"BoolIfExists": {"aws:AssumedRoot": "false"}}}, False),
        ({"Condition": {"Null": {"aws:AssumedRoot": "true"}}}, False),
        ({"Condition": {"Null": {"aws:AssumedRoot": "false"}}}, True),
        ({"Effect": "Allow"}, False),
    ],
    ids=str,
)
def test_an_scp_stops_the_calls_that_it_denies_and_no_other(managed, organizations, root, statement, stops):
    account = managed.new_account("one")
    whole = {} if "NotResource" in statement else {"Resource": "*"}
    action = {} if "NotAction" in statement else {"Action": "*"}
    _attached(organizations, root, {"Effect": "Deny", **whole, **action, **statement})
    session = _as_root(managed, account)
    assert (refusal(session.list_access_keys) == DENIED) if stops else session.list_access_keys()


def test_an_unlocked_bucket_may_be_looked_for(managed):
    account = managed.new_account("one")
    managed.client("iam").enable_organizations_root_sessions()
    assert _as_root(managed, account, "s3", BUCKET).list_buckets()["Buckets"] == []
