"""Rules that wait for a pattern are told with their targets; a refusal is a gap."""

from typing import Any

import pytest

from orgwarden.collect.event_rules import read_rules
from orgwarden.parts.alerts import EVENT_RULES
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.regional import HOME, MANAGEMENT, MEMBER, always, regional_aws

ARN = f"arn:aws:events:{HOME}:{MANAGEMENT}:rule/root"
RULE = {"Name": "root", "Arn": ARN, "State": "ENABLED", "EventPattern": "{}"}
VEIL = Veil(b"key")
NIGHTLY = {"Name": "n", "Arn": "n", "State": "ENABLED", "ScheduleExpression": "rate(1 day)"}


def read(*, caller: str = MANAGEMENT, **changed: Any) -> Page:
    told = {"ListRules": {"Rules": [RULE, NIGHTLY]}, "ListTargetsByRule": {"Targets": [{"Arn": "a"}, {"Arn": "b"}]}}
    answers = {f"events:{name}": always(one) for name, one in {**told, **changed}.items()}
    return read_rules(regional_aws(answers, caller=caller), MANAGEMENT, VEIL)


def test_a_rule_has_its_targets_and_one_on_a_schedule_is_left_out():
    page = read()
    assert set(page.rows[EVENT_RULES]) == {ARN}
    assert (page.rows[EVENT_RULES][ARN].targets, page.rows[EVENT_RULES][ARN].state) == (("a", "b"), "ENABLED")


def test_no_rule_is_no_row_and_no_gap():
    assert read(ListRules={"Rules": []}) == Page(rows={EVENT_RULES: {}})


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), refusal("ThrottlingException"), {}], ids=str)
def test_a_refused_list_is_a_gap_of_the_region(answer: Any):
    assert set(read(ListRules=answer).gaps) == {(EVENT_RULES.name, HOME)}


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), {}, {"Targets": [{}]}], ids=str)
def test_refused_targets_are_a_gap_of_the_rule(answer: Any):
    page = read(ListTargetsByRule=answer)
    assert set(page.gaps) == {(EVENT_RULES.name, ARN)}
    assert page.rows[EVENT_RULES] == {}


def test_whoever_a_pattern_or_target_names_is_masked():
    pattern = r'{"detail": {"userIdentity": {"arn": [{"anything-but": "role/x/ada\u0040corp.example"}]}}}'
    state = f"arn:aws:states:{HOME}:{MANAGEMENT}:stateMachine:ada@corp.example"
    row = read(
        ListRules={"Rules": [{**RULE, "EventPattern": pattern}]}, ListTargetsByRule={"Targets": [{"Arn": state}]}
    ).rows[EVENT_RULES][ARN]
    assert "role/x/a•••@corp.example" in row.pattern
    assert row.targets == (VEIL.text(state),)
    assert "ada" not in f"{row}"


def test_a_pattern_that_is_no_object_is_a_gap_of_the_rule():
    page = read(ListRules={"Rules": [{**RULE, "EventPattern": '["ada@corp.example"]'}]})
    assert page.gaps == {(EVENT_RULES.name, ARN): "its event pattern is no JSON object"}


def test_without_a_role_the_region_is_a_gap():
    assert set(read(caller=MEMBER).gaps) == {(EVENT_RULES.name, HOME)}
