import pytest

from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.delegation import ENROLLED, LANDING_ZONE, LandingZone
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.governance_worlds import C, account, governed, structure
from tests.worlds import UNIT, B, gap, statuses, verdicts

CONTROL = "structure.control_tower_enrolled"
ZONE = ("", "landing zone")


def watched(parts=None, gaps=None):
    return governed({STRUCTURE_RULES: {"*": structure(control_tower=True)}, **(parts or {})}, gaps)


def enrolled(rows, gaps=None):
    return watched({ENROLLED: rows}, gaps)


def test_by_default_nothing_is_looked_at():
    unread = gap(LANDING_ZONE) | gap(ENROLLED)
    assert statuses(CONTROL, governed(gaps=unread)) == {ZONE: "NOT_APPLICABLE"}


def test_a_landing_zone_as_set_up_and_enrolled_accounts_pass_without_the_management_account():
    assert statuses(CONTROL, watched()) == {ZONE: "PASS", (B, ""): "PASS"}


def test_a_landing_zone_that_drifted_deviates():
    zone = LandingZone(version="3.3", drift="DRIFTED")
    said = verdicts(CONTROL, watched({LANDING_ZONE: {"*": zone}}))
    assert said[ZONE].status == "FAIL"
    assert said[ZONE].evidence == {"drift": "DRIFTED", "version": "3.3"}
    assert said[B, ""].status == "PASS"


def test_without_a_landing_zone_one_row_deviates_and_the_accounts_are_not_applicable():
    world = watched({LANDING_ZONE: {"*": None}, ENROLLED: {}})
    assert statuses(CONTROL, world) == {ZONE: "FAIL", (B, ""): "NOT_APPLICABLE"}


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ({}, "FAIL"),
        ({C: "SUCCEEDED"}, "FAIL"),
        ({UNIT: "SUCCEEDED"}, "FAIL"),
        ({B: "UNDER_CHANGE"}, "PASS"),
        ({B: "FAILED", UNIT: "SUCCEEDED"}, "FAIL"),
    ],
    ids=str,
)
def test_an_account_is_enrolled_by_its_own_row_alone(rows, status):
    assert statuses(CONTROL, enrolled(rows))[B, ""] == status


def test_a_closed_account_is_not_applicable():
    closed = watched({ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}})
    assert statuses(CONTROL, closed)[B, ""] == "NOT_APPLICABLE"


def test_an_unread_landing_zone_is_unknown():
    assert set(statuses(CONTROL, watched(gaps=gap(LANDING_ZONE))).values()) == {"UNKNOWN"}


def test_enrolments_that_were_not_all_read_are_unknown_unless_the_accounts_own_was_seen():
    for unread in (gap(ENROLLED), gap(ENROLLED, C)):
        assert statuses(CONTROL, enrolled({}, unread))[B, ""] == "UNKNOWN"
    assert statuses(CONTROL, enrolled({B: "SUCCEEDED"}, gap(ENROLLED, C)))[B, ""] == "PASS"


def test_unread_rules_and_accounts_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(STRUCTURE_RULES))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, watched(gaps=gap(ACCOUNTS)))["", ""] == "UNKNOWN"
