"""The organization's instance of IAM Identity Center: permission sets, who has them where, and its identity store.

moto keeps one for each account and region, so a member would see another one than its organization's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from orgwarden.demo.organization import MANAGEMENT_ID, now

REGION = "us-east-1"
SERVICE_PRINCIPAL = "sso.amazonaws.com"
AWS_POLICY = "arn:aws:iam::aws:policy/"


@dataclass(slots=True, kw_only=True)
class PermissionSet:
    """One permission set; customer policies are (path, name), ``boundary`` is as AWS takes it, None: none."""

    arn: str
    name: str
    created: datetime
    description: str = ""
    session: str = "PT1H"
    relay_state: str = ""
    managed: list[str] = field(default_factory=list)
    customer: list[tuple[str, str]] = field(default_factory=list)
    inline: str = ""
    boundary: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)

    def customer_arns(self, account: str) -> list[str]:
        """Give the ARNs that its customer policies have in an account."""
        return [f"arn:aws:iam::{account}:policy{path}{name}" for path, name in self.customer]

    def boundary_arn(self, account: str) -> str | None:
        """Give the ARN of its permissions boundary in an account."""
        reference = (self.boundary or {}).get("CustomerManagedPolicyReference")
        if reference:
            return f"arn:aws:iam::{account}:policy{reference.get('Path') or '/'}{reference['Name']}"
        return (self.boundary or {}).get("ManagedPolicyArn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A user or group that has a permission set in an account."""

    account: str
    permission_set: str
    kind: str
    principal: str


@dataclass(slots=True)
class IdentityCenter:
    """One instance with its identity store; the same calls in the same order draw the same ids."""

    organization: str
    is_present: bool = True
    created: datetime = field(default_factory=now)
    tags: dict[str, str] = field(default_factory=dict)
    sets: dict[str, PermissionSet] = field(default_factory=dict)
    assignments: dict[Assignment, datetime] = field(default_factory=dict)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    memberships: dict[str, dict[str, Any]] = field(default_factory=dict)
    drawn: int = 0

    @property
    def arn(self) -> str:
        return f"arn:aws:sso:::instance/ssoins-{self._digest('instance')[:16]}"

    @property
    def store(self) -> str:
        return f"d-{self._digest('store')[:10]}"

    @property
    def store_arn(self) -> str:
        return f"arn:aws:identitystore::{MANAGEMENT_ID}:identitystore/{self.store}"

    def fresh(self) -> str:
        """Draw 32 hexadecimal digits."""
        self.drawn += 1
        return self._digest(str(self.drawn))[:32]

    def fresh_uuid(self) -> str:
        """Draw an id as requests, users and groups have them."""
        drawn = self.fresh()
        return "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))

    def accounts_of(self, permission_set: str) -> list[str]:
        """Give the accounts in which a permission set is provisioned: those where somebody has it."""
        return self._distinct(lambda it: it.account if it.permission_set == permission_set else "")

    def sets_in(self, account: str) -> list[str]:
        """Give the permission sets that are provisioned in an account."""
        return self._distinct(lambda it: it.permission_set if it.account == account else "")

    def groups_of(self, user: str) -> list[str]:
        """Give the groups that a user is a member of."""
        return [it["GroupId"] for it in self.memberships.values() if it["MemberId"]["UserId"] == user]

    def _distinct(self, of: Callable[[Assignment], str]) -> list[str]:
        return list(dict.fromkeys(found for found in map(of, self.assignments) if found))

    def _digest(self, text: str) -> str:
        return sha256(f"{self.organization}/{text}".encode()).hexdigest()
