"""The sweep of root users: of the management account always, of member accounts only if an audit was asked for.

Of the management account its own report tells. A member account is looked at through a root session
(``assume_root``), which its CloudTrail records as done by its root user (``orgwarden.collect.root_audit`` says what to
leave out of alarms), or quietly through a role in it (``member_role``), to which alone IAM tells of the IAM users, too.
Without an audit each member is a gap.
"""

from collections.abc import Callable, Sequence

from orgwarden.collect import account_credentials, root_audit
from orgwarden.collect import iam_answers as answers
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.activation import ELSEWHERE
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_in_batches
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_FEATURES, ROOT_MFA, ROOT_USE
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged

NAME = "root"
PARTS = (ROOT_FEATURES, ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS)
PRINCIPAL = "iam.amazonaws.com"
FEATURES = ("iam:ListOrganizationsFeatures",)
ACTIONS: tuple[Action, ...] = (
    *called(FEATURES, delegated=PRINCIPAL),
    *called(FEATURES, side=Side.MANAGEMENT, why=ELSEWHERE),
    *called(
        account_credentials.CALLED,
        side=Side.MANAGEMENT,
        why="an account's IAM answers that account alone, and a root session is for member accounts only",
    ),
    *called(account_credentials.CALLED, side=Side.MEMBER, why="an account's IAM answers that account alone"),
    *called(root_audit.CALLED, side=Side.ROOT, why="a root user's keys and devices are listed to itself alone"),
)
ASSUME_ROOT, MEMBER_ROLE = "assume_root", "member_role"
CENTRALIZED = "RootCredentialsManagement"
NOT_AUDITED = "not audited: set ORGWARDEN_AUDIT_MEMBER_ROOT to assume_root or member_role"
BY_ROLE_ALONE = "IAM users of member accounts are read by ORGWARDEN_AUDIT_MEMBER_ROOT=member_role alone"
NOT_CENTRALIZED = (
    "root credentials are not managed centrally, and without that no root session can be opened: switch "
    "RootCredentialsManagement on, or set ORGWARDEN_AUDIT_MEMBER_ROOT to member_role"
)


def sweep(staging: Staging, *, aws: Aws, audit: str, veil: Veil) -> dict[str, int]:
    """Read the root users of the staged accounts; ``audit`` is empty, ``assume_root`` or ``member_role``.

    Gives the number of live accounts and of members that were looked at.
    """
    rows, _ = merged(staging.all_pages())
    management = rows[ORGANIZATION][EVERYTHING].management_account
    members = sorted(a for a, row in rows[ACCOUNTS].items() if not row.state.is_closed and a != management)
    if not staging.pages("root-features"):
        staging.put("root-features", 1, features(aws, management))
    if not staging.pages("root-management"):
        staging.put("root-management", 1, _of_management(aws, management, veil))
    cause = _hindrance(staging, audit)
    if cause:
        staging.put("root-unaudited", 1, _unaudited(members, cause))
    elif audit == ASSUME_ROOT:
        read_in_batches(staging, "root-sessions", members, lambda a: told_to_a_session(aws, a, management))
    else:
        read_in_batches(staging, "root-roles", members, lambda a: _of_member(aws, a, veil))
    staging.finish(NAME, PARTS)
    return {"accounts": len(members) + 1, "audited": 0 if cause else len(members)}


def features(aws: Aws, management: str) -> Page:
    """Read which features of centralized root access are on."""
    try:
        api = aws.delegated("iam", PRINCIPAL, management)
        shape = answers.ListOrganizationsFeatures
        found = api.call("ListOrganizationsFeatures", shape, missing=answers.NONE_ON).EnabledFeatures
    except Missing:
        found = []
    except SkipAndNote as error:
        return gap(ROOT_FEATURES, EVERYTHING, error.cause)
    return Page(rows={ROOT_FEATURES: {EVERYTHING: tuple(sorted(set(found)))}})


def _of_management(aws: Aws, management: str, veil: Veil) -> Page:
    return told_to_a_role(lambda: aws.management("iam", management), management, veil)


def _of_member(aws: Aws, account: str, veil: Veil) -> Page:
    return told_to_a_role(lambda: aws.member(account, "iam"), account, veil)


def told_to_a_role(enter: Callable[[], Api], account: str, veil: Veil) -> Page:
    """Read what IAM tells a role in an account; one that cannot be entered is a gap of all of it."""
    try:
        return account_credentials.credentials_of(enter(), account, veil)
    except SkipAndNote as error:
        return nothing_of(account, error.cause)


def told_to_a_session(aws: Aws, account: str, management: str) -> Page:
    """Read what IAM tells a root session in a member account: of the root user alone."""
    found = root_audit.audit_of(aws, account, management)
    return Page(rows=found.rows, gaps={**found.gaps, (USER_CREDENTIALS.name, account): BY_ROLE_ALONE})


def nothing_of(account: str, cause: str) -> Page:
    """Give a page that says that nothing is known of an account's root user and IAM users."""
    return Page(gaps={**root_audit.nothing_of(account, cause).gaps, (USER_CREDENTIALS.name, account): cause})


def _hindrance(staging: Staging, audit: str) -> str:
    """Say why no member account is looked at; empty: nothing is in the way."""
    if not audit:
        return NOT_AUDITED
    if audit == MEMBER_ROLE:
        return ""
    rows, gaps = merged(staging.pages("root-features"))
    unread = gaps.get((ROOT_FEATURES.name, EVERYTHING), "")
    return unread or ("" if CENTRALIZED in rows[ROOT_FEATURES][EVERYTHING] else NOT_CENTRALIZED)


def _unaudited(members: Sequence[str], cause: str) -> Page:
    _, gaps = merged(nothing_of(member, cause) for member in members)
    return Page(gaps=gaps)
