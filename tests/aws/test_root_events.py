"""The rules and filters that AWS recommends see the samples, and those for other things do not."""

import pytest

from orgwarden.aws import event_patterns, filter_patterns
from orgwarden.aws.root_events import api_call, samples, sign_in

ACCOUNT = "111111111111"
CIS = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
SIGN_IN_RULE = '{"detail-type":["AWS Console Sign In via CloudTrail"],"detail":{"userIdentity":{"type":["Root"]}}}'
ANY_RULE = (
    '{"detail-type":["AWS API Call via CloudTrail","AWS Console Sign In via CloudTrail"],'
    '"detail":{"userIdentity":{"type":["Root"],"sessionContext":{"assumedRoot":[{"exists":false}]}}}}'
)
ELSEWHERE = api_call(ACCOUNT, "eu-west-1", of="ec2:CreateKeyPair")
SAMPLES = {**{" ".join(what): event for what, event in samples(ACCOUNT).items()}, "call elsewhere": ELSEWHERE}


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_is_a_record_of_cloudtrail_in_an_event_of_eventbridge(event):
    record = event["detail"]
    assert event["account"] == record["recipientAccountId"] == record["userIdentity"]["accountId"] == ACCOUNT
    assert event["region"] == record["awsRegion"]
    assert record["userIdentity"]["type"] == "Root"
    assert record["userIdentity"]["arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert record["readOnly"] is False


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_the_recommended_rule_and_filter_see_each_sample(event):
    assert event_patterns.matches(ANY_RULE, event)
    assert filter_patterns.matches(CIS, event["detail"])


def test_a_rule_for_signing_in_sees_no_call():
    assert event_patterns.matches(SIGN_IN_RULE, sign_in(ACCOUNT))
    assert not event_patterns.matches(SIGN_IN_RULE, api_call(ACCOUNT))


NARROW = {
    "without MFA": '{ $.additionalEventData.MFAUsed = "No" || $.userIdentity.sessionContext.*.* = "false" }',
    "of IAM": '{ $.eventSource = "iam.amazonaws.com" || $.eventType = "AwsConsoleSignIn" }',
    "of one name": '{ $.eventName = "CreateAccessKey" || $.eventName = "ConsoleLogin" }',
    "in a session": "{ $.userIdentity.sessionContext EXISTS || $.additionalEventData EXISTS }",
}


@pytest.mark.parametrize("pattern", NARROW.values(), ids=NARROW)
def test_no_filter_for_a_part_of_what_a_root_user_does_sees_all_samples(pattern):
    seen = [filter_patterns.matches(pattern, event["detail"]) for event in samples(ACCOUNT).values()]
    assert True in seen
    assert False in seen


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_what_looks_for_others_sees_none(event):
    assert not event_patterns.matches('{"detail":{"userIdentity":{"type":["IAMUser"]}}}', event)
    assert not filter_patterns.matches('{ $.errorCode = "*UnauthorizedOperation" }', event["detail"])


def test_a_sign_in_is_one():
    record = sign_in(ACCOUNT, "us-west-2")["detail"]
    assert (record["eventName"], record["eventType"]) == ("ConsoleLogin", "AwsConsoleSignIn")
    assert sign_in(ACCOUNT)["source"] == "aws.signin"
    assert api_call(ACCOUNT)["detail"]["eventName"] == "CreateAccessKey"
