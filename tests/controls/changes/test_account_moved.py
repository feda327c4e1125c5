from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, AccountState
from tests.worlds import UNIT, A, B, account, approved, gap, statuses, verdicts, world

CONTROL = "changes.account_moved"
NEW = "333333333333"


def test_accounts_that_stand_where_they_were_approved_pass():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_an_account_in_another_unit_deviates_and_says_where_it_was():
    verdict = verdicts(CONTROL, world({PLACEMENTS: {B: ()}}))[B, ""]
    assert verdict.status == "FAIL"
    assert (verdict.evidence["unit"], verdict.evidence["was"]) == ("the root", UNIT)


def test_a_place_that_could_not_be_read_is_unknown_and_one_that_never_was_is_no_move():
    assert statuses(CONTROL, world(gaps=gap(PLACEMENTS, B)))[B, ""] == "UNKNOWN"
    assert statuses(CONTROL, world({APPROVED_ACCOUNTS: {B: approved(B, path=None)}}))[B, ""] == "PASS"


def test_an_account_that_is_not_approved_has_not_moved():
    assert statuses(CONTROL, world({ACCOUNTS: {NEW: account(NEW)}}))[NEW, ""] == "NOT_APPLICABLE"
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, world(closed))[B, ""] == "NOT_APPLICABLE"
