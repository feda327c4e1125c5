from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.organization import ACCOUNTS
from tests.worlds import A, B, account, approved, gap, statuses, verdicts, world

CONTROL = "changes.account_renamed"
NEW = "333333333333"


def test_accounts_with_the_name_that_was_approved_pass():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_another_name_deviates_and_says_what_it_was():
    verdict = verdicts(CONTROL, world({APPROVED_ACCOUNTS: {B: approved(B, name="prod")}}))[B, ""]
    assert verdict.status == "FAIL"
    assert verdict.evidence == {"name": "account 2", "was": "prod"}


def test_an_account_that_could_not_be_read_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(ACCOUNTS, B)))[B, ""] == "UNKNOWN"


def test_an_account_that_is_not_approved_was_not_renamed():
    assert statuses(CONTROL, world({ACCOUNTS: {NEW: account(NEW)}}))[NEW, ""] == "NOT_APPLICABLE"
