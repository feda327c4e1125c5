"""What AWS bills the management account for, by region and service: one paid request to Cost Explorer.

Money shows what no inventory lists, but each request costs a cent, so it is made only where the settings allow it.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, Field

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.resources import Spend

ACTIONS: tuple[Action, ...] = called(
    ("ce:GetCostAndUsage",),
    side=Side.MANAGEMENT,
    why="Cost Explorer tells what the organization spends, and the management account, to that account alone",
)
NOT_ASKED = "not asked: Cost Explorer's requests are paid; set ORGWARDEN_COST_EXPLORER=on"
UNREADABLE = "ce:GetCostAndUsage gave an answer that does not parse"
METRIC = "UnblendedCost"
TOKENS = ("NextPageToken", "NextPageToken")


class Amount(BaseModel):
    """An amount, as AWS writes it: every digit, and the unit."""

    Amount: Text
    Unit: Text


class Amounts(BaseModel):
    """The metrics of a group, as far as they are read."""

    UnblendedCost: Amount


class Group(BaseModel):
    """One service in one region."""

    Keys: Annotated[list[str], Field(min_length=2, max_length=2)]
    Metrics: Amounts


class Result(BaseModel):
    """One month."""

    Groups: list[Group]


class GetCostAndUsage(BaseModel):
    """One page of ce:GetCostAndUsage."""

    ResultsByTime: Annotated[list[Result], Field(min_length=1)]
    NextPageToken: str | None = None


def spent(aws: Aws, management: str, at: datetime) -> dict[str, Spend]:
    """Give the spend of the last full month before ``at``, by ``region/service``. Raises ``SkipAndNote``."""
    first, end = last_full_month(at.date())
    listing = aws.management("ce", management).pages(
        "GetCostAndUsage", GetCostAndUsage, tokens=TOKENS, **_question(management, first, end)
    )
    groups = [group for page, _ in listing for result in page.ResultsByTime for group in result.Groups]
    return {f"{group.Keys[1]}/{group.Keys[0]}": _spend(group, f"{first:%Y-%m}") for group in groups}


def last_full_month(day: date) -> tuple[date, date]:
    """Give the first day of the month before a day's, and the first day of the day's own month."""
    end = day.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def _question(management: str, first: date, end: date) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [METRIC],
        "Filter": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [management]}},
        "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "REGION")],
    }


def _spend(group: Group, period: str) -> Spend:
    cost = group.Metrics.UnblendedCost
    try:
        amount = Decimal(cost.Amount)
    except InvalidOperation as error:
        raise SkipAndNote(UNREADABLE) from error
    if not amount.is_finite():
        raise SkipAndNote(UNREADABLE)
    return Spend(amount=amount, currency=cost.Unit, period=period)
