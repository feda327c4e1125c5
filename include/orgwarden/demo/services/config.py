"""AWS Config: what an aggregator finds in the accounts and regions that record, which is what moto holds there.

moto keeps recorders and aggregators; an aggregator knows of an account and a region only what is recorded there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from moto.config.models import config_backends

from orgwarden.demo import inventory
from orgwarden.demo.calls import Call
from orgwarden.demo.inventory import Held
from orgwarden.demo.paging import Paging, page, refusing
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "config"
GROUPS = {"RESOURCE_TYPE": "resourceType", "ACCOUNT_ID": "accountId", "AWS_REGION": "awsRegion"}
SELECT = re.compile(r"\s*select\s+(?P<fields>.+?)(?:\s+where\s+(?P<where>.+?))?\s*;?\s*", re.IGNORECASE | re.DOTALL)
EQUALS = re.compile(r"([\w.]+)\s*=\s*'([^']*)'")
AND = re.compile(r"\s+and\s+", re.IGNORECASE)
FIELDS = (*GROUPS.values(), "resourceId", "resourceName", "arn", "tags")
REFUSED = refusing("InvalidNextTokenException", "InvalidLimitException")
PAGING = Paging(size="Limit", usual=100, largest=100, least=0, refused=REFUSED)


@answers(SERVICE, "GetAggregateDiscoveredResourceCounts")
def count(demo: Demo, call: Call) -> Result:
    wanted = call.parameters.get("Filters") or {}
    filters = {"resourceType": wanted.get("ResourceType"), "accountId": wanted.get("AccountId")}
    rows = _rows(demo, call, {**filters, "awsRegion": wanted.get("Region")})
    told: dict[str, Any] = {"TotalDiscoveredResources": len(rows)}
    group = call.of("GroupByKey")
    if group not in GROUPS:
        return told
    counts = sorted(Counter(str(row[GROUPS[group]]) for row in rows).items())
    listed = [{"GroupName": name, "ResourceCount": number} for name, number in counts]
    return {**told, "GroupByKey": group, **_page(call, "GroupedResourceCounts", listed)}


@answers(SERVICE, "SelectAggregateResourceConfig")
def select(demo: Demo, call: Call) -> Result:
    asked = SELECT.fullmatch(call.of("Expression"))
    if asked is None:
        raise AwsError("InvalidExpressionException", "The syntax of the query is incorrect.")
    fields = [name.strip() for name in asked["fields"].split(",")]
    _refuse_unless_known(fields, FIELDS)
    rows = _rows(demo, call, _wanted(asked["where"]))
    chosen = [json.dumps({name: row[name] for name in fields}) for row in rows]
    told = {"QueryInfo": {"SelectFields": [{"Name": name} for name in fields]}}
    return {**told, **_page(call, "Results", chosen)}


def _wanted(where: str | None) -> dict[str, str]:
    """Read a condition that is made of equalities, each of which must hold."""
    said = [(text, EQUALS.fullmatch(text)) for text in AND.split(where.strip())] if where else []
    _refuse_unless_known([found[1] if found else text for text, found in said], tuple(GROUPS.values()))
    pairs = [(found[1], found[2]) for _, found in said if found]
    return dict(pairs)


def _refuse_unless_known(asked: list[str], known: tuple[str, ...]) -> None:
    strange = [name for name in asked if name not in known]
    if strange:
        text = f"The demo organization understands {', '.join(known)} there, not {strange[0]}."
        raise AwsError("InvalidExpressionException", text)


def _rows(demo: Demo, call: Call, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    rows = (_row(one) for one in _recorded(demo, call))
    asked = {key: value for key, value in wanted.items() if value}
    return [row for row in rows if asked.items() <= {key: row[key] for key in asked}.items()]


def _row(one: Held) -> dict[str, Any]:
    return {
        "accountId": one.account,
        "awsRegion": one.region,
        "resourceType": one.cfn_type,
        "resourceId": one.id,
        "resourceName": one.id,
        "arn": one.arn,
        "tags": [{"key": key, "value": value, "tag": f"{key}={value}"} for key, value in one.tags.items()],
    }


def _recorded(demo: Demo, call: Call) -> Iterator[Held]:
    aggregators = config_backends[call.caller.account][call.region].config_aggregators
    aggregator = aggregators.get(call.of("ConfigurationAggregatorName"))
    if aggregator is None:
        raise AwsError("NoSuchConfigurationAggregatorException", "The configuration aggregator does not exist.")
    whole = aggregator.organization_aggregation_source
    pairs: list[tuple[Any, list[str]]] = [(whole, list(demo.organization.accounts))] if whole else []
    pairs += [(source, list(source.account_ids)) for source in aggregator.account_aggregation_sources or []]
    for source, accounts in pairs:
        for account in accounts:
            for region in _recording(account):
                if not source.aws_regions or region in source.aws_regions:
                    yield from inventory.held(account, region)


def _recording(account: str) -> list[str]:
    if account not in config_backends:
        return []
    regions = config_backends[account].items()
    recorders = ((region, backend.recorders.values()) for region, backend in list(regions))
    return sorted(region for region, held in recorders if any(one.status.recording for one in held))


def _page(call: Call, key: str, listed: list[Any]) -> dict[str, Any]:
    by = replace(PAGING, size="MaxResults") if call.parameters.get("MaxResults") else PAGING
    return page(call, key, listed, lambda told: told, by=by)
