import pytest

from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, AccountState
from tests.governance_worlds import C, governed, joining, structure
from tests.worlds import B, gap, statuses, verdicts

CONTROL = "structure.no_accounts_in_root"


def test_an_account_in_a_unit_passes_and_the_management_account_is_not_asked():
    assert statuses(CONTROL, governed()) == {(B, ""): "PASS"}


@pytest.mark.parametrize("joined", ["", "2026-11-14T01:00:00+00:00"])
def test_an_account_in_the_root_deviates_once_its_days_are_over(joined):
    assert statuses(CONTROL, governed(joining(joined=joined)))[C, ""] == "FAIL"


def test_an_account_that_joined_a_few_days_ago_passes_and_says_until_when():
    said = verdicts(CONTROL, governed(joining(joined="2026-11-15T23:00:00+00:00")))[C, ""]
    assert said.status == "PASS"
    assert said.evidence == {"joined": "2026-11-15", "grace_until": "2026-11-22"}


def test_no_days_of_grace_means_none():
    rules = {STRUCTURE_RULES: {"*": structure(root_days=0)}}
    assert statuses(CONTROL, governed({**joining(joined="2026-11-21T00:00:00Z"), **rules}))[C, ""] == "FAIL"


def test_a_closed_account_is_not_applicable():
    assert statuses(CONTROL, governed(joining(state=AccountState.CLOSED)))[C, ""] == "NOT_APPLICABLE"


def test_an_account_that_could_not_be_placed_is_unknown_and_no_other_is():
    unplaced = governed(joining(), gap(PLACEMENTS, C))
    assert statuses(CONTROL, unplaced) == {(B, ""): "PASS", (C, ""): "UNKNOWN"}


def test_unread_placements_rules_and_accounts_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(PLACEMENTS)))[B, ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(joining(), gap(STRUCTURE_RULES)))[C, ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS, C)))[C, ""] == "UNKNOWN"
