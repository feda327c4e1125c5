from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_NAMES,
    IDENTITY_CENTER,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
)
from tests.access_worlds import ADA, ADMINISTRATORS, READERS, assigned, governed, permission_set
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "management_account.users_not_groups"
HERE = (A, ADMINISTRATORS)


def test_a_set_of_its_own_that_people_have_passes():
    assert statuses(CONTROL, governed()) == {HERE: "PASS"}


def test_a_group_deviates_and_is_named():
    grouped = {ASSIGNMENTS: {ADMINISTRATORS: assigned(ADA, groups=("g-1",))}, GROUP_NAMES: {"g-1": "admins"}}
    said = verdicts(CONTROL, governed(grouped))[HERE]
    assert (said.status, said.evidence["groups"]) == ("FAIL", ("admins",))


def test_a_set_that_serves_other_accounts_deviates():
    assert statuses(CONTROL, governed({PERMISSION_SET_ACCOUNTS: {ADMINISTRATORS: (A, B)}}))[HERE] == "FAIL"


def test_a_set_that_nobody_has_is_not_asked_and_without_an_instance_none_is():
    spare = {PERMISSION_SETS: {READERS: permission_set()}, ASSIGNMENTS: {READERS: assigned()}}
    assert statuses(CONTROL, governed(spare)) == {HERE: "PASS"}
    assert statuses(CONTROL, governed({IDENTITY_CENTER: {"*": None}}, gap(ASSIGNMENTS))) == {}


def test_what_is_unread_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(PERMISSION_SET_ACCOUNTS, ADMINISTRATORS)))[HERE] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ASSIGNMENTS, ADMINISTRATORS)))[HERE] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(PERMISSION_SETS)))["", ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ASSIGNMENTS))) == {("", ""): "UNKNOWN"}


def test_a_group_already_seen_deviates_whatever_else_is_unread():
    grouped = {ASSIGNMENTS: {ADMINISTRATORS: assigned(groups=("g-1",))}}
    lost = {**gap(PERMISSION_SET_ACCOUNTS, ADMINISTRATORS), **gap(GROUP_NAMES)}
    assert statuses(CONTROL, governed(grouped, lost))[HERE] == "FAIL"
