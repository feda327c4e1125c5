"""Answers about single regions in which moto differs from AWS: EC2's regions, S3's regions of buckets, Lightsail's.

An account sees the regions that it has enabled, a listing of buckets says where each is, and Lightsail, which moto
lacks, holds nothing.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventPattern, EventPatternParser
from moto.s3.models import s3_backends

from orgwarden.demo.amending import Answered, amends
from orgwarden.demo.calls import Call
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.account import ALWAYS_ON, OPTED_OUT, opt_status
from orgwarden.demo.state import Demo

EMPTY: Mapping[str, str] = {
    "GetBuckets": "buckets",
    "GetContainerServices": "containerServices",
    "GetDisks": "disks",
    "GetDistributions": "distributions",
    "GetInstances": "instances",
    "GetLoadBalancers": "loadBalancers",
    "GetRelationalDatabases": "relationalDatabases",
    "GetStaticIps": "staticIps",
}
OPT_IN = {"ENABLED_BY_DEFAULT": "opt-in-not-required", "ENABLED": "opted-in", "DISABLED": "not-opted-in"}


@answers("lightsail", *EMPTY)
def lightsail(_: Demo, call: Call) -> Result:
    return {EMPTY[call.operation]: []}


@amends("ec2", "DescribeRegions")
def describe_regions(demo: Demo, call: Call, told: Answered) -> Answered:
    """Show the regions that the account has enabled, or all where it asks for all."""
    everything = str(call.parameters.get("AllRegions", "")).lower() == "true"
    shown = [_opted(demo, call, one) for one in told.get("Regions", []) if one["RegionName"] in ALWAYS_ON + OPTED_OUT]
    return {"Regions": [one for one in shown if everything or one["OptInStatus"] != OPT_IN["DISABLED"]]}


def _opted(demo: Demo, call: Call, region: Mapping[str, Any]) -> dict[str, Any]:
    status = opt_status(demo, call.caller.account, region["RegionName"])
    return {**region, "OptInStatus": OPT_IN[status]}


@amends("s3", "ListBuckets")
def list_buckets(_: Demo, call: Call, told: Answered) -> Answered:
    """Say where each bucket is."""
    buckets = s3_backends[call.caller.account]["aws"].buckets
    listed = [{**one, "BucketRegion": buckets[one["Name"]].region_name} for one in told.get("Buckets") or []]
    return {**told, "Buckets": listed}


@answers("events", "TestEventPattern")
def matched(_: Demo, call: Call) -> Result:
    try:
        event, pattern = json.loads(call.of("Event")), EventPatternParser(call.of("EventPattern")).parse()
    except (ValueError, AttributeError, InvalidEventPatternException):
        raise AwsError("InvalidEventPatternException", "Event pattern or event is not valid.") from None
    return {"Result": EventPattern(call.of("EventPattern"), pattern).matches_event(event)}
