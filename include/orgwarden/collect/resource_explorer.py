"""What AWS Resource Explorer knows of an account, where its index of a region is complete.

A region has to have an index that AWS calls active, and the view that is asked through must leave nothing out; all else
is partial, and partial is no answer. That a region was not set up so is no news; that AWS refuses to tell is a gap. A
region without an index is never searched: the first search of a region may make AWS create one there, and a reader
makes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE, Api, Missing
from orgwarden.collect.per_service import tags_of
from orgwarden.collect.regions import answered, reached
from orgwarden.collect.resource_types import GLOBAL, type_of_arn, type_of_kind
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.collect.shortlist import WHY
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
# The states of an index that does not answer yet, or any more.
NOT_IN_USE = frozenset({"CREATING", "DELETING", "DELETED"})
TAGS = "tags"
MOST = 1000


class NotSetUp(SkipAndNote):
    """Nobody set Resource Explorer up to answer for the region: that it says nothing of it hides nothing."""


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
    """resource-explorer-2:GetDefaultView; without a view where the region has no default one."""

    ViewArn: str = ""


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
    """Resource Explorer of one account: the regions that have an index, and those that one region collects.

    ``refused`` is why AWS does not tell which these are; empty: it does.
    """

    aws: Aws
    management: str
    indexed: frozenset[str] = frozenset()
    aggregator: str = ""
    collected: frozenset[str] = frozenset()
    refused: str = ""

    def resources(self, region: str, veil: Veil) -> dict[str, Resource]:
        """Give all resources of a region, or of no region (``global``), by ARN.

        Raises ``NotSetUp`` where nobody set it up to tell, ``SkipAndNote`` where it refuses to.
        """
        if self.refused:
            raise SkipAndNote(self.refused)
        home = REGION if region == GLOBAL else region
        if home not in self.indexed:
            raise NotSetUp(f"Resource Explorer has no index of {home}")
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
            error = NotSetUp if index.State in NOT_IN_USE else SkipAndNote
            raise error(f"the index of Resource Explorer in {region} is {index.State}")

    def _whole_view(self, region: str) -> tuple[bool, str]:
        """Give whether the default view of a region shows tags, and its ARN. Raises where it leaves something out."""
        api = self.aws.management(SERVICE, self.management, region)
        arn = answered(region, SERVICE, lambda: _default_view(api))
        if not arn:
            raise NotSetUp(f"Resource Explorer has no default view in {region}")
        view = api.call("GetView", GetView, ViewArn=arn).View
        if view.Filters and view.Filters.FilterString.strip():
            raise NotSetUp(f"the default view of Resource Explorer in {region} leaves resources out")
        return any(shown.Name == TAGS for shown in view.IncludedProperties), arn

    def _listed(self, region: str, view: str, wanted: str) -> Iterator[ListedResource]:
        listing = self.aws.management(SERVICE, self.management, region).pages(
            "ListResources", ListResources, Filters={"FilterString": wanted}, MaxResults=MOST, ViewArn=view
        )
        for page, _ in listing:
            yield from page.Resources


def explorer(aws: Aws, management: str) -> Explorer:
    """Ask which regions have an index, and which of them an aggregator collects."""
    try:
        types = _types(aws, management)
        aggregator = next((region for region, type_ in types.items() if type_ == "AGGREGATOR"), "")
        collected = _collected(aws, management, aggregator) if aggregator else frozenset()
    except SkipAndNote as error:
        return Explorer(aws=aws, management=management, refused=error.cause)
    indexed = frozenset(types)
    return Explorer(aws=aws, management=management, indexed=indexed, aggregator=aggregator, collected=collected)


def _types(aws: Aws, management: str) -> Mapping[str, str]:
    """Give the type of each index, by region: any region knows those of all."""
    api = aws.management(SERVICE, management)
    pages = reached(REGION, SERVICE, lambda: [page for page, _ in api.pages("ListIndexes", ListIndexes)])
    return {index.Region: index.Type for page in pages for index in page.Indexes}


def _collected(aws: Aws, management: str, aggregator: str) -> frozenset[str]:
    index = _index(aws, management, aggregator)
    return frozenset({aggregator, *index.ReplicatingFrom}) if index.State == ACTIVE else frozenset()


def _index(aws: Aws, management: str, region: str) -> GetIndex:
    api = aws.management(SERVICE, management, region)
    return answered(region, SERVICE, lambda: api.call("GetIndex", GetIndex, missing=STRANGE))


def _default_view(api: Api) -> str:
    """Give the ARN of a region's default view; empty: it has none."""
    try:
        return api.call("GetDefaultView", GetDefaultView, missing="ResourceNotFoundException").ViewArn
    except Missing:
        return ""


def _type(listed: ListedResource) -> str:
    return listed.CfnResourceType or type_of_arn(listed.Arn) or type_of_kind(listed.ResourceType)


def _tags(listed: ListedResource, veil: Veil, *, shown: bool) -> dict[str, str] | None:
    """Give the tags; None where the view does not show them."""
    told = [one.Data for one in listed.Properties if one.Name == TAGS]
    return tags_of(told[0] or [], veil) if told else ({} if shown else None)
