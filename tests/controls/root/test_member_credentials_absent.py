import pytest

from orgwarden.parts.organization import ACCOUNTS, AccountState
from orgwarden.parts.root import ROOT_CREDENTIALS
from tests.access_worlds import GONE, credentials, governed
from tests.worlds import B, account, gap, statuses, verdicts

CONTROL = "root.member_credentials_absent"
HERE = (B, "")


def test_members_without_credentials_pass_and_the_management_account_is_not_asked():
    assert statuses(CONTROL, governed()) == {HERE: "PASS"}


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        ({"has_password": True}, "password"),
        ({"has_access_keys": True}, "access key"),
        ({"has_certificates": True}, "signing certificate"),
        ({"has_mfa": True}, "MFA device"),
        ({"has_password": None, "has_access_keys": True}, "access key"),
    ],
    ids=str,
)
def test_any_credential_deviates_and_is_named(held, kind):
    row = credentials(**{"has_password": False, "has_mfa": False, **held})
    said = verdicts(CONTROL, governed({ROOT_CREDENTIALS: {B: row}}))[HERE]
    assert (said.status, said.evidence["kind"]) == ("FAIL", (kind,))


def test_a_password_of_which_aws_does_not_tell_is_unknown():
    row = credentials(has_password=None, has_mfa=False)
    assert statuses(CONTROL, governed({ROOT_CREDENTIALS: {B: row}}))[HERE] == "UNKNOWN"


def test_a_member_that_was_not_audited_is_unknown():
    said = verdicts(CONTROL, governed(gaps=gap(ROOT_CREDENTIALS, B, "not audited")))[HERE]
    assert (said.status, said.cause) == ("UNKNOWN", "not audited")


def test_a_closed_account_is_not_applicable_and_one_that_was_not_listed_is_unknown():
    closed = governed({ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}, ROOT_CREDENTIALS: {B: GONE}})
    assert statuses(CONTROL, closed) == {HERE: "NOT_APPLICABLE"}
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS, "333333333333")))["333333333333", ""] == "UNKNOWN"
