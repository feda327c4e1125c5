"""Root users in AWS IAM: what they have, who sees it, and whether the organization manages them centrally.

A session of AssumeRoot sees its own account's root user where it names no user; every other caller sees the summary,
the virtual MFA devices and the credential report.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import AccessKey, User, iam_backends

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Answerer, Result
from orgwarden.demo.root_users import CERTIFICATE, CREDENTIALS, SESSIONS, RootKey, RootUser
from orgwarden.demo.services.iam import answers, asked_of_moto, bounded, naming_user, paged
from orgwarden.demo.state import Demo, root_of

SERVICE_PRINCIPAL = "iam.amazonaws.com"
NEVER, NONE, UNSUPPORTED = "no_information", "N/A", "not_supported"
KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
REPORT = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in KEY_COLUMNS),
    *(f"cert_{number}_{column}" for number in (1, 2) for column in ("active", "last_rotated")),
    "additional_credentials_info",
)
NO_KEY = ("false", NONE, NONE, NONE, NONE)


# -- what everybody who may read the account sees


@answers("GetAccountSummary")
def get_account_summary(demo: Demo, call: Call) -> Result:
    root = root_of(demo, call.caller.account)
    told = asked_of_moto(call)["SummaryMap"]
    own = {
        "AccountMFAEnabled": int(bool(root.mfa)),
        "AccountAccessKeysPresent": int(bool(root.access_keys)),
        "AccountPasswordPresent": int(root.credentials),
        "AccountSigningCertificatesPresent": int(bool(root.certificates)),
        "MFADevices": told["MFADevices"] + len(root.virtual),
        "MFADevicesInUse": told["MFADevicesInUse"] + len(root.mfa),
    }
    return {"SummaryMap": told | own}


@answers("ListVirtualMFADevices")
def list_virtual_mfa_devices(demo: Demo, call: Call) -> Result:
    root, account = root_of(demo, call.caller.account), demo.account(call.caller.account)
    told = asked_of_moto(_unpaged(call))["VirtualMFADevices"]
    if call.of("AssignmentStatus") != "Unassigned" and account is not None:
        user = {"UserId": account.id, "Arn": root.arn, "CreateDate": account.joined}
        used = {"PasswordLastUsed": root.password_last_used} if root.password_last_used else {}
        told += [{"SerialNumber": serial, "User": user | used, "EnableDate": account.joined} for serial in root.virtual]
    return paged(call, "VirtualMFADevices", told)


def _unpaged(call: Call) -> Call:
    parameters = {key: value for key, value in call.parameters.items() if key != "Marker"} | {"MaxItems": 1_000_000}
    return replace(call, parameters=parameters)


# -- a root session's own view, which names no user


def answers_to_root(*operations: str) -> Callable[[Callable[[Demo, Call, RootUser], Result]], Answerer]:
    """Register what a root session that names no user is answered; for others it is about the user that they are."""

    def register(of_root: Callable[[Demo, Call, RootUser], Result]) -> Answerer:
        def answer(demo: Demo, call: Call) -> Result:
            if call.caller.task and not call.of("UserName"):
                return of_root(demo, call, root_of(demo, call.caller.account))
            return asked_of_moto(naming_user(call))

        return answers(*operations)(answer)

    return register


@answers_to_root("GetLoginProfile")
def get_login_profile(demo: Demo, _: Call, root: RootUser) -> Result:
    if not root.credentials:
        raise AwsError("NoSuchEntity", "Login Profile for the root user cannot be found.")
    account = demo.account(root.account)
    return {"LoginProfile": {"CreateDate": account.joined if account else now(), "PasswordResetRequired": False}}


@answers_to_root("CreateLoginProfile")
def create_login_profile(demo: Demo, _: Call, root: RootUser) -> Result:
    if root.credentials:
        raise AwsError("EntityAlreadyExists", "Login Profile for the root user already exists.")
    demo.root_users.tell(root.account, {"credentials": True, "password_last_changed": now()})
    return {"LoginProfile": {"CreateDate": now(), "PasswordResetRequired": False}}


@answers_to_root("DeleteLoginProfile")
def delete_login_profile(demo: Demo, _: Call, root: RootUser) -> Result:
    if not root.credentials:
        raise AwsError("NoSuchEntity", "Login Profile for the root user cannot be found.")
    demo.root_users.tell(root.account, {"credentials": False})
    return None


@answers_to_root("ListAccessKeys")
def list_access_keys(demo: Demo, call: Call, root: RootUser) -> Result:
    account = demo.account(root.account)
    listed = [
        {
            "AccessKeyId": id_,
            "Status": "Active" if key.active else "Inactive",
            "CreateDate": account.joined if account else now(),
        }
        for id_, key in root.keys().items()
    ]
    return paged(call, "AccessKeyMetadata", listed)


@answers_to_root("DeleteAccessKey")
def delete_access_key(demo: Demo, call: Call, root: RootUser) -> Result:
    id_, keys = call.of("AccessKeyId"), root.keys()
    if id_ not in keys:
        raise AwsError("NoSuchEntity", f"The Access Key with id {id_} cannot be found.")
    demo.root_users.tell(root.account, {"access_keys": root.without_key(id_)})
    return None


@answers_to_root("ListMFADevices")
def list_mfa_devices(demo: Demo, call: Call, root: RootUser) -> Result:
    account = demo.account(root.account)
    since = account.joined if account else now()
    return paged(call, "MFADevices", [{"SerialNumber": serial, "EnableDate": since} for serial in root.mfa])


@answers_to_root("DeactivateMFADevice")
def deactivate_mfa_device(demo: Demo, call: Call, root: RootUser) -> Result:
    serial = call.of("SerialNumber")
    if serial not in root.mfa:
        raise AwsError("NoSuchEntity", f"MFA device with serial number {serial} does not exist.")
    demo.root_users.tell(root.account, {"mfa": [one for one in root.mfa if one != serial]})
    return None


@answers_to_root("ListSigningCertificates")
def list_signing_certificates(demo: Demo, call: Call, root: RootUser) -> Result:
    account = demo.account(root.account)
    told = {"Status": "Active", "CertificateBody": "", "UploadDate": account.joined if account else now()}
    return paged(call, "Certificates", [{"CertificateId": id_, **told} for id_ in root.certificate_ids()])


@answers_to_root("DeleteSigningCertificate")
def delete_signing_certificate(demo: Demo, call: Call, root: RootUser) -> Result:
    # Those that are left are numbered anew, so an id that was listed before is as good.
    if not root.certificates or not call.of("CertificateId").startswith(CERTIFICATE):
        raise AwsError("NoSuchEntity", f"The Certificate with id {call.of('CertificateId')} cannot be found.")
    demo.root_users.tell(root.account, {"certificates": root.certificates - 1})
    return None


@answers("GetAccessKeyLastUsed")
def get_access_key_last_used(demo: Demo, call: Call) -> Result:
    key = root_of(demo, call.caller.account).keys().get(call.of("AccessKeyId"))
    if key is None:
        return asked_of_moto(call)
    used = {"LastUsedDate": key.last_used} if key.last_used else {}
    region, service = ("us-east-1", "iam") if used else (NONE, NONE)
    return {"AccessKeyLastUsed": {**used, "Region": region, "ServiceName": service}}


@answers("GetUser")
def get_user(demo: Demo, call: Call) -> Result:
    account, caller = demo.account(call.caller.account), call.caller
    if caller.task and not call.of("UserName") and account is not None:
        root = root_of(demo, account.id)
        used = {"PasswordLastUsed": root.password_last_used} if root.password_last_used else {}
        return {"User": {"UserId": account.id, "Arn": root.arn, "CreateDate": account.joined, **used}}
    kind, _, name = caller.arn.rpartition(":")[2].partition("/")
    if not call.of("UserName") and kind == "user" and name not in iam_backends[caller.account]["aws"].users:
        # Users that the demo organization pretends, such as the administrator, know themselves.
        told = {"Path": "/", "UserName": name, "UserId": caller.user_id, "Arn": caller.arn}
        return {"User": {**told, "CreateDate": account.joined if account else now()}}
    return bounded(demo, call, asked_of_moto(naming_user(call)))


# -- the credential report


@answers("GenerateCredentialReport")
def generate_credential_report(demo: Demo, call: Call) -> Result:
    if call.caller.account in demo.reports:
        return {"State": "COMPLETE"}
    demo.reports.add(call.caller.account)
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


@answers("GetCredentialReport")
def get_credential_report(demo: Demo, call: Call) -> Result:
    account = demo.account(call.caller.account)
    if account is None or account.id not in demo.reports:
        raise AwsError("ReportNotPresent", "Credential report is not present: generate one first.")
    users = sorted(iam_backends[account.id]["aws"].users.values(), key=lambda user: user.name.lower())
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(REPORT)
    rows.writerow(_root_row(root_of(demo, account.id), account.joined))
    rows.writerows(_user_row(user) for user in users)
    return {"Content": written.getvalue().rstrip("\n").encode(), "ReportFormat": "text/csv", "GeneratedTime": now()}


def _root_row(root: RootUser, since: datetime) -> list[str]:
    keys = [_root_key(key, since) for key in root.access_keys]
    used = _moment(root.password_last_used) or NEVER
    certificates: list[tuple[str, ...]] = [("true", _moment(since))] * root.certificates
    return [
        "<root_account>",
        root.arn,
        _moment(since),
        _bool(root.credentials),
        used if root.credentials else NONE,
        _moment(root.password_last_changed) if root.credentials else NONE,
        UNSUPPORTED,
        _bool(root.mfa),
        *_padded(keys, NO_KEY),
        *_padded(certificates, ("false", NONE)),
        NONE,
    ]


def _root_key(key: RootKey, since: datetime) -> tuple[str, ...]:
    where = ("us-east-1", "iam") if key.last_used else (NONE, NONE)
    return (_bool(key.active), _moment(since), _moment(key.last_used) or NONE, *where)


def _user_row(user: User) -> list[str]:
    has, created = bool(user.password), _moment(user.create_date)
    certificates: list[tuple[str, ...]] = [
        (_bool(it.status == "Active"), created) for it in user.signing_certificates.values()
    ]
    return [
        user.name,
        user.arn,
        created,
        _bool(has),
        (_moment(user.password_last_used) or NEVER) if has else NONE,
        created if has else NONE,
        NONE,
        _bool(user.mfa_devices),
        *_padded([_user_key(key) for key in user.access_keys], NO_KEY),
        *_padded(certificates, ("false", NONE)),
        NONE,
    ]


def _user_key(key: AccessKey) -> tuple[str, ...]:
    used = key.last_used
    where = (_moment(used.timestamp), used.region, used.service) if used else (NONE, NONE, NONE)
    return (_bool(key.status == "Active"), _moment(key.create_date), *where)


def _padded(groups: list[tuple[str, ...]], missing: tuple[str, ...]) -> Iterator[str]:
    for group in [*groups, missing, missing][:2]:
        yield from group


def _bool(value: object) -> str:
    return "true" if value else "false"


def _moment(value: datetime | None) -> str:
    if value is None:
        return ""
    return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- centralized root access


@answers("ListOrganizationsFeatures")
def list_features(demo: Demo, call: Call) -> Result:
    _refuse_strangers(demo, call)
    return _described_features(demo)


@answers("EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions")
def enable_feature(demo: Demo, call: Call) -> Result:
    _refuse_all_but_management(demo, call)
    demo.root_users.enable(_feature(call), demo.organization.accounts.values())
    return _described_features(demo)


@answers("DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions")
def disable_feature(demo: Demo, call: Call) -> Result:
    _refuse_all_but_management(demo, call)
    demo.root_users.disable(_feature(call), demo.organization.accounts.values())
    return _described_features(demo)


def administers_root_users(demo: Demo, account: str) -> bool:
    """Say whether an account may work with the members' root users."""
    return account == MANAGEMENT_ID or SERVICE_PRINCIPAL in demo.organization.delegated.get(account, {})


def _refuse_all_but_management(demo: Demo, call: Call) -> None:
    if call.caller.account in demo.organization.accounts and call.caller.account != MANAGEMENT_ID:
        text = "Only the management account of the organization can perform this action."
        raise AwsError("CallerIsNotManagementAccountException", text)
    _refuse_strangers(demo, call)


def _refuse_strangers(demo: Demo, call: Call) -> None:
    if call.caller.account not in demo.organization.accounts:
        raise AwsError("OrganizationNotFoundException", "The account does not belong to an organization.")
    if not administers_root_users(demo, call.caller.account):
        text = "The account is neither the management account nor a delegated administrator for IAM."
        raise AwsError("AccountNotManagementOrDelegatedAdministratorException", text)
    if SERVICE_PRINCIPAL not in demo.organization.services:
        text = "Trusted access for IAM is not enabled in AWS Organizations."
        raise AwsError("ServiceAccessNotEnabledException", text)


def _feature(call: Call) -> str:
    return SESSIONS if call.operation.endswith("RootSessions") else CREDENTIALS


def _described_features(demo: Demo) -> dict[str, Any]:
    return {"OrganizationId": demo.organization.id, "EnabledFeatures": list(demo.root_users.features)}
