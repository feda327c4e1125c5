"""Summary and report stand in for each other as far as they can, and no further."""

import pytest

from orgwarden.collect import account_credentials
from orgwarden.collect.account_credentials import TRIES, credentials_of, report_of
from orgwarden.errors import SkipAndNote
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, ROOT_USE, MfaKind, RootKey
from orgwarden.privacy import Veil
from tests.collect.reports import MADE, report, root, row
from tests.collect.sides import MANAGEMENT, api, denied, given, throttled

VEIL = Veil(b"key")
USED = "2026-10-09T08:07:06+00:00"
SUMMARY = {
    "AccountMFAEnabled": 1,
    "AccountAccessKeysPresent": 0,
    "AccountPasswordPresent": 1,
    "AccountSigningCertificatesPresent": 0,
    "Users": 3,
}
UNTOLD = {key: value for key, value in SUMMARY.items() if key != "AccountPasswordPresent"}
VIRTUAL = {"SerialNumber": "arn:aws:iam::111111111111:mfa/root", "User": {"Arn": "arn:aws:iam::111111111111:root"}}
USERS_OWN = {"SerialNumber": "arn:aws:iam::111111111111:mfa/a", "User": {"Arn": "arn:aws:iam::111111111111:user/a"}}
ANN = "arn:aws:iam::111111111111:user/ann"


def asked(*rows, **changed):
    """The page of an account whose root user has a password and one MFA device that is not virtual."""
    answers = {
        "GetAccountSummary": given({"SummaryMap": SUMMARY}),
        "GenerateCredentialReport": given({"State": "COMPLETE"}),
        "GetCredentialReport": given({"Content": report(*(rows or (root(password_enabled="true"),)))}),
        "ListVirtualMFADevices": given({"VirtualMFADevices": [], "IsTruncated": False}),
        "ListServiceSpecificCredentials": given({"ServiceSpecificCredentials": []}),
    }
    return credentials_of(api({**answers, **changed}), MANAGEMENT, VEIL)


def causes(page, part):
    return {key: cause for (name, key), cause in page.gaps.items() if name == part.name}


def test_the_root_user_is_told_by_summary_report_and_devices():
    page = asked(root(password_last_used=USED, access_key_1_last_rotated=MADE))
    assert page.gaps == {}
    assert page.rows[ROOT_CREDENTIALS][MANAGEMENT].has_password
    assert page.rows[ROOT_USE][MANAGEMENT].password_used == USED
    assert page.rows[ROOT_USE][MANAGEMENT].keys == (RootKey(is_active=False, last_used=""),)
    assert page.rows[ROOT_MFA][MANAGEMENT].devices == ()
    assert not page.rows[ROOT_MFA][MANAGEMENT].is_whole


def test_without_a_report_the_summary_suffices_for_what_it_tells():
    page = asked(GenerateCredentialReport=denied)
    assert page.rows[ROOT_CREDENTIALS][MANAGEMENT].has_password
    assert "iam:GenerateCredentialReport was denied" in causes(page, ROOT_USE)[MANAGEMENT]
    assert "iam:GenerateCredentialReport was denied" in causes(page, USER_CREDENTIALS)[MANAGEMENT]


def test_without_a_report_a_summary_that_does_not_tell_of_the_password_does_not_suffice():
    page = asked(GetAccountSummary=given({"SummaryMap": UNTOLD}), GetCredentialReport=denied)
    assert MANAGEMENT in causes(page, ROOT_CREDENTIALS)


@pytest.mark.parametrize(("said", "read"), [("TRUE", True), ("false", False), ("not_supported", None)])
def test_the_report_tells_of_the_password_where_the_summary_does_not(said: str, *, read: bool | None):
    page = asked(root(password_enabled=said), GetAccountSummary=given({"SummaryMap": UNTOLD}))
    assert page.rows[ROOT_CREDENTIALS][MANAGEMENT].has_password is read


@pytest.mark.parametrize("answer", [denied, throttled, given({}), given({"SummaryMap": {}}), given([])])
def test_without_a_summary_the_report_tells_of_the_credentials(answer):
    page = asked(root(mfa_active="true", cert_1_active="true", access_key_2_active="true"), GetAccountSummary=answer)
    found = page.rows[ROOT_CREDENTIALS][MANAGEMENT]
    assert found.has_mfa
    assert found.has_certificates
    assert found.has_access_keys
    assert found.has_password is False


def test_with_neither_nothing_is_known():
    page = asked(GetAccountSummary=denied, GetCredentialReport=denied)
    assert not {ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS} & page.rows.keys()
    assert all(MANAGEMENT in causes(page, part) for part in (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"<html>", b"user,arn\n<root_account>,a,b", report(row("ann"))])
def test_a_report_that_is_none_is_a_gap_and_never_an_account_without_use(content: bytes):
    page = asked(GetCredentialReport=given({"Content": content}))
    assert MANAGEMENT in causes(page, ROOT_USE)
    assert ROOT_USE not in page.rows


def test_a_row_that_does_not_parse_is_a_gap_of_its_own():
    page = asked(root(), row("ann", access_key_1_active="maybe"), row("ben"))
    assert set(causes(page, USER_CREDENTIALS)) == {ANN}
    assert len(page.rows[USER_CREDENTIALS]) == 1
    assert ROOT_USE in page.rows


def test_a_report_that_is_still_made_is_waited_for_but_not_for_ever():
    states = iter([{"State": "STARTED"}, {"State": "INPROGRESS"}, {"State": "COMPLETE"}])
    one = api(
        {"GenerateCredentialReport": lambda: next(states), "GetCredentialReport": given({"Content": report(root())})}
    )
    assert report_of(one).users == ()
    other = api({"GenerateCredentialReport": given({"State": "INPROGRESS"})})
    with pytest.raises(SkipAndNote, match="did not come to its end"):
        report_of(other)
    assert other.calls["GenerateCredentialReport"] == TRIES


def test_virtual_devices_of_the_root_user_are_counted_and_those_of_others_are_not():
    pages = iter(
        [
            {"VirtualMFADevices": [VIRTUAL, USERS_OWN], "IsTruncated": True, "Marker": "m"},
            {"VirtualMFADevices": [VIRTUAL, {"SerialNumber": "x"}], "IsTruncated": False, "Marker": "left over"},
        ]
    )
    found = asked(ListVirtualMFADevices=lambda **_: next(pages)).rows[ROOT_MFA][MANAGEMENT]
    assert found.devices == (MfaKind.VIRTUAL, MfaKind.VIRTUAL)
    assert not found.is_whole


def test_that_there_is_no_mfa_at_all_is_the_whole_truth_without_the_list():
    page = asked(
        GetAccountSummary=given({"SummaryMap": {**SUMMARY, "AccountMFAEnabled": 0}}), ListVirtualMFADevices=denied
    )
    assert page.rows[ROOT_MFA][MANAGEMENT].is_whole
    assert MANAGEMENT in causes(asked(ListVirtualMFADevices=denied), ROOT_MFA)


def test_a_list_that_goes_on_without_saying_where_is_a_gap():
    page = asked(ListVirtualMFADevices=given({"VirtualMFADevices": [], "IsTruncated": True}))
    assert "does not parse" in causes(page, ROOT_MFA)[MANAGEMENT]


def test_the_credentials_of_users_are_read_with_those_of_single_services():
    services = [{"UserName": "ann", "Status": "Active"}, {"UserName": "ann", "Status": "Inactive"}]
    listed = given({"ServiceSpecificCredentials": services})
    page = asked(root(), row("ann", access_key_1_active="TRUE"), ListServiceSpecificCredentials=listed)
    found = page.rows[USER_CREDENTIALS][ANN]
    assert (found.has_password, found.has_mfa, found.active_keys, found.service_keys) == (False, False, 1, 1)


def test_a_user_is_without_credentials_only_if_those_of_single_services_were_told():
    users = (root(), row("ann"), row("ben", password_enabled="true"))
    page = asked(*users, ListServiceSpecificCredentials=denied)
    assert set(causes(page, USER_CREDENTIALS)) == {ANN}
    assert [one.has_password for one in page.rows[USER_CREDENTIALS].values()] == [True]


def test_a_user_with_more_credentials_than_are_shown_is_not_one_without():
    page = asked(root(), row("ann", additional_credentials_info="1 access key"))
    assert causes(page, USER_CREDENTIALS) == {ANN: account_credentials.MORE}


def test_a_user_that_is_named_by_an_address_is_masked():
    page = asked(root(), row("ann@corp.example"))
    (arn,) = page.rows[USER_CREDENTIALS]
    assert arn.startswith("arn:aws:iam::111111111111:user/a•••@corp.example~")
