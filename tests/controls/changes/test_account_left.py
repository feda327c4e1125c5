from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.worlds import A, B, account, approved, gap, statuses, verdicts, world

CONTROL = "changes.account_left"
GONE = "333333333333"
LEFT = {APPROVED_ACCOUNTS: {GONE: approved(GONE)}}


def test_approved_accounts_that_are_open_pass():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_an_approved_account_that_is_no_longer_listed_deviates_and_is_named():
    verdict = verdicts(CONTROL, world(LEFT))[GONE, ""]
    assert (verdict.status, verdict.reason) == ("FAIL", "the account left the organization")
    assert verdict.evidence["name"] == "account 3"


def test_a_closed_account_has_left():
    for state in (AccountState.PENDING_CLOSURE, AccountState.CLOSED):
        assert statuses(CONTROL, world({ACCOUNTS: {B: account(B, state=state)}}))[B, ""] == "FAIL"


def test_a_suspended_account_has_not():
    assert statuses(CONTROL, world({ACCOUNTS: {B: account(B, state=AccountState.SUSPENDED)}}))[B, ""] == "PASS"


def test_that_an_account_left_takes_the_whole_list():
    assert statuses(CONTROL, world(LEFT, gap(ACCOUNTS, "444444444444")))[GONE, ""] == "UNKNOWN"


def test_a_closure_that_was_approved_is_no_departure():
    seen = world({APPROVED_ACCOUNTS: {GONE: approved(GONE, state=AccountState.CLOSED)}})
    assert statuses(CONTROL, seen)[GONE, ""] == "NOT_APPLICABLE"
