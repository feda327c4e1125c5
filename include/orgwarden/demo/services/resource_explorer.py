"""AWS Resource Explorer: indexes, views, and what they find, which is what moto holds.

No region has an index until CreateIndex makes one; a search goes through a view, and where neither the call nor the
region names one, AWS answers 401 ``UnauthorizedException``. An aggregator index finds what all indexes find.
"""

from collections.abc import Callable, Mapping
from typing import Any

from orgwarden.demo import inventory
from orgwarden.demo.calls import Call
from orgwarden.demo.inventory import Held
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "resource-explorer-2"
PRINCIPAL = "resource-explorer-2.amazonaws.com"
MOST_FOUND, MOST_MEMBERS = 1000, 10
PAGING = Paging(usual=1000, largest=1000)
AGGREGATOR, LOCAL = "AGGREGATOR", "LOCAL"
Place = dict[str, Any]


def _places(demo: Demo, account: str) -> dict[str, Place]:
    """Give what an account has set up, by region: its index, its views and which of them is the default."""
    places: dict[str, Place] = demo.kept.setdefault("resource_explorer", {}).setdefault(account, {})
    return places


def _here(demo: Demo, call: Call) -> Place:
    places = _places(demo, call.caller.account)
    if call.region not in places:
        raise AwsError("ResourceNotFoundException", f"There is no index in {call.region}.")
    return places[call.region]


def _page(call: Call, key: str, listed: list[Any]) -> dict[str, Any]:
    return page(call, key, listed, lambda told: told, by=PAGING)


# -- indexes


@answers(SERVICE, "CreateIndex")
def create_index(demo: Demo, call: Call) -> Result:
    places = _places(demo, call.caller.account)
    if call.region in places:
        raise AwsError("ConflictException", "An index already exists in this Region.")
    arn = _arn(demo, call, "index")
    tags = dict(call.parameters.get("Tags") or {})
    places[call.region] = {"arn": arn, "type": LOCAL, "created": now(), "tags": tags, "views": {}, "default": ""}
    return {"Arn": arn, "State": "CREATING", "CreatedAt": places[call.region]["created"]}


@answers(SERVICE, "GetIndex")
def get_index(demo: Demo, call: Call) -> Result:
    here = _here(demo, call)
    others = [region for region in _places(demo, call.caller.account) if region != call.region]
    told = {"Arn": here["arn"], "Type": here["type"], "State": "ACTIVE", "CreatedAt": here["created"]}
    return {**told, "Tags": here["tags"], "ReplicatingFrom": others if here["type"] == AGGREGATOR else []}


@answers(SERVICE, "UpdateIndexType")
def update_index_type(demo: Demo, call: Call) -> Result:
    here, kind = _named_index(demo, call), call.of("Type")
    others = [place for place in _places(demo, call.caller.account).values() if place is not here]
    if kind == AGGREGATOR and any(place["type"] == AGGREGATOR for place in others):
        raise AwsError("ConflictException", "There is an aggregator index in another Region already.")
    here["type"] = kind
    return {"Arn": here["arn"], "Type": kind, "State": "UPDATING", "LastUpdatedAt": now()}


@answers(SERVICE, "DeleteIndex")
def delete_index(demo: Demo, call: Call) -> Result:
    here = _named_index(demo, call)
    del _places(demo, call.caller.account)[call.region]
    return {"Arn": here["arn"], "State": "DELETING", "LastUpdatedAt": now()}


@answers(SERVICE, "ListIndexes")
def list_indexes(demo: Demo, call: Call) -> Result:
    regions, kind = call.parameters.get("Regions"), call.of("Type")
    listed = [
        _described_index(region, place)
        for region, place in sorted(_places(demo, call.caller.account).items())
        if (not regions or region in regions) and kind in ("", place["type"])
    ]
    return _page(call, "Indexes", listed)


@answers(SERVICE, "ListIndexesForMembers")
def list_indexes_for_members(demo: Demo, call: Call) -> Result:
    wanted = list(call.parameters.get("AccountIdList") or ())
    administers = PRINCIPAL in demo.organization.delegated.get(call.caller.account, {})
    if call.caller.account != MANAGEMENT_ID and not administers:
        raise _denied(call)
    if not 1 <= len(wanted) <= MOST_MEMBERS:
        raise AwsError("ValidationException", f"AccountIdList takes 1 to {MOST_MEMBERS} accounts.")
    listed = [
        {**_described_index(region, place), "AccountId": account}
        for account in wanted
        for region, place in sorted(_places(demo, account).items())
    ]
    return _page(call, "Indexes", listed)


def _described_index(region: str, place: Place) -> dict[str, str]:
    return {"Region": region, "Arn": place["arn"], "Type": place["type"]}


def _named_index(demo: Demo, call: Call) -> Place:
    here = _here(demo, call)
    if here["arn"] != call.of("Arn"):
        raise AwsError("ResourceNotFoundException", "There is no such index in this Region.")
    return here


# -- views


@answers(SERVICE, "CreateView")
def create_view(demo: Demo, call: Call) -> Result:
    places, name = _places(demo, call.caller.account), call.of("ViewName")
    if call.region not in places:
        raise AwsError("ValidationException", f"There is no index in {call.region}: create it first.")
    views = places[call.region]["views"]
    if any(view["ViewName"] == name for view in views.values()):
        raise AwsError("ConflictException", "A view with that name already exists.")
    arn = _arn(demo, call, f"view/{name}")
    views[arn] = {
        "ViewArn": arn,
        "ViewName": name,
        "Owner": call.caller.account,
        "LastUpdatedAt": now(),
        "Scope": call.of("Scope") or f"arn:aws:iam::{call.caller.account}:root",
        "IncludedProperties": call.parameters.get("IncludedProperties") or [],
        "Filters": call.parameters.get("Filters") or {"FilterString": ""},
    }
    return {"View": views[arn]}


@answers(SERVICE, "GetView")
def get_view(demo: Demo, call: Call) -> Result:
    return {"View": _view(demo, call), "Tags": {}}


@answers(SERVICE, "DeleteView")
def delete_view(demo: Demo, call: Call) -> Result:
    view, here = _view(demo, call), _here(demo, call)
    del here["views"][view["ViewArn"]]
    here["default"] = "" if here["default"] == view["ViewArn"] else here["default"]
    return {"ViewArn": view["ViewArn"]}


@answers(SERVICE, "ListViews")
def list_views(demo: Demo, call: Call) -> Result:
    return _page(call, "Views", list(_places(demo, call.caller.account).get(call.region, {}).get("views", {})))


@answers(SERVICE, "AssociateDefaultView")
def associate_default_view(demo: Demo, call: Call) -> Result:
    _here(demo, call)["default"] = _view(demo, call)["ViewArn"]
    return {"ViewArn": call.of("ViewArn")}


@answers(SERVICE, "DisassociateDefaultView")
def disassociate_default_view(demo: Demo, call: Call) -> Result:
    _here(demo, call)["default"] = ""
    return None


@answers(SERVICE, "GetDefaultView")
def get_default_view(demo: Demo, call: Call) -> Result:
    default = _here(demo, call)["default"]
    return {"ViewArn": default} if default else {}


def _view(demo: Demo, call: Call) -> Mapping[str, Any]:
    views: Mapping[str, Mapping[str, Any]] = _here(demo, call)["views"]
    if call.of("ViewArn") not in views:
        raise AwsError("ResourceNotFoundException", "There is no such view in this Region.")
    return views[call.of("ViewArn")]


# -- what they find


def _service(one: Held) -> str:
    return one.type.partition(":")[0]


FILTERS: Mapping[str, Callable[[Held], str]] = {
    "accountid": lambda one: one.account,
    "region": lambda one: one.region,
    "resourcetype": lambda one: one.type,
    "service": _service,
}


@answers(SERVICE, "ListResources")
def list_resources(demo: Demo, call: Call) -> Result:
    view, found = _found(demo, call, str((call.parameters.get("Filters") or {}).get("FilterString", "")))
    return {**_page(call, "Resources", found), "ViewArn": view}


@answers(SERVICE, "Search")
def search(demo: Demo, call: Call) -> Result:
    view, found = _found(demo, call, call.of("QueryString"))
    count = {"TotalResources": min(len(found), MOST_FOUND), "Complete": len(found) <= MOST_FOUND}
    return {**_page(call, "Resources", found[:MOST_FOUND]), "ViewArn": view, "Count": count}


def _found(demo: Demo, call: Call, asked: str) -> tuple[str, list[dict[str, Any]]]:
    places = _places(demo, call.caller.account)
    here = places.get(call.region, {})
    arn = call.of("ViewArn") or here.get("default", "")
    if arn not in here.get("views", {}):
        raise AwsError("UnauthorizedException", "No view was named, and this Region has no default view.")
    view = here["views"][arn]
    regions = sorted(places) if here["type"] == AGGREGATOR else [call.region]
    has_tags = any(one.get("Name") == "tags" for one in view["IncludedProperties"])
    wanted = [*_filters(view["Filters"]["FilterString"]), *_filters(asked)]
    listed = (one for region in regions for one in inventory.held(call.caller.account, region))
    return arn, [_described(one, has_tags=has_tags) for one in listed if _fits(one, wanted)]


def _filters(query: str) -> list[tuple[str, list[str]]]:
    """Understand a query of filters that take a thing's value as it is; all of them must hold."""
    words = [word.partition(":") for word in query.split()]
    strange = [name for name, colon, _ in words if not colon or name not in FILTERS]
    if strange:
        text = f"The demo organization filters by {', '.join(f'{name}:' for name in FILTERS)}, not by {strange[0]}."
        raise AwsError("ValidationException", text)
    return [(name, values.split(",")) for name, _, values in words]


def _fits(one: Held, wanted: list[tuple[str, list[str]]]) -> bool:
    return all(FILTERS[name](one) in values for name, values in wanted)


def _described(one: Held, *, has_tags: bool) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in one.tags.items()]
    properties = [{"Name": "tags", "LastReportedAt": now(), "Data": tags}] if has_tags and tags else []
    return {
        "Arn": one.arn,
        "OwningAccountId": one.account,
        "Region": one.region,
        "ResourceType": one.type,
        "Service": _service(one),
        "CfnResourceType": one.cfn_type,
        "LastReportedAt": now(),
        "Properties": properties,
    }


def _arn(demo: Demo, call: Call, kind: str) -> str:
    drawn = demo.organization.fresh(32, "0123456789abcdef")
    id_ = "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))
    return f"arn:aws:resource-explorer-2:{call.region}:{call.caller.account}:{kind}/{id_}"


def _denied(call: Call) -> AwsError:
    text = f"User: {call.caller.arn} is not authorized to perform: resource-explorer-2:{call.operation}"
    return AwsError("AccessDeniedException", text)
