"""Subscriptions to topics: by mail they wait until they are confirmed, all others stand at once."""

import pytest

from tests.demo.asking import refusal

MAIL = {"Protocol": "email", "Endpoint": "security@corp.example"}


@pytest.fixture
def sns(empty):
    return empty.client("sns", region="us-east-1")


@pytest.fixture
def topic(sns):
    return sns.create_topic(Name="root-use")["TopicArn"]


def _counts(sns, topic):
    told = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    return told["SubscriptionsConfirmed"], told["SubscriptionsPending"]


def test_a_topic_begins_without_subscriptions(sns, topic):
    assert _counts(sns, topic) == ("0", "0")


def test_a_subscription_by_mail_waits_until_any_token_confirms_it(sns, topic):
    assert sns.subscribe(TopicArn=topic, **MAIL)["SubscriptionArn"] == "pending confirmation"
    assert _counts(sns, topic) == ("0", "1")
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (listed["SubscriptionArn"], listed["Endpoint"]) == ("PendingConfirmation", MAIL["Endpoint"])
    confirmed = sns.confirm_subscription(TopicArn=topic, Token="any")["SubscriptionArn"]
    assert _counts(sns, topic) == ("1", "0")
    assert [one["SubscriptionArn"] for one in sns.list_subscriptions()["Subscriptions"]] == [confirmed]
    assert refusal(sns.confirm_subscription, TopicArn=topic, Token="any")[0] == "InvalidParameter"


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("https", "https://alerts.corp.example/hook"),
        ("sqs", "arn:aws:sqs:us-east-1:123456789012:alerts"),
        ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:alerts"),
    ],
)
def test_every_other_subscription_stands_at_once(sns, topic, protocol, endpoint):
    arn = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)["SubscriptionArn"]
    assert arn.startswith(topic)
    assert _counts(sns, topic) == ("1", "0")
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"


def test_a_caller_that_asks_for_it_gets_the_arn_of_one_that_waits(sns, topic):
    arn = sns.subscribe(TopicArn=topic, ReturnSubscriptionArn=True, **MAIL)["SubscriptionArn"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"


def test_a_topic_that_is_none_confirms_nothing(sns):
    nowhere = "arn:aws:sns:us-east-1:123456789012:none"
    assert refusal(sns.confirm_subscription, TopicArn=nowhere, Token="any") == ("NotFound", 404)
    assert refusal(sns.get_topic_attributes, TopicArn=nowhere)[0] == "NotFound"
