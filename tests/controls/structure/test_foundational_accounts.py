from orgwarden.parts.declared import FOUNDATIONAL_ACCOUNTS, Foundational
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, AccountState
from tests.governance_worlds import OTHER_UNIT, C, account, governed, undeclared
from tests.worlds import UNIT, A, B, gap, statuses, verdicts

CONTROL = "structure.foundational_accounts"
SECURITY = ("", "security")


def declared(account_id=B, unit="", **parts):
    return {FOUNDATIONAL_ACCOUNTS: {"*": {"security": Foundational(account=account_id, unit=unit)}}, **parts}


def test_an_account_in_or_below_its_unit_passes_and_anywhere_where_no_unit_is_declared():
    below = {PLACEMENTS: {B: (OTHER_UNIT, UNIT)}}
    assert statuses(CONTROL, governed()) == {SECURITY: "PASS"}
    assert statuses(CONTROL, governed(declared(unit=OTHER_UNIT) | below)) == {SECURITY: "PASS"}
    assert statuses(CONTROL, governed(declared())) == {SECURITY: "PASS"}


def test_an_account_that_is_not_there_is_missing_unless_not_all_were_listed():
    said = verdicts(CONTROL, governed(declared(C)))[SECURITY]
    assert said.status == "FAIL"
    assert "missing" in said.reason
    assert said.accounts == (C,)
    for unread in (gap(ACCOUNTS), gap(ACCOUNTS, A)):
        assert statuses(CONTROL, governed(declared(C), unread)) == {SECURITY: "UNKNOWN"}


def test_a_closed_account_is_missing():
    closed = governed(declared() | {ACCOUNTS: {B: account(B, state=AccountState.PENDING_CLOSURE)}})
    assert statuses(CONTROL, closed) == {SECURITY: "FAIL"}


def test_an_account_elsewhere_is_misplaced_and_both_places_are_told():
    said = verdicts(CONTROL, governed(declared(unit=OTHER_UNIT)))[SECURITY]
    assert said.status == "FAIL"
    assert said.evidence == {"accounts": (B,), "unit": UNIT, "expected": OTHER_UNIT}


def test_an_account_that_could_not_be_placed_is_unknown():
    for unread in (gap(PLACEMENTS), gap(PLACEMENTS, B)):
        assert statuses(CONTROL, governed(declared(unit=UNIT), unread)) == {SECURITY: "UNKNOWN"}


def test_what_nobody_declared_is_unknown():
    assert statuses(CONTROL, governed(gaps=undeclared(FOUNDATIONAL_ACCOUNTS))) == {("", ""): "UNKNOWN"}
