"""AWS Organizations: invitations and other handshakes, and the way to all features.

They are kept as AWS describes them in ``kept["handshakes"]``, by id, where PATCH /demo/state changes or makes one:
nobody waits fifteen days to see an invitation expire.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, Account, now
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.organizations import SERVICE, feature_set
from orgwarden.demo.state import Demo

ID = re.compile(r"h-[0-9a-z]{8,32}")
HEX = "0123456789abcdef"
UNDER_WAY = frozenset({"REQUESTED", "OPEN"})
LASTS, MIGRATION_LASTS = timedelta(days=15), timedelta(days=90)
INVITED_BY_OTHERS = "You don't have permissions to answer for the party that was invited."
Handshake = Mapping[str, Any]


def all_of(demo: Demo) -> dict[str, Handshake]:
    """Give every handshake by id, as AWS describes it at this moment."""
    return {id_: _described(demo, id_, told) for id_, told in demo.kept.get("handshakes", {}).items()}


def keep(demo: Demo, id_: str, told: Handshake) -> None:
    """Keep a handshake, or what changes of it."""
    kept = demo.kept.setdefault("handshakes", {})
    kept[id_] = {**kept.get(id_, {}), **told}


def made(
    demo: Demo, action: str, *parties: dict[str, str], resources: list[dict[str, Any]], lasts: timedelta = LASTS
) -> str:
    """Make a handshake of the organization with others, and give its id."""
    id_, begins = f"h-{demo.organization.fresh(32, HEX)}", now()
    told = {
        "Action": action,
        "State": "REQUESTED" if action == "ENABLE_ALL_FEATURES" else "OPEN",
        "Parties": [{"Id": demo.organization.id, "Type": "ORGANIZATION"}, *parties],
        "RequestedTimestamp": begins,
        "ExpirationTimestamp": begins + lasts,
        "Resources": [_of_organization(demo), *resources],
    }
    keep(demo, id_, told)
    return id_


def moment(value: Any) -> datetime:
    """Read a time that was kept as a time or, by a patch, as ISO 8601 text."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@answers(SERVICE, "InviteAccountToOrganization")
def invite(demo: Demo, call: Call) -> Result:
    target = invited(demo, call)
    if any(_waits_for(told, target["Id"], "INVITE") for told in all_of(demo).values()):
        raise AwsError("DuplicateHandshakeException", "A handshake with the same action and target already exists.")
    resources = [{"Type": target["Type"], "Value": target["Id"]}]
    notes = [{"Type": "NOTES", "Value": call.of("Notes")}] if call.of("Notes") else []
    id_ = made(demo, "INVITE", target, resources=[*resources, *notes])
    return {"Handshake": all_of(demo)[id_]}


def invited(demo: Demo, call: Call) -> dict[str, str]:
    """Give the target of an invitation, which is outside of the organization, or refuse as AWS does."""
    target = call.parameters.get("Target") or {}
    id_, kind = str(target.get("Id", "")), str(target.get("Type", ""))
    if kind not in ("ACCOUNT", "EMAIL"):
        raise _invalid("INVALID_PARTY_TYPE_TARGET")
    if kind == "ACCOUNT" and not re.fullmatch(r"\d{12}", id_):
        raise _invalid("INVALID_PATTERN_TARGET_ID")
    if kind == "EMAIL" and "@" not in id_:
        raise _invalid("INVALID_EMAIL_ADDRESS_TARGET")
    if any(id_.lower() in (one.id, one.email.lower()) for one in demo.organization.accounts.values()):
        text = "The account is already a member of an organization."
        raise AwsError("HandshakeConstraintViolationException", text, Reason="ALREADY_IN_AN_ORGANIZATION")
    return {"Id": id_, "Type": kind}


@answers(SERVICE, "EnableAllFeatures")
def enable_all_features(demo: Demo, _: Call) -> Result:
    if feature_set(demo) == "ALL":
        text = "All features are already enabled in your organization."
        reason = "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"
        raise AwsError("HandshakeConstraintViolationException", text, Reason=reason)
    if any(_waits_for(told, demo.organization.id, "ENABLE_ALL_FEATURES") for told in all_of(demo).values()):
        text = "The organization is already on its way to all features."
        reason = "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION"
        raise AwsError("HandshakeConstraintViolationException", text, Reason=reason)
    id_ = made(demo, "ENABLE_ALL_FEATURES", resources=[], lasts=MIGRATION_LASTS)
    return {"Handshake": all_of(demo)[id_]}


@answers(SERVICE, "AcceptHandshake")
def accept(demo: Demo, call: Call) -> Result:
    id_, told = _answerable(demo, call, "ACCEPTED")
    if told["Action"] == "ENABLE_ALL_FEATURES":
        demo.kept["feature_set"] = "ALL"
    elif told["Action"] == "INVITE":
        _join(demo, call.caller.account)
    return _ended(demo, id_, "ACCEPTED")


@answers(SERVICE, "DeclineHandshake")
def decline(demo: Demo, call: Call) -> Result:
    id_, _ = _answerable(demo, call, "DECLINED")
    return _ended(demo, id_, "DECLINED")


@answers(SERVICE, "CancelHandshake")
def cancel(demo: Demo, call: Call) -> Result:
    id_, told = _found(demo, call)
    _refuse_unless_under_way(told, "CANCELED")
    if call.caller.account != MANAGEMENT_ID:
        raise AwsError("AccessDeniedException", INVITED_BY_OTHERS)
    return _ended(demo, id_, "CANCELED")


@answers(SERVICE, "DescribeHandshake")
def describe(demo: Demo, call: Call) -> Result:
    return {"Handshake": _found(demo, call)[1]}


@answers(SERVICE, "ListHandshakesForOrganization")
def list_of_organization(demo: Demo, call: Call) -> Result:
    return _listed(call, [told for told in all_of(demo).values() if _fits(told, call)])


@answers(SERVICE, "ListHandshakesForAccount")
def list_of_account(demo: Demo, call: Call) -> Result:
    ours = [told for told in all_of(demo).values() if _is_party(demo, told, call.caller.account)]
    return _listed(call, [told for told in ours if _fits(told, call)])


def _listed(call: Call, handshakes: list[Handshake]) -> Result:
    return page(call, "Handshakes", handshakes, dict)


def _fits(told: Handshake, call: Call) -> bool:
    wanted = call.parameters.get("Filter") or {}
    parent = wanted.get("ParentHandshakeId")
    parents = [one.get("Value") for one in told["Resources"] if one.get("Type") == "PARENT_HANDSHAKE"]
    return wanted.get("ActionType", told["Action"]) == told["Action"] and (parent is None or parent in parents)


def _is_party(demo: Demo, told: Handshake, account: str) -> bool:
    known = demo.account(account)
    ours = {account, known.email.lower()} if known else {account}
    return any(str(party["Id"]).lower() in ours for party in told["Parties"] if party["Type"] != "ORGANIZATION")


def _found(demo: Demo, call: Call) -> tuple[str, Handshake]:
    id_ = call.of("HandshakeId")
    if not ID.fullmatch(id_):
        raise _invalid("INVALID_PATTERN")
    handshakes = all_of(demo)
    if id_ not in handshakes:
        raise AwsError(
            "HandshakeNotFoundException", "We can't find a handshake with the HandshakeId that you specified."
        )
    return id_, handshakes[id_]


def _answerable(demo: Demo, call: Call, state: str) -> tuple[str, Handshake]:
    id_, told = _found(demo, call)
    own = told["Action"] == "ENABLE_ALL_FEATURES" and call.caller.account == MANAGEMENT_ID
    if not own and not _is_party(demo, told, call.caller.account):
        raise AwsError("AccessDeniedException", INVITED_BY_OTHERS)
    _refuse_unless_under_way(told, state)
    return id_, told


def _refuse_unless_under_way(told: Handshake, state: str) -> None:
    if told["State"] == state:
        raise AwsError("HandshakeAlreadyInStateException", "The handshake is already in that state.")
    if told["State"] not in UNDER_WAY:
        text = "The handshake cannot go from its state to the state that you asked for."
        raise AwsError("InvalidHandshakeTransitionException", text)


def _ended(demo: Demo, id_: str, state: str) -> Result:
    keep(demo, id_, {"State": state})
    return {"Handshake": all_of(demo)[id_]}


def _join(demo: Demo, account: str) -> None:
    organization = demo.organization
    back: Account | None = organization.former.pop(account, None)
    if back is None:
        text = "The account is already a member of an organization."
        raise AwsError("HandshakeConstraintViolationException", text, Reason="ALREADY_IN_AN_ORGANIZATION")
    back.parent, back.joined, back.joined_method = organization.root_id, now(), "INVITED"
    organization.add_account(back)


def _waits_for(told: Handshake, party: str, action: str) -> bool:
    parties = [str(one["Id"]).lower() for one in told["Parties"]]
    return told["Action"] == action and told["State"] in UNDER_WAY and party.lower() in parties


def _described(demo: Demo, id_: str, told: Handshake) -> Handshake:
    action, state = str(told.get("Action", "INVITE")), str(told.get("State", "OPEN"))
    begins = moment(told.get("RequestedTimestamp") or now())
    lasts = MIGRATION_LASTS if action.endswith("ALL_FEATURES") else LASTS
    # Whoever puts the beginning into the past by a patch has put the end there, too.
    ends = min(moment(told.get("ExpirationTimestamp") or begins + lasts), begins + lasts)
    return {
        "Id": id_,
        "Arn": demo.organization.arn("handshake", action.lower(), id_),
        "Parties": told.get("Parties") or [{"Id": demo.organization.id, "Type": "ORGANIZATION"}],
        "State": "EXPIRED" if state in UNDER_WAY and ends < now() else state,
        "RequestedTimestamp": begins,
        "ExpirationTimestamp": ends,
        "Action": action,
        "Resources": told.get("Resources") or [_of_organization(demo)],
    }


def _of_organization(demo: Demo) -> dict[str, Any]:
    management = demo.organization.accounts[MANAGEMENT_ID]
    about = {
        "MASTER_EMAIL": management.email,
        "MASTER_NAME": management.name,
        "ORGANIZATION_FEATURE_SET": feature_set(demo),
    }
    inner = [{"Type": kind, "Value": value} for kind, value in about.items()]
    return {"Type": "ORGANIZATION", "Value": demo.organization.id, "Resources": inner}


def _invalid(reason: str) -> AwsError:
    return AwsError("InvalidInputException", "You specified an invalid value.", Reason=reason)
