"""The trails of CloudTrail that an account sees, wherever their home is, and which management events they record.

A trail is told in its home region, and by its shadows elsewhere; us-east-1 is asked for shadows, too, so that a trail
whose home region does not answer is still seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.regions import answered, reached
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.collect.shortlist import WHY
from orgwarden.errors import SkipAndNote
from orgwarden.parts.alerts import TRAILS, Trail
from orgwarden.snapshot import Page, merged

ACTIONS: tuple[Action, ...] = (
    *called(("cloudtrail:DescribeTrails",), side=Side.MANAGEMENT, why=WHY),
    *called(
        ("cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"),
        side=Side.MANAGEMENT,
        why="a trail's state and selectors are told to the account that owns it alone",
    ),
)
READ_AND_WRITE = {"All": {"READ", "WRITE"}, "ReadOnly": {"READ"}, "WriteOnly": {"WRITE"}}
# A selector that asks for anything else leaves management events out.
FIELDS_OF_ALL = frozenset({"eventCategory", "readOnly"})


class DescribedTrail(BaseModel):
    """One trail of cloudtrail:DescribeTrails."""

    TrailARN: Text
    HomeRegion: Text
    IsMultiRegionTrail: bool = False
    IsOrganizationTrail: bool = False
    LogFileValidationEnabled: bool = False
    CloudWatchLogsLogGroupArn: str = ""


class DescribeTrails(BaseModel):
    """cloudtrail:DescribeTrails."""

    trails: list[DescribedTrail] = Field(alias="trailList")


class GetTrailStatus(BaseModel):
    """cloudtrail:GetTrailStatus."""

    IsLogging: bool


class EventSelector(BaseModel):
    """A basic selector; AWS's defaults are all management events."""

    ReadWriteType: str = "All"
    IncludeManagementEvents: bool = True


class FieldSelector(BaseModel):
    """What one field of an event must be."""

    Field: Text
    Equals: list[str] = []
    NotEquals: list[str] = []


class AdvancedEventSelector(BaseModel):
    """An advanced selector: all its fields must fit."""

    FieldSelectors: Annotated[list[FieldSelector], Field(min_length=1)]


class GetEventSelectors(BaseModel):
    """cloudtrail:GetEventSelectors."""

    TrailARN: Text
    EventSelectors: list[EventSelector] = []
    AdvancedEventSelectors: list[AdvancedEventSelector] = []


def read_trails(aws: Aws, management: str, regions: Sequence[str]) -> Page:
    """Give the trails by ARN; a region, or a trail by its ARN, that is not answered is a gap."""
    seen: dict[str, DescribedTrail] = {}

    def listed(region: str) -> Page:
        try:
            seen.update({trail.TrailARN: trail for trail in _described(aws, management, region)})
        except SkipAndNote as error:
            return gap(TRAILS, region, error.cause)
        return Page()

    unheard = read_side_by_side(regions, listed)
    trails = read_side_by_side(sorted(seen), lambda arn: _trail(aws, management, seen[arn]))
    rows, gaps = merged([unheard, Page(rows={TRAILS: {}}), trails])
    return Page(rows=rows, gaps=gaps)


def _described(aws: Aws, management: str, region: str) -> list[DescribedTrail]:
    api = aws.management("cloudtrail", management, region)
    shadows = region == REGION

    def described() -> list[DescribedTrail]:
        return api.call("DescribeTrails", DescribeTrails, missing=STRANGE, includeShadowTrails=shadows).trails

    return reached(region, "cloudtrail", described)


def _trail(aws: Aws, management: str, trail: DescribedTrail) -> Page:
    arn, home = trail.TrailARN, trail.HomeRegion
    try:
        api = aws.management("cloudtrail", management, home)
        status = answered(
            home, "cloudtrail", lambda: api.call("GetTrailStatus", GetTrailStatus, missing=STRANGE, Name=arn)
        )
        selectors = api.call("GetEventSelectors", GetEventSelectors, TrailName=arn)
    except SkipAndNote as error:
        return gap(TRAILS, arn, error.cause)
    row = Trail(
        home=home,
        is_of_organization=trail.IsOrganizationTrail,
        is_multi_region=trail.IsMultiRegionTrail,
        is_validated=trail.LogFileValidationEnabled,
        is_logging=status.IsLogging,
        events=management_events(selectors),
        log_group=trail.CloudWatchLogsLogGroupArn,
    )
    return Page(rows={TRAILS: {arn: row}})


def management_events(selectors: GetEventSelectors) -> str:
    """Tell which management events a trail records: ALL, WRITE, READ or NONE; without selectors it records all."""
    if selectors.AdvancedEventSelectors:
        recorded = _union(_of_advanced(one.FieldSelectors) for one in selectors.AdvancedEventSelectors)
    else:
        basic = selectors.EventSelectors or [EventSelector()]
        recorded = _union(READ_AND_WRITE.get(one.ReadWriteType, set()) for one in basic if one.IncludeManagementEvents)
    return "ALL" if len(recorded) > 1 else next(iter(recorded), "NONE")


def _of_advanced(fields: Iterable[FieldSelector]) -> set[str]:
    by_name: Mapping[str, FieldSelector] = {field.Field: field for field in fields}
    category, read_only = by_name.get("eventCategory"), by_name.get("readOnly")
    if category is None or category.Equals != ["Management"] or not all(_leaves_root(f) for f in by_name.values()):
        return set()
    if read_only is None:
        return {"READ", "WRITE"}
    return {{"true": "READ", "false": "WRITE"}.get(value, "") for value in read_only.Equals} - {""}


def _leaves_root(field: FieldSelector) -> bool:
    """Tell whether a field leaves in what a root user does; what may be left out by source is KMS's and RDS's data."""
    return field.Field in FIELDS_OF_ALL or (field.Field == "eventSource" and bool(field.NotEquals) and not field.Equals)


def _union(sets: Iterable[set[str]]) -> set[str]:
    return {one for found in sets for one in found}
