"""The Resource Groups Tagging API: what is tagged in a region, and the accounts of the organization in us-east-1."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.resource_tagging import make_tag_matcher, match_resource_type

from orgwarden.demo import inventory
from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.paging import Paging, cut, refusing
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "resourcegroupstaggingapi"
HOME, ACCOUNT = "us-east-1", "organizations:account"
PAGING = Paging(
    mark="PaginationToken",
    size="ResourcesPerPage",
    usual=100,
    largest=100,
    refused=refusing("PaginationTokenExpiredException", "InvalidParameterException"),
)
Tagged = tuple[str, str, Mapping[str, str]]


@answers(SERVICE, "GetResources")
def get_resources(demo: Demo, call: Call) -> Result:
    wanted, kinds = call.parameters.get("ResourceARNList"), call.parameters.get("ResourceTypeFilters")
    matches = make_tag_matcher(call.parameters.get("TagFilters"))
    listed = [
        (arn, tags)
        for kind, arn, tags in _tagged(demo, call)
        if tags and match_resource_type(kind, kinds) and matches(dict(tags)) and (not wanted or arn in wanted)
    ]
    shown, token = cut(call, listed, by=PAGING)
    mappings = [{"ResourceARN": arn, "Tags": _described(tags)} for arn, tags in shown]
    return {"ResourceTagMappingList": mappings, "PaginationToken": token}


def _tagged(demo: Demo, call: Call) -> Iterator[Tagged]:
    for one in inventory.held(call.caller.account, call.region):
        yield one.type.partition("/")[0], one.arn, one.tags
    if call.region == HOME and call.caller.account == MANAGEMENT_ID:
        for account in demo.organization.accounts.values():
            yield ACCOUNT, demo.organization.arn("account", account.id), account.tags


def _described(tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
