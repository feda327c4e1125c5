"""Reads what Cost Explorer says a month cost: the answer of an API call and the file that the AWS CLI prints alike.

API: Cost Explorer, GetCostAndUsage, grouped by LINKED_ACCOUNT and RECORD_TYPE, or by LINKED_ACCOUNT and one tag. Groups
of a tag are named ``Key$value``; what is not tagged is ``Key$``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from orgwarden.aws.amounts import Exact, read

METRIC = "UnblendedCost"
ACCOUNT, RECORD_TYPE, TAG = "LINKED_ACCOUNT", "RECORD_TYPE", "TAG"
CUT_OFF = "NextPageToken: the answer is cut off before its last page: ask for all pages, each with the token before it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What an account cost: of one record type, or with one value of one tag ("" where the tag is absent).

    ``record_type``, ``tag_key`` are blank where the answer is not grouped by them. ``period`` is the month.
    ``is_estimated``: AWS still counts.
    """

    account: str
    record_type: str
    tag_key: str
    tag_value: str
    currency: str
    amount: Decimal
    is_estimated: bool
    period: str


class Money(BaseModel):
    """An amount and its currency."""

    Amount: Exact
    Unit: str = Field(min_length=1)


class Measured(BaseModel):
    """The metrics of a group, as far as they are read."""

    UnblendedCost: Money


class Group(BaseModel):
    """One group; its keys are in the order of the group definitions."""

    Keys: list[str]
    Metrics: Measured


class Interval(BaseModel):
    """A time from a day up to another, which is not part of it."""

    Start: date
    End: date


class Result(BaseModel):
    """One month, or one day."""

    TimePeriod: Interval
    Estimated: bool = False
    Groups: list[Group] = []


class Definition(BaseModel):
    """What the groups are made by: a dimension, or a tag."""

    Type: str = "DIMENSION"
    Key: str


class GetCostAndUsage(BaseModel):
    """One page of ce:GetCostAndUsage."""

    ResultsByTime: list[Result]
    GroupDefinitions: list[Definition] = []
    NextPageToken: str | None = None


def parse(document: Mapping[str, Any]) -> tuple[Cost, ...]:
    """Give the costs of a whole answer, as ``aws ce get-cost-and-usage`` prints it.

    Raises ``ValueError`` with one sentence: the place in the document, and what is wrong there.
    """
    told = read(GetCostAndUsage, document)
    if told.NextPageToken:
        raise ValueError(CUT_OFF)
    return costs(told)


def costs(page: GetCostAndUsage) -> tuple[Cost, ...]:
    """Give the costs of one page. Raises ``ValueError`` where its groups are not by account."""
    names = tuple((one.Type, one.Key) for one in page.GroupDefinitions)
    if ("DIMENSION", ACCOUNT) not in names:
        raise ValueError(f"GroupDefinitions: the groups are not by {ACCOUNT}: ask with --group-by for it")
    return tuple(_costs(page, names))


def _costs(page: GetCostAndUsage, names: Sequence[tuple[str, str]]) -> Iterator[Cost]:
    for result in page.ResultsByTime:
        for group in result.Groups:
            if len(group.Keys) != len(names):
                raise ValueError(f"Groups: {group.Keys} has not one key for each of {len(names)} group definitions")
            yield _cost(dict(zip(names, group.Keys, strict=True)), group.Metrics.UnblendedCost, result)


def _cost(keys: Mapping[tuple[str, str], str], cost: Money, result: Result) -> Cost:
    tag = next((name for kind, name in keys if kind == TAG), "")
    return Cost(
        account=keys["DIMENSION", ACCOUNT],
        record_type=keys.get(("DIMENSION", RECORD_TYPE), ""),
        tag_key=tag,
        tag_value=_value(tag, keys[TAG, tag]) if tag else "",
        currency=cost.Unit,
        amount=cost.Amount,
        is_estimated=result.Estimated,
        period=f"{result.TimePeriod.Start:%Y-%m}",
    )


def _value(tag: str, said: str) -> str:
    """Give the value behind ``Key$``; both may have a $ of their own."""
    if not said.startswith(f"{tag}$"):
        raise ValueError(f"Groups: {said!r} is no group of the tag {tag!r}")
    return said.removeprefix(f"{tag}$")
