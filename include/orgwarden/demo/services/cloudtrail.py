"""AWS CloudTrail: moto's trails, and what it leaves out of them: shadows in members, and the selectors of a new trail.

An organization trail stands in the management account and shows in every member, in its home region and, where it
covers all regions, in each. A new trail records all management events, as AWS's selectors of it say.
"""

from collections.abc import Iterator
from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers, guards
from orgwarden.demo.state import Demo

SERVICE = "cloudtrail"
EVERYTHING = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


@guards(SERVICE, "CreateTrail", "UpdateTrail")
def refuse_members(_: Demo, call: Call) -> None:
    """Let the management account alone have a trail of the organization."""
    if call.parameters.get("IsOrganizationTrail") and call.caller.account != MANAGEMENT_ID:
        text = "Only the management account of the organization can have an organization trail."
        raise AwsError("NotOrganizationMasterAccountException", text)


@answers(SERVICE, "DescribeTrails")
def describe_trails(demo: Demo, call: Call) -> Result:
    wanted = call.parameters.get("trailNameList") or []
    with_shadows = call.parameters.get("includeShadowTrails", True)
    trails = _visible(demo, call) if with_shadows else (it for it in _visible(demo, call) if _is_home(it, call))
    listed = [it for it in trails if not wanted or it.trail_name in wanted or it.arn in wanted]
    return {"trailList": [_described(trail) for trail in listed]}


@answers(SERVICE, "ListTrails")
def list_trails(demo: Demo, call: Call) -> Result:
    everywhere = _everywhere(demo, call)
    return {"Trails": [trail.short() for trail in everywhere]}


@answers(SERVICE, "GetTrail")
def get_trail(demo: Demo, call: Call) -> Result:
    return {"Trail": _described(_named(demo, call, "Name"))}


@answers(SERVICE, "GetTrailStatus")
def get_trail_status(demo: Demo, call: Call) -> Result:
    trail = _named(demo, call, "Name")
    return dict(trail.status.description())


@answers(SERVICE, "GetEventSelectors")
def get_event_selectors(demo: Demo, call: Call) -> Result:
    trail = _named(demo, call, "TrailName")
    plain, advanced = trail.get_event_selectors()
    if advanced:
        return {"TrailARN": trail.arn, "AdvancedEventSelectors": advanced}
    return {"TrailARN": trail.arn, "EventSelectors": [{**EVERYTHING, **one} for one in plain] or [EVERYTHING]}


@answers(SERVICE, "PutEventSelectors")
def put_event_selectors(demo: Demo, call: Call) -> Result:
    trail = _named(demo, call, "TrailName")
    if trail.account_id != call.caller.account or not _is_home(trail, call):
        raise AwsError("InvalidHomeRegionException", f"The trail's home is {trail.region_name}: change it there.")
    plain, advanced = (list(call.parameters.get(key) or []) for key in ("EventSelectors", "AdvancedEventSelectors"))
    if bool(plain) == bool(advanced):
        raise AwsError("InvalidEventSelectorsException", "Give either event selectors or advanced event selectors.")
    trail.event_selectors, trail.advanced_event_selectors = plain, advanced
    key, given = ("EventSelectors", plain) if plain else ("AdvancedEventSelectors", advanced)
    return {"TrailARN": trail.arn, key: given}


def _visible(demo: Demo, call: Call) -> Iterator[Trail]:
    """Give the trails that show in a region: those at home there, and the shadows of those in all regions."""
    return (trail for trail in _everywhere(demo, call) if trail.is_multi_region or trail.region_name == call.region)


def _everywhere(demo: Demo, call: Call) -> Iterator[Trail]:
    account = call.caller.account
    yield from _of(account)
    if account != MANAGEMENT_ID and account in demo.organization.accounts:
        yield from (trail for trail in _of(MANAGEMENT_ID) if trail.is_org_trail)


def _of(account: str) -> Iterator[Trail]:
    backends = list(cloudtrail_backends[account].values())
    return (trail for backend in backends for trail in list(backend.trails.values()))


def _is_home(trail: Trail, call: Call) -> bool:
    return bool(trail.region_name == call.region)


def _named(demo: Demo, call: Call, parameter: str) -> Trail:
    """Find a trail by its name, which is known in its home region and account, or by its ARN."""
    name = call.of(parameter)
    for trail in _visible(demo, call):
        ours = trail.account_id == call.caller.account and _is_home(trail, call)
        if trail.arn == name or (ours and trail.trail_name == name):
            return trail
    text = f"Unknown trail: {name} for the user: {call.caller.account}"
    raise AwsError("TrailNotFoundException", text)


def _described(trail: Trail) -> dict[str, Any]:
    told = {key: value for key, value in trail.description(include_region=True).items() if value is not None}
    return {**told, "HasCustomEventSelectors": bool(trail.event_selectors or trail.advanced_event_selectors)}
