"""Who gets into the management account: people through IAM Identity Center, IAM users, and whoever may assume a role.

Policies stand as JSON text. Names and addresses of people are hashed and masked; IAM users are named by their ARN.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orgwarden.model import Part

# In the place of the mask of a user who is not there any more.
DELETED = "(deleted)"


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityCenter:
    """The organization's instance of IAM Identity Center."""

    instance: str
    store: str
    region: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionSet:
    """What a permission set grants: AWS's policies by ARN, customer policies by name, the inline one as JSON text.

    ``boundary`` is an AWS policy's ARN or a customer policy's name; empty: none.
    """

    name: str
    managed: tuple[str, ...]
    customer: tuple[str, ...]
    inline: str
    boundary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Assigned:
    """Who has a permission set in the management account: ids of the identity store."""

    users: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A user of the identity store: keyed hash of the address (of the user name where there is none), and its mask.

    One that is not there any more has ``DELETED`` for a mask, and is not enabled.
    """

    key: str
    masked: str
    is_enabled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Granted:
    """The policies of an IAM user, role or group: ARNs of managed ones, JSON texts of inline ones.

    ``boundary`` is a policy's ARN; empty: none.
    """

    managed: tuple[str, ...]
    inline: tuple[str, ...]
    boundary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IamUser:
    """An IAM user; ``groups`` are ARNs. ``person`` is the keyed hash of the address that its name or e-mail tag is."""

    name: str
    person: str
    groups: tuple[str, ...]
    granted: Granted


@dataclass(frozen=True, kw_only=True, slots=True)
class UserCredentials:
    """What an IAM user can sign in or call with, of the credential report; ``service_keys``: of a single service."""

    has_password: bool
    has_mfa: bool
    active_keys: int
    service_keys: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """An IAM role: who may assume it (``trust``, JSON text), and what it may do; ``tags`` are masked."""

    name: str
    path: str
    trust: str
    granted: Granted
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustAnchor:
    """A trust anchor of IAM Roles Anywhere, which lets certificates of its authority assume roles."""

    region: str
    is_enabled: bool


# Under "*"; None: there is none.
IDENTITY_CENTER: Part[IdentityCenter | None] = Part("sso.instance", IdentityCenter | None)
# By ARN, of the permission sets that are provisioned in the management account; a gap under "*": not all were listed.
PERMISSION_SETS: Part[PermissionSet] = Part("sso.permission_sets", PermissionSet)
# The accounts in which a permission set is provisioned, by its ARN.
PERMISSION_SET_ACCOUNTS: Part[tuple[str, ...]] = Part("sso.permission_set_accounts", tuple[str, ...])
# By ARN of the permission set.
ASSIGNMENTS: Part[Assigned] = Part("sso.assignments", Assigned)
# By id of a group that has an assignment: its name, and the ids of its members.
GROUP_NAMES: Part[str] = Part("identitystore.groups", str)
GROUP_MEMBERS: Part[tuple[str, ...]] = Part("identitystore.group_members", tuple[str, ...])
# By id of a user who reaches an assignment, or whom the register of people names.
PEOPLE: Part[Person] = Part("identitystore.people", Person)
# By ARN, of the management account.
IAM_USERS: Part[IamUser] = Part("iam.users", IamUser)
IAM_GROUPS: Part[Granted] = Part("iam.groups", Granted)
IAM_ROLES: Part[Role] = Part("iam.roles", Role)
# JSON text of the version in force, by ARN: of every managed policy that a user, role, group or permission set names.
MANAGED_POLICIES: Part[str] = Part("iam.managed_policies", str)
# By ARN, of the management account, and of members where a member role is given; a gap under an account: its report.
USER_CREDENTIALS: Part[UserCredentials] = Part("iam.user_credentials", UserCredentials)
# By ARN: SAML or OIDC.
IDENTITY_PROVIDERS: Part[str] = Part("iam.identity_providers", str)
# By ARN; a gap under a region: its anchors could not be read.
TRUST_ANCHORS: Part[TrustAnchor] = Part("rolesanywhere.trust_anchors", TrustAnchor)
