"""The identity store of IAM Identity Center: users, groups and who is in them."""

import re
from collections.abc import Mapping
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.identity_center import IdentityCenter
from orgwarden.demo.organization import now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.sso import center_of, paged
from orgwarden.demo.state import Demo

SERVICE = "identitystore"
ID = re.compile(r"(?:arn:aws:identitystore:::(?:user|group|membership)/)?(.+)", re.DOTALL)
# What AWS gives to things of the store, and nobody else sets.
GIVEN = {"IdentityStoreId", "UserId", "GroupId", "Revision", "UserStatus", "CreatedAt", "UpdatedAt"}


def _store(demo: Demo, call: Call) -> IdentityCenter:
    center = center_of(demo, call)
    if call.of("IdentityStoreId") not in (center.store, center.store_arn):
        raise _missing("IDENTITY_STORE", call.of("IdentityStoreId"))
    return center


def _missing(kind: str, id_: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"{kind} not found.", ResourceType=kind, ResourceId=id_)


def _found(known: Mapping[str, dict[str, Any]], kind: str, told: object) -> dict[str, Any]:
    matched = ID.fullmatch(str(told))
    id_ = matched[1] if matched else ""
    if id_ not in known:
        raise _missing(kind, str(told))
    return known[id_]


def _user(center: IdentityCenter, told: object) -> dict[str, Any]:
    return _found(center.users, "USER", told)


def _group(center: IdentityCenter, told: object) -> dict[str, Any]:
    return _found(center.groups, "GROUP", told)


def _stamped(center: IdentityCenter, kind: str) -> tuple[str, dict[str, Any]]:
    """Draw an id for something new, and give what AWS says of it."""
    id_ = f"{center.store[2:]}-{center.fresh_uuid()}"
    since = now()
    arn = f"arn:aws:identitystore:::{kind}/{id_}"
    stamp = {"IdentityStoreId": center.store, f"{kind.title()}Id": id_, f"{kind.title()}Arn": arn}
    return id_, {**stamp, "CreatedAt": since, "UpdatedAt": since}


def _answered(one: Mapping[str, Any], *keys: str) -> Result:
    return {key: one[key] for key in ("IdentityStoreId", *keys)}


# -- users


@answers(SERVICE, "CreateUser")
def create_user(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    told = {key: value for key, value in call.parameters.items() if value is not None and key not in GIVEN}
    if not told.get("UserName"):
        raise AwsError("ValidationException", "userName is a required attribute")
    _refuse_same(center.users, "UserName", told["UserName"])
    id_, stamp = _stamped(center, "user")
    center.users[id_] = {**told, **stamp, "Revision": "1", "UserStatus": "ENABLED"}
    return _answered(center.users[id_], "UserId", "UserArn", "Revision")


@answers(SERVICE, "DescribeUser")
def describe_user(demo: Demo, call: Call) -> Result:
    return _user(_store(demo, call), call.of("UserId"))


@answers(SERVICE, "ListUsers")
def list_users(demo: Demo, call: Call) -> Result:
    return paged(call, "Users", _filtered(call, _store(demo, call).users), dict)


@answers(SERVICE, "UpdateUser")
def update_user(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    user = _changed(call, center.users, _user(center, call.of("UserId")), "UserName")
    return _answered(user, "UserId", "UserArn", "Revision")


@answers(SERVICE, "DeleteUser")
def delete_user(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    id_ = _user(center, call.of("UserId"))["UserId"]
    del center.users[id_]
    _forget(center, lambda it: it["MemberId"]["UserId"] == id_)
    return {}


@answers(SERVICE, "GetUserId")
def get_user_id(demo: Demo, call: Call) -> Result:
    return _answered(_identified(call, _store(demo, call).users, "USER"), "UserId", "UserArn")


# -- groups


@answers(SERVICE, "CreateGroup")
def create_group(demo: Demo, call: Call) -> Result:
    center, name = _store(demo, call), call.of("DisplayName")
    if not name:
        raise AwsError("ValidationException", "displayName is a required attribute")
    _refuse_same(center.groups, "DisplayName", name)
    id_, stamp = _stamped(center, "group")
    description = {"Description": call.of("Description")} if call.of("Description") else {}
    center.groups[id_] = {"DisplayName": name, **description, **stamp, "Revision": "1"}
    return _answered(center.groups[id_], "GroupId", "GroupArn", "Revision")


@answers(SERVICE, "DescribeGroup")
def describe_group(demo: Demo, call: Call) -> Result:
    return _group(_store(demo, call), call.of("GroupId"))


@answers(SERVICE, "ListGroups")
def list_groups(demo: Demo, call: Call) -> Result:
    return paged(call, "Groups", _filtered(call, _store(demo, call).groups), dict)


@answers(SERVICE, "UpdateGroup")
def update_group(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    group = _changed(call, center.groups, _group(center, call.of("GroupId")), "DisplayName")
    return _answered(group, "GroupId", "GroupArn", "Revision")


@answers(SERVICE, "DeleteGroup")
def delete_group(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    id_ = _group(center, call.of("GroupId"))["GroupId"]
    del center.groups[id_]
    _forget(center, lambda it: it["GroupId"] == id_)
    return {}


@answers(SERVICE, "GetGroupId")
def get_group_id(demo: Demo, call: Call) -> Result:
    return _answered(_identified(call, _store(demo, call).groups, "GROUP"), "GroupId", "GroupArn")


# -- memberships


@answers(SERVICE, "CreateGroupMembership")
def create_membership(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    group, user = _group(center, call.of("GroupId")), _user(center, _member(call))
    if _membership_of(center, group, user):
        raise AwsError("ConflictException", "Member and Group relationship already exists.")
    id_, stamp = _stamped(center, "membership")
    center.memberships[id_] = {**stamp, "GroupId": group["GroupId"], "MemberId": {"UserId": user["UserId"]}}
    return _answered(center.memberships[id_], "MembershipId", "MembershipArn")


@answers(SERVICE, "DescribeGroupMembership")
def describe_membership(demo: Demo, call: Call) -> Result:
    return _found(_store(demo, call).memberships, "GROUP_MEMBERSHIP", call.of("MembershipId"))


@answers(SERVICE, "GetGroupMembershipId")
def get_membership_id(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    group, user = _group(center, call.of("GroupId")), _user(center, _member(call))
    found = _membership_of(center, group, user)
    if not found:
        raise _missing("GROUP_MEMBERSHIP", _member(call))
    return _answered(found, "MembershipId", "MembershipArn")


@answers(SERVICE, "ListGroupMemberships")
def list_memberships(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    id_ = _group(center, call.of("GroupId"))["GroupId"]
    return paged(call, "GroupMemberships", [it for it in center.memberships.values() if it["GroupId"] == id_], dict)


@answers(SERVICE, "ListGroupMembershipsForMember")
def list_memberships_of_member(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    member = {"UserId": _user(center, _member(call))["UserId"]}
    return paged(call, "GroupMemberships", [it for it in center.memberships.values() if it["MemberId"] == member], dict)


@answers(SERVICE, "DeleteGroupMembership")
def delete_membership(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    found = _found(center.memberships, "GROUP_MEMBERSHIP", call.of("MembershipId"))
    del center.memberships[found["MembershipId"]]
    return {}


@answers(SERVICE, "IsMemberInGroups")
def is_member_in_groups(demo: Demo, call: Call) -> Result:
    center = _store(demo, call)
    user = _user(center, _member(call))["UserId"]
    member, groups = {"UserId": user}, center.groups_of(user)
    asked = call.parameters.get("GroupIds") or []
    return {"Results": [{"GroupId": id_, "MemberId": member, "MembershipExists": id_ in groups} for id_ in asked]}


def _member(call: Call) -> str:
    return str((call.parameters.get("MemberId") or {}).get("UserId"))


def _membership_of(center: IdentityCenter, group: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    pair = (group["GroupId"], user["UserId"])
    known = center.memberships.values()
    return next((it for it in known if (it["GroupId"], it["MemberId"]["UserId"]) == pair), {})


def _forget(center: IdentityCenter, gone: Any) -> None:
    center.memberships = {id_: it for id_, it in center.memberships.items() if not gone(it)}


# -- attributes, which the API names as SCIM does: ``name.familyName``


def _refuse_same(known: Mapping[str, dict[str, Any]], key: str, value: str, *, but: object = None) -> None:
    if any(it[key].lower() == value.lower() and it is not but for it in known.values()):
        raise AwsError("ConflictException", f"Duplicate {key}")


def _path(told: str) -> list[str]:
    return [step[:1].upper() + step[1:] for step in told.split(".")]


def _value(told: Any) -> Any:
    if isinstance(told, dict):
        return {key[:1].upper() + key[1:]: _value(value) for key, value in told.items()}
    return [_value(one) for one in told] if isinstance(told, list) else told


def _changed(call: Call, known: Mapping[str, dict[str, Any]], one: dict[str, Any], unique: str) -> dict[str, Any]:
    for change in call.parameters.get("Operations") or []:
        *above, last = _path(str(change["AttributePath"]))
        value = _value(change.get("AttributeValue"))
        if last in GIVEN or (last == unique and not value):
            raise AwsError("ValidationException", f"The attribute {change['AttributePath']} cannot be changed.")
        if last == unique:
            _refuse_same(known, unique, str(value), but=one)
        holder = one
        for step in above:
            holder = holder.setdefault(step, {})
        if value is None:
            holder.pop(last, None)
        else:
            holder[last] = value
    one.update(UpdatedAt=now(), Revision=str(int(one["Revision"]) + 1))
    return one


def _filtered(call: Call, known: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = [(_path(it["AttributePath"])[0], it["AttributeValue"]) for it in call.parameters.get("Filters") or []]
    return [one for one in known.values() if all(one.get(key) == value for key, value in wanted)]


def _identified(call: Call, known: Mapping[str, dict[str, Any]], kind: str) -> dict[str, Any]:
    asked = call.parameters.get("AlternateIdentifier") or {}
    if "ExternalId" in asked:
        found = [one for one in known.values() if asked["ExternalId"] in one.get("ExternalIds", [])]
    else:
        path, value = _path(asked["UniqueAttribute"]["AttributePath"]), asked["UniqueAttribute"]["AttributeValue"]
        found = [one for one in known.values() if str(value).lower() in _values(one, path)]
    if not found:
        raise _missing(kind, "")
    return found[0]


def _values(one: Any, path: list[str]) -> list[str]:
    """Give what stands at a path, in lower case; a list on the way stands for each of its items."""
    if isinstance(one, list):
        return [value for item in one for value in _values(item, path)]
    if not path:
        return [str(one).lower()]
    return _values(one[path[0]], path[1:]) if isinstance(one, dict) and path[0] in one else []
