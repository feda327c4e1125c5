"""AWS Control Tower: its landing zone, and the accounts and units on which its baseline is enabled.

There is none until ``kept["control_tower"]`` says so by PATCH /demo/state: ``{"version": "3.3", "drift": "IN_SYNC",
"status": "ACTIVE", "enrolled": ["ou-…", "111111111111"]}``; ``enrolled`` may also name a status by id.

The accounts right in an enrolled unit are its children, and inherit its baseline and its status; those in
``not_enrolled`` came into the unit past Control Tower and have none. Children are listed only where they are asked for.
"""

from collections.abc import Mapping
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "controltower"
PAGING = Paging(mark="nextToken", size="maxResults", usual=100, largest=100)
LATEST = "3.3"
BASELINE_VERSION = "4.0"
BASELINES = {
    "17BSJV3IGJ2QSGA2": "AWSControlTowerBaseline",
    "LN25R72TTG6IGPTQ": "IdentityCenterBaseline",
    "J8HX46AHS5MIKQPD": "LogArchiveBaseline",
    "4T4HA1KMO10S6311": "AuditBaseline",
}
CONTROL_TOWER_BASELINE = "17BSJV3IGJ2QSGA2"


@answers(SERVICE, "ListLandingZones")
def list_landing_zones(demo: Demo, call: Call) -> Result:
    _refuse_others(call)
    return {"landingZones": [{"arn": _zone_arn(call)}] if _zone(demo) else []}


@answers(SERVICE, "GetLandingZone")
def get_landing_zone(demo: Demo, call: Call) -> Result:
    _refuse_others(call)
    zone, arn = _zone(demo), _zone_arn(call)
    if not zone or call.of("landingZoneIdentifier") not in (arn, arn.rpartition("/")[2]):
        raise AwsError("ResourceNotFoundException", "AWS Control Tower could not find the landing zone.")
    told = {
        "arn": arn,
        "version": str(zone.get("version", LATEST)),
        "latestAvailableVersion": LATEST,
        "status": str(zone.get("status", "ACTIVE")),
        "driftStatus": {"status": str(zone.get("drift", "IN_SYNC"))},
        "manifest": {"governedRegions": [call.region]},
    }
    return {"landingZone": told}


@answers(SERVICE, "ListBaselines")
def list_baselines(_: Demo, call: Call) -> Result:
    _refuse_others(call)
    return {"baselines": [{"arn": _baseline_arn(call, id_), "name": name} for id_, name in BASELINES.items()]}


@answers(SERVICE, "ListEnabledBaselines")
def list_enabled_baselines(demo: Demo, call: Call) -> Result:
    _refuse_others(call)
    wanted, with_children = call.parameters.get("filter") or {}, bool(call.parameters.get("includeChildren"))
    enabled = (_described(demo, call, id_, status) for id_, status in _enrolled(demo).items())
    listed = [one for one in enabled if _fits(one, wanted) and (with_children or "parentIdentifier" not in one)]
    return page(call, "enabledBaselines", listed, dict, by=PAGING)


def _fits(one: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    held = {
        "targetIdentifiers": one["targetIdentifier"],
        "baselineIdentifiers": one["baselineIdentifier"],
        "parentIdentifiers": one.get("parentIdentifier"),
        "statuses": one["statusSummary"]["status"],
    }
    return all(value in wanted[key] for key, value in held.items() if wanted.get(key))


def _described(demo: Demo, call: Call, id_: str, status: str) -> dict[str, Any]:
    told = {
        "arn": _enabled_arn(call, id_),
        "baselineIdentifier": _baseline_arn(call, CONTROL_TOWER_BASELINE),
        "baselineVersion": BASELINE_VERSION,
        "targetIdentifier": demo.organization.arn_of(id_),
        "statusSummary": {"status": status},
    }
    account = demo.organization.accounts.get(id_)
    is_child = account is not None and account.parent in _named(demo)
    return {**told, "parentIdentifier": _enabled_arn(call, account.parent)} if account and is_child else told


def _enrolled(demo: Demo) -> dict[str, str]:
    """Give the status of each enrolled unit and account: its own, else that of the unit that it stands in."""
    named, strangers = _named(demo), _zone(demo).get("not_enrolled") or ()
    inside = {
        one.id: status
        for id_, status in named.items()
        if id_ in demo.organization.units
        for one in demo.organization.accounts_in(id_)
        if one.id not in strangers
    }
    return {**inside, **named}


def _named(demo: Demo) -> dict[str, str]:
    enrolled = _zone(demo).get("enrolled") or {}
    told = dict(enrolled) if isinstance(enrolled, Mapping) else dict.fromkeys(enrolled, "SUCCEEDED")
    return {id_: str(status) for id_, status in told.items() if id_ in demo.organization.attached}


def _zone(demo: Demo) -> Mapping[str, Any]:
    zone: Mapping[str, Any] = demo.kept.get("control_tower") or {}
    return zone


def _zone_arn(call: Call) -> str:
    return f"arn:aws:controltower:{call.region}:{MANAGEMENT_ID}:landingzone/1A2B3C4D5E6F7G8H"


def _enabled_arn(call: Call, id_: str) -> str:
    made = f"XAJ{id_.replace('-', '').upper():0>13}"[-16:]
    return f"arn:aws:controltower:{call.region}:{MANAGEMENT_ID}:enabledbaseline/{made}"


def _baseline_arn(call: Call, id_: str) -> str:
    return f"arn:aws:controltower:{call.region}::baseline/{id_}"


def _refuse_others(call: Call) -> None:
    if call.caller.account != MANAGEMENT_ID:
        text = f"User: {call.caller.arn} is not authorized to perform: controltower:{call.operation}"
        raise AwsError("AccessDeniedException", text)
