"""AWS IAM Identity Center: one instance of the organization, its permission sets, and who has them in which account.

A permission set is there for an account as soon as somebody has it there, as a role of that account's IAM.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from orgwarden.demo import aws_policies, roles
from orgwarden.demo.calls import Call
from orgwarden.demo.identity_center import REGION, SERVICE_PRINCIPAL, Assignment, IdentityCenter, PermissionSet
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "sso-admin"
PAGING = Paging(usual=100, largest=100)
DONE, FAILED, UNDER_WAY = "SUCCEEDED", "FAILED", "IN_PROGRESS"
T = TypeVar("T")


# -- who may call, and what a call is about


def center_of(demo: Demo, call: Call) -> IdentityCenter:
    """Give the instance to who administers it, or refuse as AWS does; it exists in its own region alone."""
    if call.caller.task or not _administers(demo, call.caller.account):
        raise _denied(call)
    if call.region != REGION or not demo.identity_center.is_present:
        raise _missing("The instance of IAM Identity Center was not found in this region.")
    return demo.identity_center


def _administers(demo: Demo, account: str) -> bool:
    return account == MANAGEMENT_ID or SERVICE_PRINCIPAL in demo.organization.delegated.get(account, {})


def paged(call: Call, key: str, items: Sequence[T], describe: Callable[[T], Any]) -> dict[str, Any]:
    """Answer one page of items, at most a hundred."""
    return page(call, key, items, describe, by=PAGING)


def _denied(call: Call) -> AwsError:
    text = f"User: {call.caller.arn} is not authorized to perform: sso:{call.operation} on this resource"
    return AwsError("AccessDeniedException", text)


def _missing(text: str) -> AwsError:
    return AwsError("ResourceNotFoundException", text)


def _instance(demo: Demo, call: Call) -> IdentityCenter:
    center = center_of(demo, call)
    if call.of("InstanceArn") != center.arn:
        raise _missing(f"The instance {call.of('InstanceArn')} was not found.")
    return center


def _set(demo: Demo, call: Call) -> PermissionSet:
    center, arn = _instance(demo, call), call.of("PermissionSetArn")
    if arn not in center.sets:
        raise _missing(f"The permission set {arn} was not found.")
    return center.sets[arn]


def _changeable(demo: Demo, call: Call) -> PermissionSet:
    """Give a permission set to be changed; one of the management account is that account's own matter."""
    found = _set(demo, call)
    if MANAGEMENT_ID in demo.identity_center.accounts_of(found.arn):
        _refuse_delegate(call, MANAGEMENT_ID)
    return found


def _refuse_delegate(call: Call, account: str) -> None:
    if account == MANAGEMENT_ID and call.caller.account != MANAGEMENT_ID:
        raise _denied(call)


def _account(demo: Demo, id_: str) -> str:
    if id_ not in demo.organization.accounts:
        raise _missing(f"The account {id_} was not found.")
    return id_


# -- the instance


@answers(SERVICE, "ListInstances")
def list_instances(demo: Demo, call: Call) -> Result:
    center = demo.identity_center
    here = call.region == REGION or call.of("RegionScope") == "ALL_REGIONS"
    visible = center.is_present and here and _administers(demo, call.caller.account)
    return paged(call, "Instances", [center] if visible else [], _described_instance)


@answers(SERVICE, "DescribeInstance")
def describe_instance(demo: Demo, call: Call) -> Result:
    try:
        center = _instance(demo, call)
    except AwsError as refused:
        raise _denied(call) from refused
    key = {"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"}
    return {**_described_instance(center), "EncryptionConfigurationDetails": key}


@answers(SERVICE, "ListRegions")
def list_regions(demo: Demo, call: Call) -> Result:
    center = _instance(demo, call)
    return paged(call, "Regions", [center], _described_region)


def _described_instance(center: IdentityCenter) -> dict[str, Any]:
    return {
        "InstanceArn": center.arn,
        "IdentityStoreId": center.store,
        "IdentityStoreArn": center.store_arn,
        "OwnerAccountId": MANAGEMENT_ID,
        "CreatedDate": center.created,
        "Status": "ACTIVE",
        "PrimaryRegion": REGION,
        "Regions": [_described_region(center)],
    }


def _described_region(center: IdentityCenter) -> dict[str, Any]:
    return {"RegionName": REGION, "Status": "ACTIVE", "AddedDate": center.created, "IsPrimaryRegion": True}


# -- permission sets


@answers(SERVICE, "CreatePermissionSet")
def create_permission_set(demo: Demo, call: Call) -> Result:
    center, name = _instance(demo, call), call.of("Name")
    if any(it.name == name for it in center.sets.values()):
        raise AwsError("ConflictException", f"A permission set named {name} exists already.")
    made = PermissionSet(
        arn=f"{center.arn.replace(':instance/', ':permissionSet/')}/ps-{center.fresh()[:16]}",
        name=name,
        created=now(),
        description=call.of("Description"),
        session=call.of("SessionDuration") or "PT1H",
        relay_state=call.of("RelayState"),
        tags=_tags(call),
    )
    center.sets[made.arn] = made
    return {"PermissionSet": _described_set(made)}


@answers(SERVICE, "DescribePermissionSet")
def describe_permission_set(demo: Demo, call: Call) -> Result:
    return {"PermissionSet": _described_set(_set(demo, call))}


@answers(SERVICE, "UpdatePermissionSet")
def update_permission_set(demo: Demo, call: Call) -> Result:
    changed = _changeable(demo, call)
    changed.description = str(call.parameters.get("Description", changed.description))
    changed.session = call.of("SessionDuration") or changed.session
    changed.relay_state = str(call.parameters.get("RelayState", changed.relay_state))
    return {}


@answers(SERVICE, "DeletePermissionSet")
def delete_permission_set(demo: Demo, call: Call) -> Result:
    found = _changeable(demo, call)
    if demo.identity_center.accounts_of(found.arn):
        raise AwsError("ConflictException", "The permission set is assigned: delete its account assignments first.")
    del demo.identity_center.sets[found.arn]
    return {}


@answers(SERVICE, "ListPermissionSets")
def list_permission_sets(demo: Demo, call: Call) -> Result:
    return paged(call, "PermissionSets", list(_instance(demo, call).sets), str)


def _described_set(one: PermissionSet) -> dict[str, Any]:
    told = {
        "Name": one.name,
        "PermissionSetArn": one.arn,
        "Description": one.description,
        "CreatedDate": one.created,
        "SessionDuration": one.session,
        "RelayState": one.relay_state,
    }
    return {key: value for key, value in told.items() if value}


# -- what a permission set grants


@answers(SERVICE, "AttachManagedPolicyToPermissionSet")
def attach_managed_policy(demo: Demo, call: Call) -> Result:
    changed, arn = _changeable(demo, call), call.of("ManagedPolicyArn")
    if arn not in aws_policies.catalog():
        raise _missing(f"The policy {arn} was not found.")
    if arn in changed.managed:
        raise AwsError("ConflictException", f"The policy {arn} is attached already.")
    changed.managed.append(arn)
    return _brought_up(demo, changed)


@answers(SERVICE, "DetachManagedPolicyFromPermissionSet")
def detach_managed_policy(demo: Demo, call: Call) -> Result:
    changed, arn = _changeable(demo, call), call.of("ManagedPolicyArn")
    if arn not in changed.managed:
        raise _missing(f"The policy {arn} is not attached.")
    changed.managed.remove(arn)
    return _brought_up(demo, changed)


@answers(SERVICE, "ListManagedPoliciesInPermissionSet")
def list_managed_policies(demo: Demo, call: Call) -> Result:
    listed = _set(demo, call).managed
    return paged(call, "AttachedManagedPolicies", listed, lambda arn: {"Name": arn.rpartition("/")[2], "Arn": arn})


@answers(SERVICE, "AttachCustomerManagedPolicyReferenceToPermissionSet")
def attach_customer_policy(demo: Demo, call: Call) -> Result:
    changed, reference = _changeable(demo, call), _reference(call)
    if reference in changed.customer:
        raise AwsError("ConflictException", f"The policy {reference[1]} is attached already.")
    changed.customer.append(reference)
    return _brought_up(demo, changed)


@answers(SERVICE, "DetachCustomerManagedPolicyReferenceFromPermissionSet")
def detach_customer_policy(demo: Demo, call: Call) -> Result:
    changed, reference = _changeable(demo, call), _reference(call)
    if reference not in changed.customer:
        raise _missing(f"The policy {reference[1]} is not attached.")
    changed.customer.remove(reference)
    return _brought_up(demo, changed)


@answers(SERVICE, "ListCustomerManagedPolicyReferencesInPermissionSet")
def list_customer_policies(demo: Demo, call: Call) -> Result:
    listed = _set(demo, call).customer
    return paged(call, "CustomerManagedPolicyReferences", listed, lambda it: {"Path": it[0], "Name": it[1]})


def _reference(call: Call) -> tuple[str, str]:
    told = call.parameters.get("CustomerManagedPolicyReference") or {}
    return str(told.get("Path") or "/"), str(told.get("Name"))


@answers(SERVICE, "PutInlinePolicyToPermissionSet")
def put_inline_policy(demo: Demo, call: Call) -> Result:
    changed = _changeable(demo, call)
    changed.inline = call.of("InlinePolicy")
    return _brought_up(demo, changed)


@answers(SERVICE, "GetInlinePolicyForPermissionSet")
def get_inline_policy(demo: Demo, call: Call) -> Result:
    return {"InlinePolicy": _set(demo, call).inline}


@answers(SERVICE, "DeleteInlinePolicyFromPermissionSet")
def delete_inline_policy(demo: Demo, call: Call) -> Result:
    changed = _changeable(demo, call)
    if not changed.inline:
        raise _missing("The permission set has no inline policy.")
    changed.inline = ""
    return _brought_up(demo, changed)


@answers(SERVICE, "PutPermissionsBoundaryToPermissionSet")
def put_boundary(demo: Demo, call: Call) -> Result:
    changed = _changeable(demo, call)
    changed.boundary = dict(call.parameters.get("PermissionsBoundary") or {})
    return _brought_up(demo, changed)


@answers(SERVICE, "GetPermissionsBoundaryForPermissionSet")
def get_boundary(demo: Demo, call: Call) -> Result:
    return {"PermissionsBoundary": _bounded(_set(demo, call)).boundary}


@answers(SERVICE, "DeletePermissionsBoundaryFromPermissionSet")
def delete_boundary(demo: Demo, call: Call) -> Result:
    changed = _bounded(_changeable(demo, call))
    changed.boundary = None
    return _brought_up(demo, changed)


def _bounded(one: PermissionSet) -> PermissionSet:
    if one.boundary is None:
        raise _missing("The permission set has no permissions boundary.")
    return one


def _brought_up(demo: Demo, changed: PermissionSet) -> Result:
    for account in demo.identity_center.accounts_of(changed.arn):
        roles.reserve(account, changed)
    return {}


# -- assignments


@answers(SERVICE, "CreateAccountAssignment")
def create_assignment(demo: Demo, call: Call) -> Result:
    center, granted, asked = demo.identity_center, _set(demo, call), _assignment(demo, call)
    failure = _why_not(demo, asked, granted)
    if not failure:
        center.assignments.setdefault(asked, now())
        roles.reserve(asked.account, granted)
    return {"AccountAssignmentCreationStatus": _requested(center, asked, failure)}


@answers(SERVICE, "DeleteAccountAssignment")
def delete_assignment(demo: Demo, call: Call) -> Result:
    center, granted, asked = demo.identity_center, _set(demo, call), _assignment(demo, call)
    if center.assignments.pop(asked, None) is None:
        raise _missing("The account assignment was not found.")
    if asked.account not in center.accounts_of(granted.arn):
        roles.release(asked.account, granted)
    return {"AccountAssignmentDeletionStatus": _requested(center, asked, "")}


@answers(SERVICE, "DescribeAccountAssignmentCreationStatus", "DescribeAccountAssignmentDeletionStatus")
def describe_request(demo: Demo, call: Call) -> Result:
    kind = "Creation" if "Creation" in call.operation else "Deletion"
    id_ = call.of(f"AccountAssignment{kind}RequestId")
    requests = _instance(demo, call).requests
    if id_ not in requests:
        raise _missing(f"The request {id_} was not found.")
    return {f"AccountAssignment{kind}Status": requests[id_]}


def _assignment(demo: Demo, call: Call) -> Assignment:
    account = _account(demo, call.of("TargetId"))
    _refuse_delegate(call, account)
    return Assignment(
        account=account,
        permission_set=call.of("PermissionSetArn"),
        kind=call.of("PrincipalType"),
        principal=call.of("PrincipalId"),
    )


def _why_not(demo: Demo, asked: Assignment, granted: PermissionSet) -> str:
    """Say what makes an assignment fail after it was asked for; empty: nothing."""
    center, account = demo.identity_center, demo.organization.accounts[asked.account]
    known = center.users if asked.kind == "USER" else center.groups
    lacking = roles.lacks(asked.account, granted)
    if asked.principal not in known:
        return f"Received a 404 status error: Unable to find {asked.kind} {asked.principal}."
    if not account.usable:
        return f"Received a 403 status error: The account {account.id} is not active."
    return f"Received a 404 status error: Policy {lacking[0]} does not exist." if lacking else ""


def _requested(center: IdentityCenter, asked: Assignment, failure: str) -> dict[str, Any]:
    """Keep how a request ended; the answer to it says that it is under way."""
    id_ = center.fresh_uuid()
    told = {
        "RequestId": id_,
        "TargetId": asked.account,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": asked.permission_set,
        "PrincipalType": asked.kind,
        "PrincipalId": asked.principal,
        "CreatedDate": now(),
    }
    ended = {"Status": FAILED, "FailureReason": failure} if failure else {"Status": DONE}
    center.requests[id_] = {**told, **ended}
    return {**told, "Status": UNDER_WAY}


@answers(SERVICE, "ListAccountAssignments")
def list_assignments(demo: Demo, call: Call) -> Result:
    granted, account = _set(demo, call), _account(demo, call.of("AccountId"))
    found = [it for it in demo.identity_center.assignments if (it.account, it.permission_set) == (account, granted.arn)]
    return paged(call, "AccountAssignments", found, _described_assignment)


@answers(SERVICE, "ListAccountAssignmentsForPrincipal")
def list_assignments_for_principal(demo: Demo, call: Call) -> Result:
    center, id_, kind = _instance(demo, call), call.of("PrincipalId"), call.of("PrincipalType")
    _refuse_delegate(call, MANAGEMENT_ID)
    if id_ not in (center.users if kind == "USER" else center.groups):
        raise _missing(f"The {kind} {id_} was not found.")
    reached = {id_, *(center.groups_of(id_) if kind == "USER" else ())}
    wanted = (call.parameters.get("Filter") or {}).get("AccountId")
    found = [it for it in center.assignments if it.principal in reached and wanted in (None, it.account)]
    return paged(call, "AccountAssignments", found, _described_assignment)


def _described_assignment(one: Assignment) -> dict[str, Any]:
    return {
        "AccountId": one.account,
        "PermissionSetArn": one.permission_set,
        "PrincipalType": one.kind,
        "PrincipalId": one.principal,
    }


# -- provisioning, which is always up to date here


@answers(SERVICE, "ListPermissionSetsProvisionedToAccount")
def list_provisioned_sets(demo: Demo, call: Call) -> Result:
    center, account = _instance(demo, call), _account(demo, call.of("AccountId"))
    listed = [] if _wants_stale(call) else center.sets_in(account)
    return paged(call, "PermissionSets", listed, str)


@answers(SERVICE, "ListAccountsForProvisionedPermissionSet")
def list_accounts_of_set(demo: Demo, call: Call) -> Result:
    granted = _set(demo, call)
    listed = [] if _wants_stale(call) else demo.identity_center.accounts_of(granted.arn)
    return paged(call, "AccountIds", listed, str)


def _wants_stale(call: Call) -> bool:
    return call.of("ProvisioningStatus") == "LATEST_PERMISSION_SET_NOT_PROVISIONED"


@answers(SERVICE, "ProvisionPermissionSet")
def provision(demo: Demo, call: Call) -> Result:
    center, granted = demo.identity_center, _changeable(demo, call)
    _brought_up(demo, granted)
    id_ = center.fresh_uuid()
    told = {"RequestId": id_, "PermissionSetArn": granted.arn, "CreatedDate": now()}
    told |= {"AccountId": call.of("TargetId")} if call.of("TargetId") else {}
    center.requests[id_] = {**told, "Status": DONE}
    return {"PermissionSetProvisioningStatus": {**told, "Status": UNDER_WAY}}


@answers(SERVICE, "DescribePermissionSetProvisioningStatus")
def describe_provisioning(demo: Demo, call: Call) -> Result:
    requests, id_ = _instance(demo, call).requests, call.of("ProvisionPermissionSetRequestId")
    if id_ not in requests:
        raise _missing(f"The request {id_} was not found.")
    return {"PermissionSetProvisioningStatus": requests[id_]}


# -- tags


@answers(SERVICE, "TagResource")
def tag(demo: Demo, call: Call) -> Result:
    _tagged(demo, call).update(_tags(call))
    return {}


@answers(SERVICE, "UntagResource")
def untag(demo: Demo, call: Call) -> Result:
    tags = _tagged(demo, call)
    for key in call.parameters.get("TagKeys") or []:
        tags.pop(key, None)
    return {}


@answers(SERVICE, "ListTagsForResource")
def list_tags(demo: Demo, call: Call) -> Result:
    tags = list(_tagged(demo, call).items())
    return paged(call, "Tags", tags, lambda it: {"Key": it[0], "Value": it[1]})


def _tagged(demo: Demo, call: Call) -> dict[str, str]:
    center, arn = center_of(demo, call), call.of("ResourceArn")
    if arn == center.arn:
        return center.tags
    if arn not in center.sets:
        raise _missing(f"The resource {arn} was not found.")
    return center.sets[arn].tags


def _tags(call: Call) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or []}
