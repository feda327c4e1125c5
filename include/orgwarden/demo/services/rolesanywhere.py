"""AWS IAM Roles Anywhere: trust anchors, which are apart for each account and region."""

from typing import Any
from uuid import UUID

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import now
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "rolesanywhere"
PAGING = Paging(mark="nextToken", size="pageSize", usual=50, largest=500)


@answers(SERVICE, "CreateTrustAnchor")
def create_trust_anchor(demo: Demo, call: Call) -> Result:
    id_ = str(UUID(demo.identity_center.fresh()))
    made = {
        "trustAnchorId": id_,
        "trustAnchorArn": f"arn:aws:rolesanywhere:{call.region}:{call.caller.account}:trust-anchor/{id_}",
        "name": call.of("name"),
        "source": call.parameters.get("source"),
        "enabled": call.parameters.get("enabled") is True,
        "createdAt": now(),
        "updatedAt": now(),
    }
    _anchors(demo, call)[id_] = made
    return {"trustAnchor": made}


@answers(SERVICE, "GetTrustAnchor")
def get_trust_anchor(demo: Demo, call: Call) -> Result:
    return {"trustAnchor": _anchor(demo, call)}


@answers(SERVICE, "ListTrustAnchors")
def list_trust_anchors(demo: Demo, call: Call) -> Result:
    return page(call, "trustAnchors", list(_anchors(demo, call).values()), dict, by=PAGING)


@answers(SERVICE, "EnableTrustAnchor", "DisableTrustAnchor")
def switch_trust_anchor(demo: Demo, call: Call) -> Result:
    anchor = _anchor(demo, call)
    anchor.update(enabled=call.operation == "EnableTrustAnchor", updatedAt=now())
    return {"trustAnchor": anchor}


@answers(SERVICE, "DeleteTrustAnchor")
def delete_trust_anchor(demo: Demo, call: Call) -> Result:
    anchor = _anchor(demo, call)
    del _anchors(demo, call)[anchor["trustAnchorId"]]
    return {"trustAnchor": anchor}


def _anchors(demo: Demo, call: Call) -> dict[str, dict[str, Any]]:
    if call.caller.task:
        text = f"User: {call.caller.arn} is not authorized to perform: rolesanywhere:{call.operation}"
        raise AwsError("AccessDeniedException", text)
    return demo.trust_anchors.setdefault((call.caller.account, call.region), {})


def _anchor(demo: Demo, call: Call) -> dict[str, Any]:
    id_ = call.of("trustAnchorId")
    if id_ not in _anchors(demo, call):
        raise AwsError("ResourceNotFoundException", f"The trust anchor {id_} was not found.")
    return _anchors(demo, call)[id_]
