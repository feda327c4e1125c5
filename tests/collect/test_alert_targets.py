"""A target is alive, not alive, or unknown: what is not there is never taken for what refuses to tell."""

from typing import Any

import pytest

from orgwarden.collect.alert_targets import read_target
from orgwarden.parts.alerts import ALERT_TARGETS, Target
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, MANAGEMENT, always, regional_aws

TOPIC = f"arn:aws:sns:{AWAY}:{MANAGEMENT}:t"
FUNCTION = f"arn:aws:lambda:{AWAY}:{MANAGEMENT}:function:f"


def read(arn: str, answer: Any) -> Any:
    told = dict.fromkeys(("sns:GetTopicAttributes", "lambda:GetFunctionConfiguration"), always(answer))
    aws = regional_aws(told)
    page = read_target(aws, MANAGEMENT, arn)
    assert {place for place, name, _ in aws.session.asked if not name.startswith("sts")} <= {AWAY}
    return page.rows[ALERT_TARGETS][arn] if page.rows else page.gaps


@pytest.mark.parametrize(
    ("arn", "answer", "target"),
    [
        (
            TOPIC,
            {"Attributes": {"SubscriptionsConfirmed": "2", "SubscriptionsPending": "1"}},
            Target(is_live=True, told="2 confirmed, 1 pending"),
        ),
        (TOPIC, {"Attributes": {"SubscriptionsConfirmed": "0"}}, Target(is_live=False, told="0 confirmed")),
        (TOPIC, refusal("NotFound", 404), Target(is_live=False, told="does not exist")),
        (FUNCTION, {"FunctionArn": FUNCTION, "State": "Active"}, Target(is_live=True, told="Active")),
        (FUNCTION, {"FunctionArn": FUNCTION}, Target(is_live=True, told="exists")),
        (FUNCTION, {"FunctionArn": FUNCTION, "State": "Failed"}, Target(is_live=False, told="Failed")),
        (FUNCTION, refusal("ResourceNotFoundException", 404), Target(is_live=False, told="does not exist")),
    ],
    ids=str,
)
def test_a_target_is_told_with_what_was_seen(arn: str, answer: Any, target: Target):
    assert read(arn, answer) == target


@pytest.mark.parametrize("arn", [TOPIC, FUNCTION])
@pytest.mark.parametrize(
    "answer",
    [refusal("AuthorizationError", 403), refusal("AccessDeniedException", 403), refusal("Throttling"), {}, {"x": 1}],
    ids=str,
)
def test_a_target_that_is_not_told_is_a_gap(arn: str, answer: Any):
    assert set(read(arn, answer)) == {(ALERT_TARGETS.name, arn)}


@pytest.mark.parametrize("answer", [{"Attributes": {}}, {"Attributes": {"SubscriptionsConfirmed": "many"}}], ids=str)
def test_attributes_that_do_not_parse_are_a_gap(answer: Any):
    assert set(read(TOPIC, answer)) == {(ALERT_TARGETS.name, TOPIC)}


def test_an_arn_that_does_not_parse_is_a_gap():
    assert set(read("arn:aws:sns:x", {})) == {(ALERT_TARGETS.name, "arn:aws:sns:x")}
