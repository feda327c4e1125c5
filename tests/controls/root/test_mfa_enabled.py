from orgwarden.parts.root import ROOT_CREDENTIALS
from tests.access_worlds import GONE, credentials, governed
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "root.mfa_enabled"


def status(row):
    return statuses(CONTROL, governed({ROOT_CREDENTIALS: {A: row}}))[A, ""]


def test_a_root_user_with_mfa_passes():
    assert status(credentials()) == "PASS"


def test_a_password_or_a_key_without_mfa_deviates():
    assert status(credentials(has_mfa=False)) == "FAIL"
    assert status(credentials(has_password=False, has_mfa=False, has_access_keys=True)) == "FAIL"


def test_a_password_of_which_aws_does_not_tell_is_one_that_may_be_there():
    world = governed({ROOT_CREDENTIALS: {A: credentials(has_password=None, has_mfa=False)}})
    said = verdicts(CONTROL, world)[A, ""]
    assert said.status == "FAIL"
    assert "does not say" in said.reason


def test_without_credentials_it_is_not_applicable_and_a_denied_reading_is_no_proof_of_that():
    assert status(GONE) == "NOT_APPLICABLE"
    assert statuses(CONTROL, governed(gaps=gap(ROOT_CREDENTIALS, B))) == {(A, ""): "PASS", (B, ""): "UNKNOWN"}
