import pytest

from orgwarden.parts.declared import UNIT_PURPOSES
from orgwarden.parts.organization import ORGANIZATION, PLACEMENTS, TAGS, UNITS, Unit
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS
from tests.governance_worlds import (
    ALLOWS_ALL,
    FULL,
    GUARD,
    NO_POLICY,
    OTHER_UNIT,
    ROOT_ID,
    SCP,
    governed,
    policy,
    undeclared,
)
from tests.worlds import UNIT, B, gap, statuses, verdicts

CONTROL = "structure.units_by_purpose"
NOBODY_SAID = {UNIT_PURPOSES: {"*": {}}}
NO_GUARD = {POLICY_TARGETS: {GUARD: ()}}


def test_a_unit_with_a_purpose_and_a_guardrail_passes_whoever_says_what_it_is_for():
    assert statuses(CONTROL, governed()) == {("", UNIT): "PASS"}
    tagged = {TAGS: {UNIT: {"Purpose": "workloads"}}}
    for declared, gaps in ((NOBODY_SAID, None), ({}, undeclared(UNIT_PURPOSES))):
        assert statuses(CONTROL, governed({**declared, **tagged}, gaps)) == {("", UNIT): "PASS"}


@pytest.mark.parametrize("tags", [{}, {"purpose": " "}], ids=str)
def test_a_unit_of_which_nobody_says_what_it_is_for_deviates(tags):
    said = verdicts(CONTROL, governed({**NOBODY_SAID, TAGS: {UNIT: tags}}))["", UNIT]
    assert said.status == "FAIL"
    assert said.evidence == {"accounts": (B,), "name": "workloads"}


def test_without_any_list_of_purposes_it_is_unknown():
    assert statuses(CONTROL, governed(gaps=undeclared(UNIT_PURPOSES))) == {("", UNIT): "UNKNOWN"}


def test_a_unit_that_no_guardrail_reaches_deviates_whatever_it_is_for():
    assert statuses(CONTROL, governed(NO_GUARD)) == {("", UNIT): "FAIL"}
    for unread in (undeclared(UNIT_PURPOSES), gap(TAGS)):
        assert statuses(CONTROL, governed(NO_GUARD, unread)) == {("", UNIT): "FAIL"}


@pytest.mark.parametrize("target", [OTHER_UNIT, ROOT_ID])
def test_a_guardrail_on_a_unit_above_or_the_root_reaches_it(target):
    units = {UNITS: {OTHER_UNIT: Unit(name="above", parent=ROOT_ID), UNIT: Unit(name="below", parent=OTHER_UNIT)}}
    assert statuses(CONTROL, governed({**units, POLICY_TARGETS: {GUARD: (target,)}}))["", UNIT] == "PASS"


def test_any_customer_policy_is_a_guardrail_but_a_service_control_policy_that_allows_all():
    tags = {POLICIES: {GUARD: policy("TAG_POLICY")}, POLICY_BODIES: {}}
    assert statuses(CONTROL, governed(tags)) == {("", UNIT): "PASS"}
    assert statuses(CONTROL, governed({POLICY_BODIES: {GUARD: ALLOWS_ALL}})) == {("", UNIT): "FAIL"}
    full = {POLICIES: {FULL: policy(aws_managed=True)}, POLICY_TARGETS: {FULL: (UNIT,)}}
    assert statuses(CONTROL, governed(full)) == {("", UNIT): "FAIL"}


@pytest.mark.parametrize(
    "unread", [gap(POLICY_BODIES, GUARD), gap(POLICY_TARGETS, GUARD), gap(POLICIES, SCP), gap(POLICIES)], ids=str
)
def test_policies_that_may_be_a_guardrail_and_were_not_read_are_unknown(unread):
    parts = {POLICY_TARGETS: {GUARD: (UNIT,)}, POLICIES: {GUARD: policy()}}
    unguarded = NO_GUARD if (POLICIES.name, SCP) in unread else {}
    assert statuses(CONTROL, governed({**parts, **unguarded}, unread)) == {("", UNIT): "UNKNOWN"}


def test_a_policy_that_cannot_be_read_as_one_is_unknown_where_it_is_attached_alone():
    assert statuses(CONTROL, governed({POLICY_BODIES: {GUARD: NO_POLICY}})) == {("", UNIT): "UNKNOWN"}
    elsewhere = {POLICY_BODIES: {GUARD: NO_POLICY}, POLICY_TARGETS: {GUARD: (OTHER_UNIT,)}}
    assert statuses(CONTROL, governed(elsewhere)) == {("", UNIT): "FAIL"}


def test_a_guardrail_already_seen_passes_whatever_other_policies_are_unread():
    assert statuses(CONTROL, governed(gaps=gap(POLICIES, "TAG_POLICY"))) == {("", UNIT): "PASS"}


def test_unread_tags_are_unknown_since_they_may_say_what_it_is_for():
    for unread in (gap(TAGS), gap(TAGS, UNIT)):
        assert statuses(CONTROL, governed(NOBODY_SAID, unread)) == {("", UNIT): "UNKNOWN"}


def test_a_root_that_is_not_known_is_unknown():
    units = {UNITS: {UNIT: Unit(name="workloads", parent="")}}
    assert statuses(CONTROL, governed(units, gap(ORGANIZATION))) == {("", UNIT): "UNKNOWN"}


def test_units_that_were_not_all_listed_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(UNITS))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(UNITS, ROOT_ID))) == {("", UNIT): "PASS", ("", ""): "UNKNOWN"}


def test_it_needs_no_account_to_be_placed():
    assert statuses(CONTROL, governed(gaps=gap(PLACEMENTS))) == {("", UNIT): "PASS"}
