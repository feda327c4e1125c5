"""Whether somebody gets what rules and alarms send: the topics and functions that they name, asked one by one.

What is not there is a target that is not alive; what refuses to tell is a gap. Other targets (queues, buses, systems of
incident response) lead on to where nothing can be read, and are left out: whoever relies on one declares it.
"""

import re

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap
from orgwarden.collect.regions import answered
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.alerts import ALERT_TARGETS, Target
from orgwarden.snapshot import Page

ACTIONS: tuple[Action, ...] = called(
    ("lambda:GetFunctionConfiguration", "sns:GetTopicAttributes"),
    side=Side.MANAGEMENT,
    why="the topics and functions that get an alarm of the management account stand in it",
)
ABSENT = ("NotFound", "ResourceNotFoundException")
GONE = Target(is_live=False, told="does not exist")
DEAD = frozenset({"Failed", "Inactive"})
ASKED = re.compile(r"arn:[\w-]+:(?P<service>sns|lambda):(?P<region>[\w-]+):\d{12}:(?P<rest>.+)")


class Subscriptions(BaseModel):
    """The attributes of a topic that are read; AWS writes numbers as texts."""

    SubscriptionsConfirmed: int
    SubscriptionsPending: int = 0


class GetTopicAttributes(BaseModel):
    """sns:GetTopicAttributes."""

    Attributes: Subscriptions


class GetFunctionConfiguration(BaseModel):
    """lambda:GetFunctionConfiguration; a function of old has no state, and works."""

    FunctionArn: str
    State: str | None = None


def read_target(aws: Aws, management: str, arn: str) -> Page:
    """Give one target by its ARN, or the gap; it is asked in its own region."""
    found = ASKED.fullmatch(arn)
    if not found:
        return gap(ALERT_TARGETS, arn, "a rule or alarm names a target by an ARN that does not parse")
    service, region = found["service"], found["region"]
    try:
        api = aws.management(service, management, region)
        row = answered(region, service, lambda: _topic(api, arn) if service == "sns" else _function(api, arn))
    except SkipAndNote as error:
        return gap(ALERT_TARGETS, arn, error.cause)
    return Page(rows={ALERT_TARGETS: {arn: row}})


def _topic(api: Api, arn: str) -> Target:
    try:
        answer = api.call("GetTopicAttributes", GetTopicAttributes, missing=ABSENT, TopicArn=arn)
    except Missing:
        return GONE
    confirmed, pending = answer.Attributes.SubscriptionsConfirmed, answer.Attributes.SubscriptionsPending
    waiting = f", {pending} pending" if pending else ""
    return Target(is_live=confirmed > 0, told=f"{confirmed} confirmed{waiting}")


def _function(api: Api, arn: str) -> Target:
    try:
        answer = api.call("GetFunctionConfiguration", GetFunctionConfiguration, missing=ABSENT, FunctionName=arn)
    except Missing:
        return GONE
    return Target(is_live=answer.State not in DEAD, told=answer.State or "exists")
