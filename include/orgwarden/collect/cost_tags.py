"""Cost Explorer itself and the tag keys of costs: whether it is on, which keys are active, which are being filled in.

All of it is told by Cost Explorer's API, whose requests are paid: none is made unless the settings allow it.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from orgwarden.aws.cost_explorer import METRIC, GetCostAndUsage
from orgwarden.collect import spend
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import Denied
from orgwarden.collect.listing import listed
from orgwarden.collect.sessions import Aws
from orgwarden.collect.spend import NOT_ASKED, last_full_month
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.cost_explorer import COST_EXPLORER, COST_TAGS, TAG_BACKFILLS, CostTag, TagBackfill
from orgwarden.snapshot import Page, merged, whole_part_gaps

ACTIONS: tuple[Action, ...] = (
    *spend.ACTIONS,
    *called(
        ("ce:ListCostAllocationTags", "ce:ListCostAllocationTagBackfillHistory"),
        side=Side.MANAGEMENT,
        why="tag keys are activated for costs in the account that pays, and told to it alone",
    ),
)
PARTS = (COST_EXPLORER, COST_TAGS, TAG_BACKFILLS)
# By these words alone a payer without Cost Explorer is told from a role without the grant.
NOT_ENABLED = "not enabled for cost explorer"


class ListedTag(BaseModel):
    """One key of ce:ListCostAllocationTags."""

    TagKey: Text
    Type: Literal["AWSGenerated", "UserDefined"]
    Status: Literal["Active", "Inactive"]
    LastUpdatedDate: str = ""
    LastUsedDate: str = ""


class ListCostAllocationTags(BaseModel):
    """One page of ce:ListCostAllocationTags."""

    CostAllocationTags: list[ListedTag]
    NextToken: str | None = None


class Backfill(BaseModel):
    """One request of ce:ListCostAllocationTagBackfillHistory."""

    BackfillFrom: str = ""
    RequestedAt: Text
    CompletedAt: str = ""
    BackfillStatus: Literal["SUCCEEDED", "PROCESSING", "FAILED"]


class ListCostAllocationTagBackfillHistory(BaseModel):
    """One page of ce:ListCostAllocationTagBackfillHistory."""

    BackfillRequests: list[Backfill]
    NextToken: str | None = None


def read_cost_explorer(aws: Aws, management: str, today: date, *, is_allowed: bool) -> Page:
    """Ask whether Cost Explorer is on, for the tag keys, and for what is filled in; one request a page."""
    if not is_allowed:
        return Page(gaps=whole_part_gaps(PARTS, NOT_ASKED))
    rows, gaps = merged([_is_on(aws, management, today), _tags(aws, management), _backfills(aws, management)])
    return Page(rows=rows, gaps=gaps)


def _is_on(aws: Aws, management: str, today: date) -> Page:
    first, end = last_full_month(today)
    try:
        aws.management("ce", management).call(
            "GetCostAndUsage",
            GetCostAndUsage,
            TimePeriod={"Start": first.isoformat(), "End": end.isoformat()},
            Granularity="MONTHLY",
            Metrics=[METRIC],
        )
    except Denied as error:
        if NOT_ENABLED not in error.said.lower():
            return Page(gaps=whole_part_gaps((COST_EXPLORER,), error.cause))
        return Page(rows={COST_EXPLORER: {EVERYTHING: False}})
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((COST_EXPLORER,), error.cause))
    return Page(rows={COST_EXPLORER: {EVERYTHING: True}})


def _tags(aws: Aws, management: str) -> Page:
    def rows(page: ListCostAllocationTags) -> dict[str, CostTag]:
        return {one.TagKey: _tag(one) for one in page.CostAllocationTags}

    try:
        api = aws.management("ce", management)
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((COST_TAGS,), error.cause))
    return listed(api, "ListCostAllocationTags", ListCostAllocationTags, COST_TAGS, rows, MaxResults=1000)


def _tag(said: ListedTag) -> CostTag:
    return CostTag(
        is_ours=said.Type == "UserDefined",
        is_active=said.Status == "Active",
        updated=said.LastUpdatedDate,
        used=said.LastUsedDate,
    )


def _backfills(aws: Aws, management: str) -> Page:
    def rows(page: ListCostAllocationTagBackfillHistory) -> dict[str, TagBackfill]:
        return {one.RequestedAt: _backfill(one) for one in page.BackfillRequests}

    try:
        api = aws.management("ce", management)
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((TAG_BACKFILLS,), error.cause))
    shape = ListCostAllocationTagBackfillHistory
    return listed(api, shape.__name__, shape, TAG_BACKFILLS, rows, MaxResults=1000)


def _backfill(said: Backfill) -> TagBackfill:
    return TagBackfill(
        since=said.BackfillFrom, requested=said.RequestedAt, completed=said.CompletedAt, status=said.BackfillStatus
    )
