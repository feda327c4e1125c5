"""What Cost Explorer says a month cost, by account and record type and by account and tag: a witness for the bill.

Each request that is answered costs a cent, each page of an answer is a request, and one that is refused costs nothing.
So they are made only where the settings allow it, counted, and capped; a list that the cap cuts off is no answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from orgwarden.aws.cost_explorer import ACCOUNT, METRIC, RECORD_TYPE, TAG, Cost, Definition, GetCostAndUsage, costs
from orgwarden.collect import spend
from orgwarden.collect.actions import Action
from orgwarden.collect.api import Api
from orgwarden.collect.sessions import Aws
from orgwarden.collect.spend import NOT_ASKED, TOKENS, UNREADABLE
from orgwarden.errors import SkipAndNote
from orgwarden.model import Period

ACTIONS: tuple[Action, ...] = spend.ACTIONS
PRICE = Decimal("0.01")
CAP = "raise ORGWARDEN_COST_EXPLORER_CAP"
BY_RECORD_TYPE = (
    Definition(Type="DIMENSION", Key=ACCOUNT),
    Definition(Type="DIMENSION", Key=RECORD_TYPE),
)


@dataclass(slots=True)
class Requests:
    """The paid requests of one run: whether and how many there may be, and how many were answered."""

    cap: int
    is_allowed: bool = True
    made: int = 0

    @property
    def cost(self) -> Decimal:
        """Give what they cost, in US dollars."""
        return self.made * PRICE

    @property
    def line(self) -> str:
        """Give what an outcome tells of them."""
        return f"{self.made} paid requests to Cost Explorer ({self.cost} USD)"

    def allow(self) -> None:
        """Raise ``SkipAndNote`` where there may be none, or one more would be too many."""
        if not self.is_allowed:
            raise SkipAndNote(NOT_ASKED)
        if self.made >= self.cap:
            raise SkipAndNote(f"{self.made} paid requests to Cost Explorer were made, as many as a run may: {CAP}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Costs:
    """What was answered, and why a question was not, by its name (``RECORD_TYPE``, ``TAG team``)."""

    rows: tuple[Cost, ...]
    gaps: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0


def read(aws: Aws, management: str, period: Period, tag_keys: Sequence[str], *, requests: Requests) -> Costs:
    """Ask what a month cost, by record type and by each tag key; each question is answered whole or is a gap."""
    questions = {RECORD_TYPE: BY_RECORD_TYPE, **{f"{TAG} {key}": _by_tag(key) for key in tag_keys}}
    before = requests.made
    rows: list[Cost] = []
    gaps: dict[str, str] = {}
    for name, groups in questions.items():
        try:
            rows += _answered(aws, management, period, groups, requests)
        except SkipAndNote as error:
            gaps[name] = error.cause
    return Costs(rows=tuple(rows), gaps=gaps, requests=requests.made - before)


def bounds(period: Period) -> tuple[date, date]:
    """Give the first day of a month, and that of the month after it."""
    year, month = (int(part) for part in period.text.split("-"))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def paid(api: Api, requests: Requests, **question: Any) -> Iterator[GetCostAndUsage]:
    """Give each page of an answer, counting it. Raises ``SkipAndNote``, where the cap is reached, too."""
    listing = api.pages("GetCostAndUsage", GetCostAndUsage, tokens=TOKENS, **question)
    while True:
        requests.allow()
        page, token = next(listing)
        requests.made += 1
        yield page
        if not token:
            return


def _by_tag(key: str) -> tuple[Definition, ...]:
    return (Definition(Type="DIMENSION", Key=ACCOUNT), Definition(Type=TAG, Key=key))


def _answered(
    aws: Aws, management: str, period: Period, groups: Sequence[Definition], requests: Requests
) -> list[Cost]:
    requests.allow()
    first, end = bounds(period)
    pages = paid(
        aws.management("ce", management),
        requests,
        TimePeriod={"Start": first.isoformat(), "End": end.isoformat()},
        Granularity="MONTHLY",
        Metrics=[METRIC],
        GroupBy=[group.model_dump() for group in groups],
    )
    try:
        # The groups are named in the order in which they were asked for.
        found = [row for page in pages for row in costs(page.model_copy(update={"GroupDefinitions": list(groups)}))]
    except ValueError as error:
        raise SkipAndNote(UNREADABLE) from error
    if not found:
        raise SkipAndNote(f"Cost Explorer has no costs of {period}: it keeps 13 months, from when it was switched on")
    return found
