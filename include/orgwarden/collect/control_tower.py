"""Reads Control Tower: its landing zone, and on which accounts and units its baselines are enabled.

Only the management account may ask, in the landing zone's home Region, which nothing tells but the landing zone.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE
from orgwarden.collect.listing import listed
from orgwarden.collect.searching import Regions, first_found
from orgwarden.collect.sessions import Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import ENROLLED, LANDING_ZONE, LandingZone
from orgwarden.snapshot import Page, Staging, whole_part_gaps

PARTS = (LANDING_ZONE, ENROLLED)
ACTIONS: tuple[Action, ...] = called(
    ("controltower:GetLandingZone", "controltower:ListEnabledBaselines", "controltower:ListLandingZones"),
    side=Side.MANAGEMENT,
    why="Control Tower answers the management account alone",
)
NOT_LOOKED_AT = "not looked at: switch it on with structure.control_tower in the baseline"
TOKENS = ("nextToken", "next_token")
# From good to bad: of several baselines on one target the worst is told; a status that is not known is the worst.
STATUSES = ("SUCCEEDED", "UNDER_CHANGE", "FAILED")


class Answer(BaseModel):
    """An answer of Control Tower, whose fields begin with a small letter."""

    model_config = ConfigDict(alias_generator=to_camel)


class ListedLandingZone(Answer):
    """One landing zone of controltower:ListLandingZones."""

    arn: Annotated[str, Field(pattern=r"^arn:[^:]+:controltower:[^:]+:")]


class ListLandingZones(Answer):
    """One page of controltower:ListLandingZones; there is one landing zone at most."""

    landing_zones: list[ListedLandingZone]
    next_token: str | None = None


class DriftStatus(Answer):
    """Whether a landing zone is as it was set up."""

    status: Literal["DRIFTED", "IN_SYNC"]


class DescribedLandingZone(Answer):
    """What controltower:GetLandingZone says."""

    version: Text
    drift_status: DriftStatus


class GetLandingZone(Answer):
    """controltower:GetLandingZone."""

    landing_zone: DescribedLandingZone


class StatusSummary(Answer):
    """How the enabling of a baseline went."""

    status: Text


class EnabledBaseline(Answer):
    """One baseline that is enabled on a target, which is an ARN of AWS Organizations."""

    target_identifier: Text
    status_summary: StatusSummary


class ListEnabledBaselines(Answer):
    """One page of controltower:ListEnabledBaselines."""

    enabled_baselines: list[EnabledBaseline]
    next_token: str | None = None


def read_control_tower(staging: Staging, *, aws: Aws, management: str, regions: Regions, is_wanted: bool) -> None:
    """Stage the landing zone and what is enrolled; where it is not wanted no call is made, and both are gaps."""
    if staging.pages("control-tower"):
        return
    if not is_wanted:
        staging.put("control-tower", 1, Page(gaps=whole_part_gaps(PARTS, NOT_LOOKED_AT)))
        return
    try:
        arn = first_found("controltower", lambda region: _landing_zone(aws, management, region), regions)
    except (SkipAndNote, RetryLater) as error:
        staging.put("control-tower", 1, Page(gaps=whole_part_gaps(PARTS, str(error))))
        return
    if arn is None:
        staging.put("control-tower", 1, Page(rows={LANDING_ZONE: {EVERYTHING: None}, ENROLLED: {}}))
        return
    enrolled = _enrolled(aws, management, arn)
    described = _described(aws, management, arn)
    page = Page(rows={**described.rows, **enrolled.rows}, gaps={**described.gaps, **enrolled.gaps})
    staging.put("control-tower", 1, page)


def _landing_zone(aws: Aws, management: str, region: str) -> str | None:
    """Give the ARN of the landing zone of a Region, or None."""
    api = aws.management("controltower", management, region)
    listing = api.pages("ListLandingZones", ListLandingZones, tokens=TOKENS, missing=STRANGE)
    return next((zone.arn for page, _ in listing for zone in page.landing_zones), None)


def _described(aws: Aws, management: str, arn: str) -> Page:
    try:
        api = aws.management("controltower", management, _region(arn))
        found = api.call("GetLandingZone", GetLandingZone, landingZoneIdentifier=arn).landing_zone
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((LANDING_ZONE,), error.cause))
    row = LandingZone(version=found.version, drift=found.drift_status.status)
    return Page(rows={LANDING_ZONE: {EVERYTHING: row}})


def _enrolled(aws: Aws, management: str, arn: str) -> Page:
    worst: dict[str, str] = {}

    def rows(page: ListEnabledBaselines) -> dict[str, str]:
        for one in page.enabled_baselines:
            target, status = one.target_identifier.rpartition("/")[2], one.status_summary.status
            worst[target] = max(worst.get(target, status), status, key=_badness)
        return worst

    api = aws.management("controltower", management, _region(arn))
    # Accounts inherit the baselines of their units, and are listed only where children are asked for.
    return listed(
        api, "ListEnabledBaselines", ListEnabledBaselines, ENROLLED, rows, tokens=TOKENS, includeChildren=True
    )


def _badness(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else len(STATUSES)


def _region(arn: str) -> str:
    """Give the Region of an ARN ``arn:aws:controltower:eu-west-1:111111111111:landingzone/…``."""
    return arn.split(":")[3]
