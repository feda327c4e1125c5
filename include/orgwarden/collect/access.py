"""The sweep of access to the management account: people through IAM Identity Center, IAM users, and trusted roles.

Service control policies never bind the management account, so who gets in there can do anything in the organization;
all that may let somebody in is read, each kind on its own, so that one that is refused hides no other.
"""

from collections.abc import Callable, Collection
from typing import Any

from orgwarden.collect import iam, roles_anywhere
from orgwarden.collect import identity_center as center
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap, read_in_batches
from orgwarden.collect.regions import ACTIONS as REGIONS_ACTIONS
from orgwarden.collect.sessions import Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    IDENTITY_PROVIDERS,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    IdentityCenter,
)
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Page, Rows, Staging, merged, whole_part_gaps

NAME = "access"
# What only the organization's instance of IAM Identity Center tells.
OF_THE_INSTANCE = (PERMISSION_SETS, PERMISSION_SET_ACCOUNTS, ASSIGNMENTS, GROUP_NAMES, GROUP_MEMBERS, PEOPLE)
PARTS = (
    IDENTITY_CENTER,
    *OF_THE_INSTANCE,
    IAM_USERS,
    IAM_GROUPS,
    IAM_ROLES,
    MANAGED_POLICIES,
    IDENTITY_PROVIDERS,
    TRUST_ANCHORS,
)
CALLED_OF_CENTER = (
    "identitystore:DescribeGroup",
    "identitystore:DescribeUser",
    "identitystore:ListGroupMemberships",
    "sso-admin:DescribePermissionSet",
    "sso-admin:GetInlinePolicyForPermissionSet",
    "sso-admin:GetPermissionsBoundaryForPermissionSet",
    "sso-admin:ListAccountAssignments",
    "sso-admin:ListAccountsForProvisionedPermissionSet",
    "sso-admin:ListCustomerManagedPolicyReferencesInPermissionSet",
    "sso-admin:ListInstances",
    "sso-admin:ListManagedPoliciesInPermissionSet",
    "sso-admin:ListPermissionSetsProvisionedToAccount",
)
ACTIONS: tuple[Action, ...] = (
    *REGIONS_ACTIONS,
    *called(CALLED_OF_CENTER, delegated=center.PRINCIPAL),
    *called(
        CALLED_OF_CENTER,
        side=Side.MANAGEMENT,
        why="without a delegated administrator of IAM Identity Center, AWS answers the management account alone",
    ),
    *called(
        (
            "iam:GetAccountAuthorizationDetails",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListOpenIDConnectProviders",
            "iam:ListSAMLProviders",
            "rolesanywhere:ListTrustAnchors",
        ),
        side=Side.MANAGEMENT,
        why="an account's IAM answers that account alone",
    ),
)


def sweep(staging: Staging, *, aws: Aws, veil: Veil, registered: Collection[str] = ()) -> dict[str, int]:
    """Read whoever may get into the management account; give the number of people, IAM users and roles.

    ``registered`` are ids of users of the identity store whom the register names: whether they are still there is read
    of those, too, who reach no assignment.
    """
    management = merged(staging.all_pages())[0][ORGANIZATION][EVERYTHING].management_account
    instance = _instance(staging, aws, management)
    if instance:
        _through_identity_center(staging, aws, management, instance, registered=registered, veil=veil)
    _through_iam(staging, aws, management, veil)
    staging.finish(NAME, PARTS)
    rows = merged(staging.all_pages())[0]
    counted: dict[str, Part[Any]] = {"people": PEOPLE, "users": IAM_USERS, "roles": IAM_ROLES}
    return {name: len(rows.get(part, {})) for name, part in counted.items()}


def _once(staging: Staging, step: str, read: Callable[[], Page]) -> tuple[Rows, Gaps]:
    """Stage the one page of a step, unless it is there, and give it."""
    if not staging.pages(step):
        staging.put(step, 1, read())
    return merged(staging.pages(step))


def _instance(staging: Staging, aws: Aws, management: str) -> IdentityCenter | None:
    rows, _ = _once(staging, "access-identity-center", lambda: _found(aws, management))
    found: IdentityCenter | None = rows.get(IDENTITY_CENTER, {}).get(EVERYTHING)
    return found


def _found(aws: Aws, management: str) -> Page:
    try:
        return Page(rows={IDENTITY_CENTER: {EVERYTHING: center.find_instance(aws, management)}})
    except (SkipAndNote, RetryLater) as error:
        # A service that cannot be reached costs its own answer, and not the other ways in.
        return Page(gaps=whole_part_gaps((IDENTITY_CENTER, *OF_THE_INSTANCE), str(error)))


def _through_identity_center(  # noqa: PLR0913 - what is read, and by what
    staging: Staging, aws: Aws, management: str, instance: IdentityCenter, *, registered: Collection[str], veil: Veil
) -> None:
    admin = aws.delegated("sso-admin", center.PRINCIPAL, management, instance.region)
    store = aws.delegated("identitystore", center.PRINCIPAL, management, instance.region)
    sets = _sets(staging, admin, management, instance)
    read_in_batches(
        staging,
        "access-permission-sets",
        sets,
        lambda arn: center.permission_set(admin, instance.instance, management, arn, veil),
    )
    assigned = merged(staging.pages("access-permission-sets"))[0].get(ASSIGNMENTS, {}).values()
    groups = sorted({group for one in assigned for group in one.groups})
    read_in_batches(staging, "access-groups", groups, lambda group: center.group(store, instance.store, group, veil))
    members = merged(staging.pages("access-groups"))[0].get(GROUP_MEMBERS, {}).values()
    people = sorted({user for one in assigned for user in one.users} | {user for one in members for user in one})
    read_in_batches(staging, "access-people", people, lambda user: center.person(store, instance.store, user, veil))
    others = sorted({*registered} - {*people})
    read_in_batches(staging, "access-registered", others, lambda user: center.person(store, instance.store, user, veil))


def _sets(staging: Staging, admin: Api, management: str, instance: IdentityCenter) -> list[str]:
    """Give the permission sets that a first try listed, for what is staged behind them stands in their order."""
    step = "access-listed"
    if not staging.pages(step):
        try:
            page = Page(cursor=" ".join(center.permission_sets(admin, instance.instance, management)))
        except SkipAndNote as error:
            page = Page(gaps=whole_part_gaps(OF_THE_INSTANCE, error.cause))
        staging.put(step, 1, page)
    return staging.pages(step)[0].cursor.split()


def _through_iam(staging: Staging, aws: Aws, management: str, veil: Veil) -> None:
    try:
        api = aws.management("iam", management)
    except SkipAndNote as error:
        unread = whole_part_gaps((*iam.DETAILED, IDENTITY_PROVIDERS, TRUST_ANCHORS), error.cause)
        staging.put("access-iam", 1, Page(gaps=unread))
        return
    sets: dict[Part[Any], Any] = {
        PERMISSION_SETS: merged(staging.pages("access-permission-sets"))[0].get(PERMISSION_SETS, {})
    }
    rows, gaps = _once(staging, "access-iam", lambda: _details(api, sets, management, veil))
    lacking = iam.named_policies({**rows, **sets}, management) - rows.get(MANAGED_POLICIES, {}).keys()
    read_in_batches(staging, "access-managed-policies", sorted(lacking), lambda arn: iam.managed_policy(api, arn, veil))
    _once(staging, "access-identity-providers", lambda: iam.providers(api, veil))
    _once(staging, "access-trust-anchors", lambda: _anchors(aws, management, rows, gaps))


def _details(api: Api, sets: Rows, management: str, veil: Veil) -> Page:
    page = iam.details(api, veil)
    return iam.without_unnamed(page, iam.named_policies({**page.rows, **sets}, management))


def _anchors(aws: Aws, management: str, rows: Rows, gaps: Gaps) -> Page:
    if roles_anywhere.is_trusted(rows.get(IAM_ROLES, {})):
        return roles_anywhere.trust_anchors(aws, management)
    # Whether a role that could not be read trusts the service is not known, nor then whether an anchor counts.
    unread = [cause for (part, _), cause in gaps.items() if part == IAM_ROLES.name]
    return gap(TRUST_ANCHORS, EVERYTHING, unread[0]) if unread else Page()
