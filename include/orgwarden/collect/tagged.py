"""The tagged resources of an account, as the Resource Groups Tagging API knows them: tags, and what no other list has.

It tells what is or was tagged, and some of it for a while after it is gone, so it stands beside another witness: it
covers no region.
"""

from typing import Any

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE
from orgwarden.collect.per_service import tags_of
from orgwarden.collect.regions import reached
from orgwarden.collect.resource_types import ARN, GLOBAL, type_of_arn
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.collect.shortlist import WHY
from orgwarden.parts.resources import Resource
from orgwarden.privacy import Veil

WITNESS = "tagging API"
SERVICE = "resourcegroupstaggingapi"
ACTIONS: tuple[Action, ...] = called((f"{SERVICE}:GetResources",), side=Side.MANAGEMENT, why=WHY)
TOKENS = ("PaginationToken", "PaginationToken")
MOST = 100


class TaggedResource(BaseModel):
    """One resource of resourcegroupstaggingapi:GetResources."""

    ResourceARN: Text
    Tags: list[dict[str, Any]] = []


class GetResources(BaseModel):
    """One page of resourcegroupstaggingapi:GetResources."""

    ResourceTagMappingList: list[TaggedResource]
    PaginationToken: str | None = None


def tagged(aws: Aws, management: str, region: str, veil: Veil) -> dict[str, Resource]:
    """Give the tagged resources of a region (or those in none, ``global``), by ARN. Raises ``SkipAndNote``."""
    place = REGION if region == GLOBAL else region
    api = aws.management(SERVICE, management, place)

    def pages() -> list[GetResources]:
        listing = api.pages("GetResources", GetResources, tokens=TOKENS, missing=STRANGE, ResourcesPerPage=MOST)
        return [page for page, _ in listing]

    listed = (one for page in reached(place, SERVICE, pages) for one in page.ResourceTagMappingList)
    return {
        one.ResourceARN: Resource(
            type=type_of_arn(one.ResourceARN),
            region=region,
            tags=tags_of(one.Tags, veil),
        )
        for one in listed
        if _place(one.ResourceARN, place) == region
    }


def _place(arn: str, asked: str) -> str:
    """Give the region of an ARN; a bucket names none, and is where it was asked for."""
    found = ARN.fullmatch(arn)
    if not found:
        return ""
    return str(found["region"]) or (asked if found["service"] == "s3" else GLOBAL)
