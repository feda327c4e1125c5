"""What AWS Resource Explorer knows of an account, where its index of a region is complete.

A region has to have an index that AWS calls active, and the view that is asked through must leave nothing out; all else
is partial, and partial is no answer. A region without an index is never
searched: the first search of a region may make AWS create one there, and a reader makes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE
from orgwarden.collect.per_service import WHY, answered, reached, tags_of
from orgwarden.collect.resource_types import GLOBAL, type_of_arn, type_of_kind
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.resources import Resource
from orgwarden.privacy import Veil

WITNESS = "Resource Explorer"
SERVICE = "resource-explorer-2"
ACTIONS: tuple[Action, ...] = called(
    tuple(f"{SERVICE}:{name}" for name in ("GetDefaultView", "GetIndex", "GetView", "ListIndexes", "ListResources")),
    side=Side.MANAGEMENT,
    why=WHY,
)
# Parts of other resources, which nobody would remove by themselves.
NO_RESOURCES = frozenset({"ec2:security-group-rule"})
ACTIVE = "ACTIVE"
TAGS = "tags"
MOST = 1000


class ListedIndex(BaseModel):
    """One index of resource-explorer-2:ListIndexes."""

    Region: Text
    Type: str = ""


class ListIndexes(BaseModel):
    """One page of resource-explorer-2:ListIndexes."""

    Indexes: list[ListedIndex]
    NextToken: str | None = None


class GetIndex(BaseModel):
    """resource-explorer-2:GetIndex."""

    State: Text
    ReplicatingFrom: list[str] = []


class GetDefaultView(BaseModel):
    """resource-explorer-2:GetDefaultView."""

    ViewArn: Text


class ViewFilters(BaseModel):
    """What a view lets through."""

    FilterString: str = ""


class Property(BaseModel):
    """A property that a view shows, or a resource has."""

    Name: Text
    Data: Any = None


class View(BaseModel):
    """A view."""

    ViewArn: Text
    Filters: ViewFilters | None = None
    IncludedProperties: list[Property] = []


class GetView(BaseModel):
    """resource-explorer-2:GetView."""

    View: View


class ListedResource(BaseModel):
    """One resource of resource-explorer-2:ListResources."""

    Arn: Text
    OwningAccountId: Text
    Region: Text
    ResourceType: str = ""
    CfnResourceType: str | None = None
    Properties: list[Property] = []


class ListResources(BaseModel):
    """One page of resource-explorer-2:ListResources."""

    Resources: list[ListedResource]
    NextToken: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explorer:
    """Resource Explorer of one account: the regions that have an index, and those that one region collects."""

    aws: Aws
    management: str
    indexed: frozenset[str]
    aggregator: str
    collected: frozenset[str]

    def resources(self, region: str, veil: Veil) -> dict[str, Resource]:
        """Give all resources of a region, or of no region (``global``), by ARN. Raises ``SkipAndNote``."""
        home = REGION if region == GLOBAL else region
        if home not in self.indexed:
            raise SkipAndNote(f"Resource Explorer has no index of {home}")
        self._refuse_unless_active(home)
        place = self.aggregator if home in self.collected else home
        shows_tags, view = self._whole_view(place)
        listed = self._listed(place, view, f"accountid:{self.management} region:{region}")
        return {
            one.Arn: Resource(type=_type(one), region=region, tags=_tags(one, veil, shown=shows_tags))
            for one in listed
            if (one.OwningAccountId, one.Region) == (self.management, region) and one.ResourceType not in NO_RESOURCES
        }

    def _refuse_unless_active(self, region: str) -> None:
        index = _index(self.aws, self.management, region)
        if index.State != ACTIVE:
            raise SkipAndNote(f"the index of Resource Explorer in {region} is {index.State}")

    def _whole_view(self, region: str) -> tuple[bool, str]:
        """Give whether the default view of a region shows tags, and its ARN. Raises where it leaves something out."""
        api = self.aws.management(SERVICE, self.management, region)
        arn = answered(region, SERVICE, lambda: api.call("GetDefaultView", GetDefaultView, missing=STRANGE)).ViewArn
        view = api.call("GetView", GetView, ViewArn=arn).View
        if view.Filters and view.Filters.FilterString.strip():
            raise SkipAndNote(f"the default view of Resource Explorer in {region} leaves resources out")
        return any(shown.Name == TAGS for shown in view.IncludedProperties), arn

    def _listed(self, region: str, view: str, wanted: str) -> Iterator[ListedResource]:
        listing = self.aws.management(SERVICE, self.management, region).pages(
            "ListResources", ListResources, Filters={"FilterString": wanted}, MaxResults=MOST, ViewArn=view
        )
        for page, _ in listing:
            yield from page.Resources


def explorer(aws: Aws, management: str) -> Explorer:
    """Ask which regions have an index, and which of them an aggregator collects; one that is refused has none."""
    try:
        types = _types(aws, management)
    except SkipAndNote:
        types = {}
    aggregator = next((region for region, type_ in types.items() if type_ == "AGGREGATOR"), "")
    return Explorer(
        aws=aws,
        management=management,
        indexed=frozenset(types),
        aggregator=aggregator,
        collected=_collected(aws, management, aggregator) if aggregator else frozenset(),
    )


def _types(aws: Aws, management: str) -> Mapping[str, str]:
    """Give the type of each index, by region: any region knows those of all."""
    api = aws.management(SERVICE, management)
    pages = reached(REGION, SERVICE, lambda: [page for page, _ in api.pages("ListIndexes", ListIndexes)])
    return {index.Region: index.Type for page in pages for index in page.Indexes}


def _collected(aws: Aws, management: str, aggregator: str) -> frozenset[str]:
    try:
        index = _index(aws, management, aggregator)
    except SkipAndNote:
        return frozenset()
    return frozenset({aggregator, *index.ReplicatingFrom}) if index.State == ACTIVE else frozenset()


def _index(aws: Aws, management: str, region: str) -> GetIndex:
    api = aws.management(SERVICE, management, region)
    return answered(region, SERVICE, lambda: api.call("GetIndex", GetIndex, missing=STRANGE))


def _type(listed: ListedResource) -> str:
    return listed.CfnResourceType or type_of_arn(listed.Arn) or type_of_kind(listed.ResourceType)


def _tags(listed: ListedResource, veil: Veil, *, shown: bool) -> dict[str, str] | None:
    """Give the tags; None where the view does not show them."""
    told = [one.Data for one in listed.Properties if one.Name == TAGS]
    return tags_of(told[0] or [], veil) if told else ({} if shown else None)
