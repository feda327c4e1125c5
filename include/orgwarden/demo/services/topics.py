"""Amazon SNS: subscriptions by mail wait until somebody confirms them, as AWS's do; moto confirms all at once.

Nobody reads the mail here, so ConfirmSubscription with any token confirms all that wait on a topic: whoever wants one
that waits subscribes it afterwards.
"""

from typing import Any

from moto.sns.models import sns_backends

from orgwarden.demo.amending import Answered, amends
from orgwarden.demo.calls import Call
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "sns"
BY_MAIL = frozenset({"email", "email-json"})
WAITING = "PendingConfirmation"


def _confirmed(demo: Demo) -> list[str]:
    confirmed: list[str] = demo.kept.setdefault("confirmed_subscriptions", [])
    return confirmed


def _waits(demo: Demo, subscription: Any) -> bool:
    return subscription.protocol in BY_MAIL and subscription.arn not in _confirmed(demo)


def _subscriptions(topic: str) -> list[Any]:
    """Give the subscriptions of a topic, whose account and region its ARN names."""
    region, account = topic.split(":")[3:5]
    return [one for one in sns_backends[account][region].subscriptions.values() if one.topic.arn == topic]


def _found(arn: str) -> Any:
    topic = arn.rpartition(":")[0]
    return next((one for one in _subscriptions(topic) if one.arn == arn), None)


@amends(SERVICE, "Subscribe")
def subscribe(demo: Demo, call: Call, told: Answered) -> Answered:
    """Keep the ARN of a subscription that waits from a caller that has not asked for it."""
    subscription = _found(told["SubscriptionArn"])
    asked = str(call.parameters.get("ReturnSubscriptionArn", "")).lower() == "true"
    return {"SubscriptionArn": "pending confirmation"} if _waits(demo, subscription) and not asked else told


@answers(SERVICE, "ConfirmSubscription")
def confirm(demo: Demo, call: Call) -> Result:
    topic = call.of("TopicArn")
    known = topic.count(":") > len(("arn", "aws", "sns", "region")) and topic in _topics(topic)
    if not known:
        raise AwsError("NotFoundException", "Topic does not exist")
    waiting = [one.arn for one in _subscriptions(topic) if _waits(demo, one)]
    if not waiting:
        raise AwsError("InvalidParameterException", "Invalid parameter: Token: nothing waits to be confirmed")
    _confirmed(demo).extend(waiting)
    return {"SubscriptionArn": waiting[0]}


def _topics(topic: str) -> list[str]:
    region, account = topic.split(":")[3:5]
    return list(sns_backends[account][region].topics)


@amends(SERVICE, "GetTopicAttributes")
def get_topic_attributes(demo: Demo, call: Call, told: Answered) -> Answered:
    """Count the subscriptions, which moto does not."""
    subscriptions = _subscriptions(call.of("TopicArn"))
    waiting = sum(_waits(demo, one) for one in subscriptions)
    counts = {"SubscriptionsPending": str(waiting), "SubscriptionsConfirmed": str(len(subscriptions) - waiting)}
    return {"Attributes": told["Attributes"] | counts}


@amends(SERVICE, "ListSubscriptions", "ListSubscriptionsByTopic")
def list_subscriptions(demo: Demo, _: Call, told: Answered) -> Answered:
    """Show a subscription that waits without its ARN."""
    listed = [_shown(demo, one) for one in told["Subscriptions"]]
    return {**told, "Subscriptions": listed}


def _shown(demo: Demo, one: dict[str, str]) -> dict[str, str]:
    subscription = _found(one["SubscriptionArn"])
    waits = subscription is not None and _waits(demo, subscription)
    return {**one, "SubscriptionArn": WAITING} if waits else one


@amends(SERVICE, "GetSubscriptionAttributes")
def get_subscription_attributes(demo: Demo, call: Call, told: Answered) -> Answered:
    """Say of a subscription whether it waits."""
    waits = str(_waits(demo, _found(call.of("SubscriptionArn")))).lower()
    return {"Attributes": told["Attributes"] | {WAITING: waits}}
