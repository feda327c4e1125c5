"""AWS Organizations: who pays for whom, by transfers of the responsibility for billing between organizations.

They are kept as AWS describes them in ``kept["transfers"]``, by id: what another organization does, accept an
invitation or invite ours, is said by PATCH /demo/state. A transfer whose source is our management account is outbound.
"""

from collections.abc import Mapping
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services import handshakes
from orgwarden.demo.services.organizations import SERVICE
from orgwarden.demo.state import Demo

TYPE = "BILLING"
TIMES = ("StartTimestamp", "EndTimestamp")
Transfer = Mapping[str, Any]


def all_of(demo: Demo) -> dict[str, Transfer]:
    """Give every transfer by id, as AWS describes it."""
    return {id_: _described(demo, id_, told) for id_, told in demo.kept.get("transfers", {}).items()}


@answers(SERVICE, "ListInboundResponsibilityTransfers")
def list_inbound(demo: Demo, call: Call) -> Result:
    _refuse_other_types(call)
    if call.of("Id"):
        return page(call, "ResponsibilityTransfers", [_found(demo, call)], dict)
    return _page(demo, call, outbound=False)


@answers(SERVICE, "ListOutboundResponsibilityTransfers")
def list_outbound(demo: Demo, call: Call) -> Result:
    _refuse_other_types(call)
    return _page(demo, call, outbound=True)


@answers(SERVICE, "DescribeResponsibilityTransfer")
def describe(demo: Demo, call: Call) -> Result:
    return {"ResponsibilityTransfer": _found(demo, call)}


@answers(SERVICE, "InviteOrganizationToTransferResponsibility")
def invite(demo: Demo, call: Call) -> Result:
    _refuse_other_types(call)
    target = handshakes.invited(demo, call)
    source = {"ManagementAccountId" if target["Type"] == "ACCOUNT" else "ManagementAccountEmail": target["Id"]}
    if any(_is_of(told, source) for told in all_of(demo).values()):
        text = "A transfer with that organization exists already."
        reason = "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS"
        raise AwsError("HandshakeConstraintViolationException", text, Reason=reason)
    id_ = f"rt-{demo.organization.fresh(12)}"
    resources = [{"Type": "RESPONSIBILITY_TRANSFER", "Value": id_}, {"Type": "TRANSFER_TYPE", "Value": TYPE}]
    handshake = handshakes.made(demo, "TRANSFER_RESPONSIBILITY", target, resources=resources)
    told = {"Name": call.of("SourceName"), "Status": "REQUESTED", "Source": source, "ActiveHandshakeId": handshake}
    _keep(demo, id_, {**told, "StartTimestamp": call.parameters.get("StartTimestamp") or now()})
    return {"Handshake": handshakes.all_of(demo)[handshake]}


@answers(SERVICE, "UpdateResponsibilityTransfer")
def update(demo: Demo, call: Call) -> Result:
    id_ = _found(demo, call)["Id"]
    _keep(demo, id_, {"Name": call.of("Name")})
    return {"ResponsibilityTransfer": all_of(demo)[id_]}


@answers(SERVICE, "TerminateResponsibilityTransfer")
def terminate(demo: Demo, call: Call) -> Result:
    told = _found(demo, call)
    if told["Status"] == "WITHDRAWN":
        text = "The transfer is already in that status."
        raise AwsError("ResponsibilityTransferAlreadyInStatusException", text)
    if told["Status"] != "ACCEPTED":
        text = "Only a transfer that was accepted can be ended."
        raise AwsError("InvalidResponsibilityTransferTransitionException", text)
    ends = call.parameters.get("EndTimestamp") or now()
    _keep(demo, told["Id"], {"Status": "WITHDRAWN", "EndTimestamp": ends})
    return {"ResponsibilityTransfer": all_of(demo)[told["Id"]]}


def _page(demo: Demo, call: Call, *, outbound: bool) -> Result:
    listed = [told for told in all_of(demo).values() if _is_outbound(told) == outbound]
    return page(call, "ResponsibilityTransfers", listed, dict)


def _is_outbound(told: Transfer) -> bool:
    return bool(told["Source"].get("ManagementAccountId") == MANAGEMENT_ID)


def _is_of(told: Transfer, source: Mapping[str, str]) -> bool:
    return told["Status"] in ("REQUESTED", "ACCEPTED") and source.items() <= told["Source"].items()


def _keep(demo: Demo, id_: str, told: Transfer) -> None:
    kept = demo.kept.setdefault("transfers", {})
    kept[id_] = {**kept.get(id_, {}), **told}


def _found(demo: Demo, call: Call) -> Transfer:
    transfers = all_of(demo)
    if call.of("Id") not in transfers:
        text = "We can't find a transfer with the Id that you specified."
        raise AwsError("ResponsibilityTransferNotFoundException", text)
    return transfers[call.of("Id")]


def _described(demo: Demo, id_: str, told: Transfer) -> Transfer:
    ours = {
        "ManagementAccountId": MANAGEMENT_ID,
        "ManagementAccountEmail": demo.organization.accounts[MANAGEMENT_ID].email,
    }
    whole = {"Type": TYPE, "Status": "REQUESTED", "Source": ours, "Target": ours, **told, "Id": id_}
    handshake = handshakes.all_of(demo).get(str(whole.get("ActiveHandshakeId")))
    if handshake is not None and whole["Status"] == "REQUESTED" and handshake["State"] != "OPEN":
        whole["Status"] = handshake["State"]
    way = "outbound" if _is_outbound(whole) else "inbound"
    times = {key: handshakes.moment(whole[key]) for key in TIMES if whole.get(key)}
    return {**whole, **times, "Arn": demo.organization.arn("transfer", TYPE.lower(), way, id_)}


def _refuse_other_types(call: Call) -> None:
    if call.of("Type") != TYPE:
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="INVALID_ENUM")
