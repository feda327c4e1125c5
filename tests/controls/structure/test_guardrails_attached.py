from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, UNITS, AccountState, Unit
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS, POLICY_TYPES
from tests.governance_worlds import (
    ALLOWS_ALL,
    GUARD,
    NO_POLICY,
    OTHER_UNIT,
    ROOT_ID,
    SCP,
    C,
    account,
    governed,
    joining,
    policy,
    structure,
)
from tests.worlds import UNIT, B, gap, statuses, verdicts

CONTROL = "structure.guardrails_attached"
NO_GUARD = {POLICY_TARGETS: {GUARD: ()}}


def declared(*units):
    return {STRUCTURE_RULES: {"*": structure(workload_units=frozenset(units))}}


def test_a_unit_under_a_policy_that_restricts_passes():
    assert statuses(CONTROL, governed()) == {("", UNIT): "PASS"}
    assert statuses(CONTROL, governed({POLICY_TARGETS: {GUARD: (ROOT_ID,)}})) == {("", UNIT): "PASS"}


def test_a_unit_that_none_reaches_deviates_and_lists_its_accounts():
    said = verdicts(CONTROL, governed(NO_GUARD))["", UNIT]
    assert said.status == "FAIL"
    assert said.accounts == (B,)
    assert statuses(CONTROL, governed({POLICY_BODIES: {GUARD: ALLOWS_ALL}})) == {("", UNIT): "FAIL"}


def test_a_policy_of_another_type_restrains_nobody():
    assert statuses(CONTROL, governed({POLICIES: {GUARD: policy("TAG_POLICY")}})) == {("", UNIT): "FAIL"}


def test_a_policy_on_a_unit_beside_or_below_does_not_reach_it():
    below = joining(UNIT, OTHER_UNIT) | {UNITS: {UNIT: Unit(name="a", parent=ROOT_ID)}}
    world = governed({**below, POLICY_TARGETS: {GUARD: (OTHER_UNIT,)}})
    assert statuses(CONTROL, world) == {("", UNIT): "FAIL", ("", OTHER_UNIT): "PASS"}


def test_where_the_type_is_not_enabled_each_unit_deviates_whatever_else_is_unread():
    for unread in ({}, gap(POLICIES), gap(POLICY_TARGETS)):
        world = governed({POLICY_TYPES: {"*": ("TAG_POLICY",)}}, unread)
        assert statuses(CONTROL, world) == {("", UNIT): "FAIL"}


def test_declared_units_alone_are_judged_and_one_that_is_none_asks_for_a_correction():
    other = {UNITS: {OTHER_UNIT: Unit(name="other", parent=ROOT_ID)}}
    said = verdicts(CONTROL, governed({**declared(OTHER_UNIT, "ou-exam-mistyped"), **other}))
    assert {place: v.status for place, v in said.items()} == {
        ("", OTHER_UNIT): "FAIL",
        ("", "ou-exam-mistyped"): "UNKNOWN",
    }
    assert "structure.workload_units" in said["", "ou-exam-mistyped"].cause


def test_units_whose_accounts_are_all_closed_are_not_judged():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, governed(closed)) == {}


def test_policies_that_may_restrict_and_were_not_read_are_unknown():
    for unread in (gap(POLICY_BODIES, GUARD), gap(POLICY_TARGETS, GUARD), gap(POLICIES), gap(POLICY_TYPES)):
        assert statuses(CONTROL, governed(gaps=unread)) == {("", UNIT): "UNKNOWN"}
    assert statuses(CONTROL, governed(NO_GUARD, gap(POLICIES, SCP))) == {("", UNIT): "UNKNOWN"}
    assert statuses(CONTROL, governed({POLICY_BODIES: {GUARD: NO_POLICY}})) == {("", UNIT): "UNKNOWN"}


def test_policies_of_other_types_need_not_be_read():
    assert statuses(CONTROL, governed(NO_GUARD, gap(POLICIES, "TAG_POLICY"))) == {("", UNIT): "FAIL"}


def test_accounts_that_could_not_be_placed_or_listed_are_unknown_beside_the_units_seen():
    assert statuses(CONTROL, governed(joining(), gap(PLACEMENTS, C)))[C, ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(PLACEMENTS)))["", ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS))) == {("", ""): "UNKNOWN"}


def test_unread_rules_and_units_and_an_unknown_root_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(STRUCTURE_RULES))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(declared(UNIT), gap(UNITS))) == {("", UNIT): "UNKNOWN"}
    assert statuses(CONTROL, governed(NO_GUARD, gap(UNITS) | gap(ORGANIZATION))) == {("", UNIT): "UNKNOWN"}
