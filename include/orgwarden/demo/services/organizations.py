"""AWS Organizations: the organization, its tree, its accounts and their tags."""

from typing import Any

from orgwarden.demo import roles
from orgwarden.demo.calls import Call
from orgwarden.demo.organization import (
    CLOSED,
    DEEPEST_UNIT,
    MANAGEMENT_ID,
    SUSPENDED,
    Account,
    Creation,
    Organization,
    Unit,
    now,
)
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "organizations"
MOST_TAGS = 50


def described_account(organization: Organization, account: Account) -> dict[str, Any]:
    """Give an account as ListAccounts does; a state or status of None is left out."""
    told = {
        "Id": account.id,
        "Arn": organization.arn("account", account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status,
        "State": account.state,
        "Paths": [organization.path_of(account.id)],
        "JoinedMethod": account.joined_method,
        "JoinedTimestamp": account.joined,
    }
    return {key: value for key, value in told.items() if value is not None}


def described_unit(organization: Organization, unit: Unit) -> dict[str, Any]:
    """Give an organizational unit as AWS does."""
    arn, path = organization.arn_of(unit.id), organization.path_of(unit.id)
    return {"Id": unit.id, "Arn": arn, "Name": unit.name, "Path": path}


def described_root(organization: Organization) -> dict[str, Any]:
    """Give the root with the policy types that are switched on."""
    types = [{"Type": kind, "Status": "ENABLED"} for kind in organization.policy_types]
    arn = organization.arn_of(organization.root_id)
    return {"Id": organization.root_id, "Arn": arn, "Name": "Root", "PolicyTypes": types}


def feature_set(demo: Demo) -> str:
    """Give the features of the organization: ALL, unless PATCH /demo/state says CONSOLIDATED_BILLING."""
    return str(demo.kept.get("feature_set", "ALL"))


@answers(SERVICE, "DescribeOrganization")
def describe_organization(demo: Demo, _: Call) -> Result:
    organization = demo.organization
    described = {
        "Id": organization.id,
        "Arn": organization.arn("organization"),
        "FeatureSet": feature_set(demo),
        "MasterAccountArn": organization.arn("account", MANAGEMENT_ID),
        "MasterAccountId": MANAGEMENT_ID,
        "MasterAccountEmail": organization.accounts[MANAGEMENT_ID].email,
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }
    if feature_set(demo) != "ALL":
        described["AvailablePolicyTypes"] = []
    return {"Organization": described}


@answers(SERVICE, "CreateOrganization")
def create_organization(_: Demo, __: Call) -> Result:
    raise AwsError("AlreadyInOrganizationException", "The provided account is already a member of an organization.")


@answers(SERVICE, "ListRoots")
def list_roots(demo: Demo, call: Call) -> Result:
    return page(call, "Roots", [demo.organization], described_root)


@answers(SERVICE, "ListAccounts")
def list_accounts(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    accounts = list(organization.accounts.values())
    return page(call, "Accounts", accounts, lambda account: described_account(organization, account))


@answers(SERVICE, "DescribeAccount")
def describe_account(demo: Demo, call: Call) -> Result:
    account = demo.organization.account(call.of("AccountId"))
    return {"Account": described_account(demo.organization, account)}


@answers(SERVICE, "ListAccountsForParent")
def list_accounts_for_parent(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    accounts = organization.accounts_in(organization.parent(call.of("ParentId")))
    return page(call, "Accounts", accounts, lambda account: described_account(organization, account))


@answers(SERVICE, "ListOrganizationalUnitsForParent")
def list_units_for_parent(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    units = organization.units_in(organization.parent(call.of("ParentId")))
    return page(call, "OrganizationalUnits", units, lambda unit: described_unit(organization, unit))


@answers(SERVICE, "DescribeOrganizationalUnit")
def describe_unit(demo: Demo, call: Call) -> Result:
    return {"OrganizationalUnit": described_unit(demo.organization, _unit(demo, call))}


@answers(SERVICE, "ListChildren")
def list_children(demo: Demo, call: Call) -> Result:
    organization, kind = demo.organization, call.of("ChildType")
    parent = organization.parent(call.of("ParentId"))
    below = organization.accounts_in(parent) if kind == "ACCOUNT" else organization.units_in(parent)
    return page(call, "Children", [child.id for child in below], lambda id_: {"Id": id_, "Type": kind})


@answers(SERVICE, "ListParents")
def list_parents(demo: Demo, call: Call) -> Result:
    organization, child = demo.organization, call.of("ChildId")
    if child not in organization.attached or child == organization.root_id:
        raise AwsError("ChildNotFoundException", "You specified a child that doesn't exist.")
    parent = organization.parent_of(child)
    kind = "ROOT" if parent == organization.root_id else "ORGANIZATIONAL_UNIT"
    return page(call, "Parents", [parent], lambda id_: {"Id": id_, "Type": kind})


@answers(SERVICE, "CreateOrganizationalUnit")
def create_unit(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    parent = organization.parent(call.of("ParentId"))
    _refuse_same_name(organization, parent, call.of("Name"))
    if organization.depth_of(parent) >= DEEPEST_UNIT:
        text = "You have reached the maximum depth of organizational units."
        raise AwsError("ConstraintViolationException", text, Reason="OU_DEPTH_LIMIT_EXCEEDED")
    id_ = f"ou-{organization.root_id[2:]}-{organization.fresh(8)}"
    unit = Unit(id=id_, name=call.of("Name"), parent=parent, tags=_tags(call))
    organization.add_unit(unit)
    return {"OrganizationalUnit": described_unit(organization, unit)}


@answers(SERVICE, "UpdateOrganizationalUnit")
def update_unit(demo: Demo, call: Call) -> Result:
    unit = _unit(demo, call)
    if call.of("Name") not in ("", unit.name):
        _refuse_same_name(demo.organization, unit.parent, call.of("Name"))
        unit.name = call.of("Name")
    return {"OrganizationalUnit": described_unit(demo.organization, unit)}


@answers(SERVICE, "DeleteOrganizationalUnit")
def delete_unit(demo: Demo, call: Call) -> Result:
    unit = _unit(demo, call)
    if not demo.organization.empty(unit.id):
        text = "The specified OU is not empty. Move all accounts and OUs out of it first."
        raise AwsError("OrganizationalUnitNotEmptyException", text)
    demo.organization.remove(unit.id)
    return None


@answers(SERVICE, "CreateAccount")
def create_account(demo: Demo, call: Call) -> Result:
    organization, email = demo.organization, call.of("Email")
    taken = any(account.email.lower() == email.lower() for account in organization.accounts.values())
    creation = Creation(
        id=f"car-{organization.fresh(32)}",
        name=call.of("AccountName"),
        state="FAILED" if taken else "SUCCEEDED",
        account="" if taken else organization.fresh_account_id(),
        requested=now(),
        failure="EMAIL_ALREADY_EXISTS" if taken else "",
    )
    organization.creations[creation.id] = creation
    if not taken:
        _join(organization, creation, call)
    return {"CreateAccountStatus": _described_creation(creation)}


def _join(organization: Organization, creation: Creation, call: Call) -> None:
    account = Account(
        id=creation.account,
        name=creation.name,
        email=call.of("Email"),
        parent=organization.root_id,
        joined=creation.requested,
        tags=_tags(call),
    )
    organization.add_account(account)
    roles.create(account.id, call.of("RoleName") or roles.MEMBER_ROLE, roles.trusting(MANAGEMENT_ID))


@answers(SERVICE, "DescribeCreateAccountStatus")
def describe_creation(demo: Demo, call: Call) -> Result:
    creation = demo.organization.creations.get(call.of("CreateAccountRequestId"))
    if creation is None:
        raise AwsError("CreateAccountStatusNotFoundException", "We can't find a create account request with that id.")
    return {"CreateAccountStatus": _described_creation(creation)}


@answers(SERVICE, "ListCreateAccountStatus")
def list_creations(demo: Demo, call: Call) -> Result:
    states = call.parameters.get("States") or ("IN_PROGRESS", "SUCCEEDED", "FAILED")
    creations = [creation for creation in demo.organization.creations.values() if creation.state in states]
    return page(call, "CreateAccountStatuses", creations, _described_creation)


def _described_creation(creation: Creation) -> dict[str, Any]:
    told = {
        "Id": creation.id,
        "AccountName": creation.name,
        "State": creation.state,
        "RequestedTimestamp": creation.requested,
        "CompletedTimestamp": creation.requested,
        "AccountId": creation.account,
        "FailureReason": creation.failure,
    }
    return {key: value for key, value in told.items() if value}


@answers(SERVICE, "CloseAccount")
def close_account(demo: Demo, call: Call) -> Result:
    account = demo.organization.account(call.of("AccountId"))
    if account.id == MANAGEMENT_ID:
        text = "You cannot close the management account of an organization."
        raise AwsError("ConstraintViolationException", text, Reason="CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    if account.closed:
        raise AwsError("AccountAlreadyClosedException", "You attempted to close an account that is already closed.")
    account.state, account.status = CLOSED, SUSPENDED
    return None


@answers(SERVICE, "RemoveAccountFromOrganization")
def remove_account(demo: Demo, call: Call) -> Result:
    account = demo.organization.account(call.of("AccountId"))
    if account.id == MANAGEMENT_ID:
        text = "You can't remove the management account from the organization."
        raise AwsError("MasterCannotLeaveOrganizationException", text)
    if account.id in demo.organization.delegated:
        text = "Deregister the account as a delegated administrator first."
        raise AwsError("ConstraintViolationException", text, Reason="CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
    demo.organization.remove(account.id)
    return None


@answers(SERVICE, "MoveAccount")
def move_account(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    account = organization.account(call.of("AccountId"))
    source = organization.parent(call.of("SourceParentId"), "SourceParentNotFoundException")
    destination = organization.parent(call.of("DestinationParentId"), "DestinationParentNotFoundException")
    if account.parent == destination:
        raise AwsError("DuplicateAccountException", "That account is already present in the specified destination.")
    if account.parent != source:
        raise AwsError("SourceParentNotFoundException", "The account is not below that source parent.")
    organization.move(account.id, destination)
    return None


@answers(SERVICE, "ListTagsForResource")
def list_tags(demo: Demo, call: Call) -> Result:
    tags = sorted(_tagged(demo, call).items())
    return page(call, "Tags", tags, lambda tag: {"Key": tag[0], "Value": tag[1]})


@answers(SERVICE, "TagResource")
def tag(demo: Demo, call: Call) -> Result:
    tags = _tagged(demo, call)
    if len({**tags, **_tags(call)}) > MOST_TAGS:
        text = "You have exceeded the number of tags for this resource."
        raise AwsError("ConstraintViolationException", text, Reason="MAX_TAG_LIMIT_EXCEEDED")
    tags.update(_tags(call))
    return None


@answers(SERVICE, "UntagResource")
def untag(demo: Demo, call: Call) -> Result:
    tags = _tagged(demo, call)
    for key in call.parameters["TagKeys"]:
        tags.pop(key, None)
    return None


def _tagged(demo: Demo, call: Call) -> dict[str, str]:
    organization, id_ = demo.organization, call.of("ResourceId")
    if id_.startswith("rp-") and organization.resource_policy is not None:
        return organization.resource_policy_tags
    for kind in (organization.accounts, organization.units, organization.policies):
        if id_ in kind:
            return kind[id_].tags
    raise AwsError("TargetNotFoundException", "You specified a target that doesn't exist.")


def _tags(call: Call) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or []}


def _unit(demo: Demo, call: Call) -> Unit:
    unit = demo.organization.units.get(call.of("OrganizationalUnitId"))
    if unit is None or unit.id == demo.organization.root_id:
        text = "You specified an organizational unit that doesn't exist."
        raise AwsError("OrganizationalUnitNotFoundException", text)
    return unit


def _refuse_same_name(organization: Organization, parent: str, name: str) -> None:
    if any(unit.name == name for unit in organization.units_in(parent)):
        raise AwsError("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
