"""What an organization aggregator of AWS Config knows of an account: evidence beside another witness, never alone.

A recorder may leave types and regions out, and says nowhere that an account has none of a type. So what is listed here
is there, and what is not listed may be there all the same: the aggregator adds resources, and covers no region.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, Field, ValidationError

from orgwarden.collect.actions import Action, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE, Api
from orgwarden.collect.per_service import tags_of
from orgwarden.collect.searching import first_found
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.resources import Resource
from orgwarden.privacy import Veil

WITNESS = "Config aggregator"
PRINCIPAL = "config.amazonaws.com"
ACTIONS: tuple[Action, ...] = called(
    ("config:DescribeConfigurationAggregators", "config:SelectAggregateResourceConfig"), delegated=PRINCIPAL
)
# What Config makes for its own ends of what it records.
OWN = "AWS::Config::"
MOST = 100


class OrganizationSource(BaseModel):
    """That an aggregator collects from the organization."""

    RoleArn: str = ""


class Aggregator(BaseModel):
    """One aggregator of config:DescribeConfigurationAggregators."""

    ConfigurationAggregatorName: Text
    OrganizationAggregationSource: OrganizationSource | None = None


class DescribeConfigurationAggregators(BaseModel):
    """One page of config:DescribeConfigurationAggregators."""

    ConfigurationAggregators: list[Aggregator]
    NextToken: str | None = None


class SelectAggregateResourceConfig(BaseModel):
    """One page of config:SelectAggregateResourceConfig; each result is a text of JSON."""

    Results: list[str]
    NextToken: str | None = None


class Recorded(BaseModel):
    """One result: a resource, as far as it is asked for."""

    arn: Text
    type: Text = Field(alias="resourceType")
    region: Text = Field(alias="awsRegion")
    tags: list[dict[str, str]] = []


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """Recorded resources by region and ARN, and why Config did not tell all that it has (empty: it did)."""

    rows: Mapping[str, Mapping[str, Resource]] = field(default_factory=dict)
    refused: str = ""


def recorded(aws: Aws, management: str, regions: Iterable[str], veil: Veil) -> Records:
    """Give the recorded resources of an account; none where there is no aggregator.

    Only who administers Config for the organization, or the management account, is asked for its aggregators.
    """
    found: dict[str, dict[str, Resource]] = defaultdict(dict)
    try:
        if aws.caller != management and PRINCIPAL not in aws.administers():
            return Records()
        for one in _everything(aws, management, regions):
            if not one.type.startswith(OWN):
                row = Resource(type=one.type, region=one.region, tags=tags_of(one.tags, veil))
                found[one.region][one.arn] = row
    except SkipAndNote as error:
        # What was listed until then is there.
        return Records(rows=found, refused=error.cause)
    return Records(rows=found)


def _everything(aws: Aws, management: str, regions: Iterable[str]) -> Iterator[Recorded]:
    found = first_found("config", lambda region: _aggregator(aws.here("config", region)), lambda: regions)
    if found is None:
        return
    api, name = found
    listing = api.pages(
        "SelectAggregateResourceConfig",
        SelectAggregateResourceConfig,
        Expression=f"SELECT arn, resourceType, awsRegion, tags WHERE accountId = '{management}'",
        ConfigurationAggregatorName=name,
        Limit=MOST,
    )
    for page, _ in listing:
        yield from (one for text in page.Results if (one := _parsed(text)))


def _parsed(text: str) -> Recorded | None:
    """Give a result; nothing where it does not parse, as for resources that have no ARN."""
    try:
        return Recorded.model_validate_json(text)
    except ValidationError:
        return None


def _aggregator(api: Api) -> tuple[Api, str] | None:
    """Give the region's aggregator of the organization."""
    listing = api.pages("DescribeConfigurationAggregators", DescribeConfigurationAggregators, missing=STRANGE)
    all_ = (one for page, _ in listing for one in page.ConfigurationAggregators)
    ours = (one for one in all_ if one.OrganizationAggregationSource is not None)
    return next(((api, one.ConfigurationAggregatorName) for one in ours), None)
