"""A member account is looked at only if it was asked for, and what was not looked at is never clean."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orgwarden.collect import root, root_audit
from orgwarden.collect.iam_answers import NONE_ON
from orgwarden.collect.root_audit import BLOCKED, kind_of
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_FEATURES, ROOT_MFA, ROOT_USE, MfaKind, RootKey
from orgwarden.privacy import Veil
from orgwarden.reached import account_of
from orgwarden.snapshot import merged
from tests.collect.fakes import refusal
from tests.collect.reports import report, row
from tests.collect.reports import root as root_row
from tests.collect.sides import CLOSED, MANAGEMENT, MEMBER, SUSPENDED, Sides, denied, given, staging, throttled

VEIL = Veil(b"key")
USED = datetime(2026, 10, 9, 8, 7, 6, tzinfo=UTC)
CLEAN = {
    "AccountMFAEnabled": 0,
    "AccountAccessKeysPresent": 0,
    "AccountPasswordPresent": 0,
    "AccountSigningCertificatesPresent": 0,
}
BY_ROLE = {
    "GetAccountSummary": given({"SummaryMap": {**CLEAN, "AccountPasswordPresent": 1}}),
    "GenerateCredentialReport": given({"State": "COMPLETE"}),
    "GetCredentialReport": given({"Content": report(root_row(), row("ann"))}),
    "ListVirtualMFADevices": given({"VirtualMFADevices": []}),
    "ListServiceSpecificCredentials": given({"ServiceSpecificCredentials": []}),
}
HERE = {
    **BY_ROLE,
    "ListOrganizationsFeatures": given({"OrganizationId": "o-1", "EnabledFeatures": ["RootCredentialsManagement"]}),
}
ROOT = {"Arn": "arn:aws:iam::222222222222:root"}
EMPTY = {"GetAccountSummary": given({"SummaryMap": CLEAN}), "GetUser": given({"User": ROOT})}
BUSY = {
    "GetAccountSummary": given({"SummaryMap": {**CLEAN, "AccountPasswordPresent": 1, "AccountMFAEnabled": 1}}),
    "GetUser": given({"User": {**ROOT, "PasswordLastUsed": USED}}),
    "ListAccessKeys": given({"AccessKeyMetadata": [{"AccessKeyId": "AKIA1", "Status": "Inactive"}]}),
    "GetAccessKeyLastUsed": given({"AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}),
    "ListMFADevices": given({"MFADevices": [{"SerialNumber": "arn:aws:iam::222222222222:u2f/root-account/key"}]}),
}


def swept(folder: Path, audit: str = "", *, members=None, **changed):
    answers = Sides({**HERE, **changed}, members=members or {})
    staged = staging(folder)
    root.sweep(staged, aws=answers, audit=audit, veil=VEIL)
    assert staged.finished("root")
    return *merged(staged.all_pages()), answers.asked


def causes(gaps, part):
    return {key: cause for (name, key), cause in gaps.items() if name == part.name}


def test_without_an_audit_each_live_member_is_a_gap_with_one_cause_and_is_not_called(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path)
    for part in (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS):
        assert causes(gaps, part) == dict.fromkeys((MEMBER, SUSPENDED), root.NOT_AUDITED)
        assert {account_of(key) or key for key in rows[part]} == {MANAGEMENT}
    assert {side for side, _ in asked} == {"us-east-1"}


@pytest.mark.parametrize("code", NONE_ON)
def test_that_no_feature_can_be_on_is_an_answer(tmp_path: Path, code: str):
    rows, gaps, _ = swept(tmp_path, ListOrganizationsFeatures=lambda **_: refusal(code))
    assert rows[ROOT_FEATURES][EVERYTHING] == ()
    assert causes(gaps, ROOT_FEATURES) == {}


@pytest.mark.parametrize(
    "answer",
    [denied, throttled, given({}), lambda **_: refusal("AccountNotManagementOrDelegatedAdministratorException")],
)
def test_features_that_could_not_be_read_are_a_gap_and_hold_the_audit_back(tmp_path: Path, answer):
    rows, gaps, asked = swept(tmp_path, "assume_root", ListOrganizationsFeatures=answer)
    cause = causes(gaps, ROOT_FEATURES)[EVERYTHING]
    assert ROOT_FEATURES not in rows
    assert causes(gaps, ROOT_CREDENTIALS) == dict.fromkeys((MEMBER, SUSPENDED), cause)
    assert (MEMBER, "AssumeRoot") not in asked


def test_no_root_session_is_opened_where_root_credentials_are_not_managed_centrally(tmp_path: Path):
    features = {"OrganizationId": "o-1", "EnabledFeatures": ["RootSessions"]}
    _, gaps, asked = swept(tmp_path, "assume_root", ListOrganizationsFeatures=given(features))
    assert causes(gaps, ROOT_MFA) == dict.fromkeys((MEMBER, SUSPENDED), root.NOT_CENTRALIZED)
    assert (MEMBER, "AssumeRoot") not in asked


def test_a_root_session_leaves_the_iam_users_of_members_unread(tmp_path: Path):
    _, gaps, _ = swept(tmp_path, "assume_root", members={MEMBER: EMPTY})
    assert causes(gaps, USER_CREDENTIALS) == dict.fromkeys((MEMBER, SUSPENDED), root.BY_ROLE_ALONE)


def test_an_account_without_credentials_costs_three_calls(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path, "assume_root", members={MEMBER: EMPTY, SUSPENDED: EMPTY})
    assert {name for name, _ in gaps} == {USER_CREDENTIALS.name}
    assert [one for side, one in asked if side == MEMBER] == ["AssumeRoot", "GetAccountSummary", "GetUser"]
    assert rows[ROOT_CREDENTIALS][MEMBER].are_gone
    assert rows[ROOT_USE][MEMBER].password_used == ""
    assert rows[ROOT_MFA][MEMBER].is_whole
    assert CLOSED not in rows[ROOT_CREDENTIALS]


def test_that_credentials_are_gone_hides_neither_that_the_password_was_used_nor_that_nobody_could_see(tmp_path: Path):
    used = {**EMPTY, "GetUser": BUSY["GetUser"]}
    rows, gaps, _ = swept(tmp_path, "assume_root", members={MEMBER: used, SUSPENDED: {**EMPTY, "GetUser": denied}})
    assert rows[ROOT_USE][MEMBER].password_used == USED.isoformat()
    assert causes(gaps, ROOT_USE) == {SUSPENDED: BLOCKED}
    assert rows[ROOT_MFA].keys() >= {MEMBER, SUSPENDED}


def test_of_an_account_with_credentials_the_details_are_read(tmp_path: Path):
    rows, _, _ = swept(tmp_path, "assume_root", members={MEMBER: BUSY})
    assert rows[ROOT_USE][MEMBER].password_used == USED.isoformat()
    assert rows[ROOT_USE][MEMBER].keys == (RootKey(is_active=False, last_used=""),)
    assert rows[ROOT_MFA][MEMBER].devices == (MfaKind.FIDO,)
    assert rows[ROOT_MFA][MEMBER].is_whole


def test_a_session_that_is_refused_and_an_audit_that_is_blocked_are_different_gaps(tmp_path: Path):
    blocked = {MEMBER: {**EMPTY, "GetAccountSummary": denied}}
    rows, gaps, _ = swept(tmp_path, "assume_root", members=blocked)
    assert causes(gaps, ROOT_CREDENTIALS) == {MEMBER: BLOCKED, SUSPENDED: "sts:AssumeRoot was denied"}
    assert set(rows[ROOT_CREDENTIALS]) == {MANAGEMENT}


@pytest.mark.parametrize(
    ("operation", "part"), [("GetUser", ROOT_USE), ("ListAccessKeys", ROOT_USE), ("ListMFADevices", ROOT_MFA)]
)
@pytest.mark.parametrize("answer", [denied, throttled, given({})])
def test_a_detail_that_could_not_be_read_is_a_gap_of_its_part_alone(tmp_path: Path, operation, part, answer):
    rows, gaps, _ = swept(tmp_path, "assume_root", members={MEMBER: {**BUSY, operation: answer}, SUSPENDED: EMPTY})
    assert {name for name, _ in gaps} == {part.name, USER_CREDENTIALS.name}
    assert MEMBER not in rows[part]
    assert rows[ROOT_CREDENTIALS][MEMBER].has_password


def test_a_member_role_tells_of_the_root_user_and_of_the_iam_users(tmp_path: Path):
    report_there = report(root_row(), row("eve", MEMBER))
    there = {**BY_ROLE, "GetCredentialReport": given({"Content": report_there})}
    rows, gaps, _ = swept(tmp_path, "member_role", members={MEMBER: there})
    assert rows[ROOT_CREDENTIALS][MEMBER].has_password
    assert f"arn:aws:iam::{MEMBER}:user/eve" in rows[USER_CREDENTIALS]
    for part in (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS):
        assert causes(gaps, part) == {SUSPENDED: "sts:AssumeRole was denied"}


def test_where_no_role_leads_to_the_management_account_its_root_user_is_a_gap(tmp_path: Path):
    staged = staging(tmp_path)
    root.sweep(staged, aws=Sides(None), audit="", veil=VEIL)
    _, gaps = merged(staged.all_pages())
    lost = (*root_audit.AUDITED, USER_CREDENTIALS)
    assert all(causes(gaps, part)[MANAGEMENT] == "no role leads there" for part in lost)
    assert causes(gaps, ROOT_FEATURES) == {EVERYTHING: "no role leads there"}


def test_what_was_staged_before_the_sweep_was_cut_off_is_not_asked_again(tmp_path: Path):
    staged, answers = staging(tmp_path), Sides(HERE, members={MEMBER: EMPTY, SUSPENDED: EMPTY})
    root.sweep(staged, aws=answers, audit="assume_root", veil=VEIL)
    before = len(answers.asked)
    root.sweep(staged, aws=answers, audit="assume_root", veil=VEIL)
    assert len(answers.asked) == before


@pytest.mark.parametrize(
    ("serial", "kind"),
    [
        ("arn:aws:iam::222222222222:mfa/root-account-mfa-device", MfaKind.VIRTUAL),
        ("arn:aws-us-gov:iam::222222222222:u2f/root-account/key-AAA", MfaKind.FIDO),
        ("GAHT12345678", MfaKind.TOKEN),
        ("arn:aws:iam::222222222222:new/kind", MfaKind.VIRTUAL),
    ],
)
def test_a_serial_number_tells_what_a_device_is(serial: str, kind: MfaKind):
    assert kind_of(serial) is kind
