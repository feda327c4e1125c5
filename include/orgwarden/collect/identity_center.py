"""What IAM Identity Center tells of the management account: its permission sets there, and whoever has them.

The organization's instance stands in one Region, which only asking finds out; its calls may be made by the delegated
administrator of sso.amazonaws.com. An assignment may outlive the user or the group that it names: nobody gets in by it.
"""

from functools import partial
from typing import Any

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import identity_center_answers as answers
from orgwarden.collect.api import STRANGE, Api, Missing
from orgwarden.collect.batches import row_or_gap
from orgwarden.collect.policy_texts import policy_text
from orgwarden.collect.regions import enabled_regions
from orgwarden.collect.searching import first_found
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.access import (
    ASSIGNMENTS,
    DELETED,
    GROUP_MEMBERS,
    GROUP_NAMES,
    PEOPLE,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
    Assigned,
    IdentityCenter,
    PermissionSet,
    Person,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

PRINCIPAL = "sso.amazonaws.com"
NOT_FOUND = "ResourceNotFoundException"
# An instance in one of these states is none.
NEVER_WAS = frozenset({"CREATE_FAILED", "DELETE_IN_PROGRESS"})
UNREADABLE_POLICY = "sso-admin:GetInlinePolicyForPermissionSet gave a policy that does not parse"
NAMELESS = "identitystore:DescribeUser gave a user with neither address nor name"


def find_instance(aws: Aws, management: str) -> IdentityCenter | None:
    """Give the organization's instance; ``None``: every Region says that there is none.

    Raises ``SkipAndNote`` where a Region does not say, and no other has the instance; ``RetryLater`` where nobody tells
    which Regions there are.
    """
    return first_found("sso-admin", partial(_instance_in, aws, management), lambda: enabled_regions(aws, management))


def _instance_in(aws: Aws, management: str, region: str) -> IdentityCenter | None:
    api = aws.delegated("sso-admin", PRINCIPAL, management, region)
    listing = api.pages("ListInstances", answers.ListInstances, missing=STRANGE)
    for one in (one for page, _ in listing for one in page.Instances):
        # An account may have an instance of its own beside the organization's.
        if one.OwnerAccountId == management and one.Status not in NEVER_WAS:
            return IdentityCenter(
                instance=one.InstanceArn, store=one.IdentityStoreId, region=one.PrimaryRegion or region
            )
    return None


def permission_sets(api: Api, instance: str, management: str) -> list[str]:
    """Give the ARNs of the permission sets that are provisioned in the management account. Raises ``SkipAndNote``."""
    listing = api.pages(
        "ListPermissionSetsProvisionedToAccount",
        answers.ListPermissionSetsProvisionedToAccount,
        InstanceArn=instance,
        AccountId=management,
    )
    return sorted({arn for page, _ in listing for arn in page.PermissionSets})


def permission_set(api: Api, instance: str, management: str, arn: str, veil: Veil) -> Page:
    """Read what one permission set grants, in which accounts it stands, and who has it in the management account."""
    asked = {"InstanceArn": instance, "PermissionSetArn": arn}
    pages = (
        row_or_gap(PERMISSION_SETS, arn, lambda: _granted(api, asked, veil)),
        row_or_gap(PERMISSION_SET_ACCOUNTS, arn, lambda: _accounts(api, asked)),
        row_or_gap(ASSIGNMENTS, arn, lambda: _assigned(api, asked, management)),
    )
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def _granted(api: Api, asked: dict[str, Any], veil: Veil) -> PermissionSet:
    return PermissionSet(
        name=veil.text(_name(api, asked)),
        managed=_managed(api, asked),
        customer=tuple(veil.text(name) for name in _customer(api, asked)),
        inline=_inline(api, asked, veil),
        boundary=veil.text(_boundary(api, asked)),
    )


def _name(api: Api, asked: dict[str, Any]) -> str:
    return api.call("DescribePermissionSet", answers.DescribePermissionSet, **asked).PermissionSet.Name


def _managed(api: Api, asked: dict[str, Any]) -> tuple[str, ...]:
    shape = answers.ListManagedPoliciesInPermissionSet
    listing = api.pages("ListManagedPoliciesInPermissionSet", shape, **asked)
    return tuple(sorted(one.Arn for page, _ in listing for one in page.AttachedManagedPolicies))


def _customer(api: Api, asked: dict[str, Any]) -> tuple[str, ...]:
    shape = answers.ListCustomerManagedPolicyReferencesInPermissionSet
    listing = api.pages("ListCustomerManagedPolicyReferencesInPermissionSet", shape, **asked)
    return tuple(sorted(_named(one) for page, _ in listing for one in page.CustomerManagedPolicyReferences))


def _named(policy: answers.CustomerPolicy) -> str:
    """Give a customer policy's path and name as they stand in its ARN behind ``policy/``; mostly the name alone."""
    return f"{policy.Path.strip('/')}/{policy.Name}".lstrip("/")


def _inline(api: Api, asked: dict[str, Any], veil: Veil) -> str:
    text = api.call("GetInlinePolicyForPermissionSet", answers.GetInlinePolicyForPermissionSet, **asked).InlinePolicy
    try:
        return policy_text(text, veil=veil) if text.strip() else ""
    except ValueError as error:
        raise SkipAndNote(UNREADABLE_POLICY) from error


def _boundary(api: Api, asked: dict[str, Any]) -> str:
    shape = answers.GetPermissionsBoundaryForPermissionSet
    try:
        found = api.call(
            "GetPermissionsBoundaryForPermissionSet", shape, missing=NOT_FOUND, **asked
        ).PermissionsBoundary
    except Missing:
        return ""
    if found is None:
        return ""
    customer = found.CustomerManagedPolicyReference
    return _named(customer) if customer else found.ManagedPolicyArn


def _accounts(api: Api, asked: dict[str, Any]) -> tuple[str, ...]:
    shape = answers.ListAccountsForProvisionedPermissionSet
    listing = api.pages("ListAccountsForProvisionedPermissionSet", shape, **asked)
    return tuple(sorted({account for page, _ in listing for account in page.AccountIds}))


def _assigned(api: Api, asked: dict[str, Any], management: str) -> Assigned:
    listing = api.pages("ListAccountAssignments", answers.ListAccountAssignments, AccountId=management, **asked)
    found = [one for page, _ in listing for one in page.AccountAssignments]
    return Assigned(users=_principals(found, "USER"), groups=_principals(found, "GROUP"))


def _principals(assignments: list[answers.Assignment], kind: str) -> tuple[str, ...]:
    return tuple(sorted({one.PrincipalId for one in assignments if one.PrincipalType == kind}))


def group(api: Api, store: str, group_id: str, veil: Veil) -> Page:
    """Read the name and the members of a group of the identity store; one that was deleted has no members."""
    asked = {"IdentityStoreId": store, "GroupId": group_id}
    pages = (
        row_or_gap(GROUP_NAMES, group_id, lambda: veil.text(_group_name(api, asked))),
        row_or_gap(GROUP_MEMBERS, group_id, lambda: _members(api, asked)),
    )
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def _group_name(api: Api, asked: dict[str, Any]) -> str:
    try:
        return api.call("DescribeGroup", answers.DescribeGroup, missing=NOT_FOUND, **asked).DisplayName
    except Missing:
        return DELETED


def _members(api: Api, asked: dict[str, Any]) -> tuple[str, ...]:
    try:
        listing = api.pages("ListGroupMemberships", answers.ListGroupMemberships, missing=NOT_FOUND, **asked)
        return tuple(sorted({one.MemberId.UserId for page, _ in listing for one in page.GroupMemberships}))
    except Missing:
        return ()


def person(api: Api, store: str, user: str, veil: Veil) -> Page:
    """Read a user of the identity store; one that was deleted cannot sign in."""
    return row_or_gap(PEOPLE, user, lambda: _person(api, store, user, veil))


def _person(api: Api, store: str, user: str, veil: Veil) -> Person:
    try:
        found = api.call("DescribeUser", answers.DescribeUser, missing=NOT_FOUND, IdentityStoreId=store, UserId=user)
    except Missing:
        return Person(key=veil.person(user), masked=DELETED, is_enabled=False)
    return described(found, veil)


def described(user: answers.DescribeUser, veil: Veil) -> Person:
    """Turn a user into a person, known by the primary address, a user name that is one, or the user name."""
    is_enabled = user.UserStatus == "ENABLED"
    for address in (*_addresses(user), user.UserName):
        try:
            mailbox = read_mailbox(address, veil=veil)
        except ValueError:
            continue
        return Person(key=mailbox.key, masked=mailbox.masked, is_enabled=is_enabled)
    name = user.UserName.strip()
    if not name:
        raise SkipAndNote(NAMELESS)
    return Person(key=veil.person(name), masked=f"{name[:1]}•••", is_enabled=is_enabled)


def _addresses(user: answers.DescribeUser) -> list[str]:
    """Give the addresses of a user, the primary one first."""
    return [one.Value for one in sorted(user.Emails, key=lambda one: not one.Primary)]
