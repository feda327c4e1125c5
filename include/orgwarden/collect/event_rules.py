"""The rules of EventBridge on the default bus of us-east-1 that wait for a pattern of events, and what they start.

AWS records every sign-in of a root user there, whatever the region of the console. A rule on a schedule raises no alarm
at a use of the root user, and is left out.
"""

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.masking import masked_document
from orgwarden.collect.regions import answered
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.collect.shortlist import WHY
from orgwarden.errors import SkipAndNote
from orgwarden.parts.alerts import EVENT_RULES, EventRule
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

ACTIONS: tuple[Action, ...] = (
    *called(("events:ListRules",), side=Side.MANAGEMENT, why=WHY),
    *called(
        ("events:ListTargetsByRule",),
        side=Side.MANAGEMENT,
        why="the rules that report a sign-in of the management account's root user stand in that account",
    ),
)


class ListedRule(BaseModel):
    """One rule of events:ListRules."""

    Name: Text
    Arn: Text
    State: Text
    EventPattern: str | None = None


class ListRules(BaseModel):
    """One page of events:ListRules."""

    Rules: list[ListedRule]
    NextToken: str | None = None


class ListedTarget(BaseModel):
    """One target of events:ListTargetsByRule."""

    Arn: Text


class ListTargetsByRule(BaseModel):
    """One page of events:ListTargetsByRule."""

    Targets: list[ListedTarget]
    NextToken: str | None = None


def read_rules(aws: Aws, management: str, veil: Veil) -> Page:
    """Give the rules with a pattern, by ARN; a list that is refused is a gap of the region, else of the rule."""
    try:
        api = aws.management("events", management)
        rules = answered(REGION, "events", lambda: _listed(api))
    except SkipAndNote as error:
        return gap(EVENT_RULES, REGION, error.cause)
    waiting = {rule.Arn: rule for rule in rules if rule.EventPattern}
    read = read_side_by_side(sorted(waiting), lambda arn: _rule(api, waiting[arn], veil))
    rows, gaps = merged([Page(rows={EVENT_RULES: {}}), read])
    return Page(rows=rows, gaps=gaps)


def _listed(api: Api) -> list[ListedRule]:
    return [rule for page, _ in api.pages("ListRules", ListRules) for rule in page.Rules]


def _rule(api: Api, rule: ListedRule, veil: Veil) -> Page:
    try:
        listing = api.pages("ListTargetsByRule", ListTargetsByRule, Rule=rule.Name)
        targets = tuple(dict.fromkeys(veil.text(target.Arn) for page, _ in listing for target in page.Targets))
        pattern = masked_document(rule.EventPattern or "", veil)
    except SkipAndNote as error:
        return gap(EVENT_RULES, rule.Arn, error.cause)
    except ValueError:
        return gap(EVENT_RULES, rule.Arn, "its event pattern is no JSON object")
    row = EventRule(region=REGION, state=rule.State, pattern=pattern, targets=targets)
    return Page(rows={EVENT_RULES: {rule.Arn: row}})
