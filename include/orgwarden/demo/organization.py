"""The organization behind the answers: accounts, units, policies and delegation, with what AWS keeps true of them.

moto's own model has no paths, knows five of the fifteen policy types and scans all accounts on every call, so the
organization is modelled here, indexed by id and by parent.
"""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orgwarden.demo.refusals import AwsError

MANAGEMENT_ID = "123456789012"
CLOSED, SUSPENDED, ACTIVE = "CLOSED", "SUSPENDED", "ACTIVE"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
FULL_ACCESS = {SCP: "p-FullAWSAccess", RCP: "p-RCPFullAWSAccess"}
EVERYTHING = {
    SCP: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    RCP: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
}
DEEPEST_UNIT = 5


@dataclass(slots=True, kw_only=True)
class Account:
    """One account; ``state`` or ``status`` None leaves that field out of the answers."""

    id: str
    name: str
    email: str
    parent: str
    joined: datetime
    joined_method: str = "CREATED"
    state: str | None = ACTIVE
    status: str | None = ACTIVE
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Say whether AWS serves nothing of this account any more."""
        return self.state == CLOSED

    @property
    def usable(self) -> bool:
        """Say whether anybody can work in this account."""
        return self.state != CLOSED and SUSPENDED not in (self.state, self.status if self.state is None else None)


@dataclass(slots=True, kw_only=True)
class Unit:
    """One organizational unit, or the root, which has no parent."""

    id: str
    name: str
    parent: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Policy:
    """One policy, of the customer or of AWS."""

    id: str
    name: str
    description: str
    type: str
    content: str
    aws_managed: bool = False
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Creation:
    """One CreateAccount request and how it ended."""

    id: str
    name: str
    state: str
    account: str
    requested: datetime
    failure: str = ""


class Organization:
    """The organization with all features and, to begin with, its management account alone."""

    def __init__(self, *, organization_id: str, root_id: str, name: str, email: str, joined: datetime) -> None:
        self.id, self.root_id = organization_id, root_id
        self.units = {root_id: Unit(id=root_id, name="Root", parent="")}
        self.accounts: dict[str, Account] = {}
        self.former: dict[str, Account] = {}
        self.policies: dict[str, Policy] = {}
        self.attached: dict[str, list[str]] = {root_id: []}
        self.targets: dict[str, list[str]] = {}
        self.policy_types: list[str] = []
        self.services: dict[str, datetime] = {}
        self.delegated: dict[str, dict[str, datetime]] = {}
        self.resource_policy: str | None = None
        self.resource_policy_tags: dict[str, str] = {}
        self.creations: dict[str, Creation] = {}
        self._children: dict[str, dict[str, None]] = {root_id: {}}
        self._ids = random.Random(organization_id)  # noqa: S311 -- equal organizations get equal ids
        self._add_full_access(SCP)
        self.add_account(
            Account(id=MANAGEMENT_ID, name=name, email=email, parent=root_id, joined=joined, joined_method="INVITED")
        )

    # -- ids and ARNs

    def fresh(self, length: int, alphabet: str = string.ascii_lowercase + string.digits) -> str:
        """Draw an id's random end; the same organization draws the same ids in the same order."""
        return "".join(self._ids.choices(alphabet, k=length))

    def fresh_account_id(self) -> str:
        """Draw an account id that is not in use."""
        drawn = (self._ids.choice("123456789") + self.fresh(11, string.digits) for _ in iter(int, 1))
        return next(id_ for id_ in drawn if id_ not in self.accounts and id_ not in self.former)

    def arn(self, kind: str, *path: str) -> str:
        """Give the ARN of a thing in this organization."""
        return f"arn:aws:organizations::{MANAGEMENT_ID}:{kind}/{'/'.join((self.id, *path))}"

    def arn_of(self, id_: str) -> str:
        """Give the ARN of a root, unit, account or policy by its id."""
        if id_ == self.root_id:
            return self.arn("root", id_)
        if id_ in self.units:
            return self.arn("ou", id_)
        return self.arn("account", id_) if id_ in self.accounts else self._policy_arn(self.policies[id_])

    def _policy_arn(self, policy: Policy) -> str:
        kind = policy.type.lower()
        if policy.aws_managed:
            return f"arn:aws:organizations::aws:policy/{kind}/{policy.id}"
        return self.arn("policy", kind, policy.id)

    # -- the tree

    def parent_of(self, id_: str) -> str:
        """Give the parent of an account or a unit."""
        return self.accounts[id_].parent if id_ in self.accounts else self.units[id_].parent

    def path_of(self, id_: str) -> str:
        """Give AWS's path of an account or a unit: ``o-…/r-…/ou-…/id/``."""
        steps = [id_]
        while parent := self.parent_of(steps[-1]):
            steps.append(parent)
        return "/".join((self.id, *reversed(steps), ""))

    def depth_of(self, unit: str) -> int:
        """Count the units above and including a unit; the root is at depth 0."""
        depth = 0
        while unit := self.units[unit].parent:
            depth += 1
        return depth

    def units_in(self, parent: str) -> list[Unit]:
        """List the units right below a root or unit."""
        return [self.units[child] for child in self._children[parent] if child in self.units]

    def accounts_in(self, parent: str) -> list[Account]:
        """List the accounts right below a root or unit."""
        return [self.accounts[child] for child in self._children[parent] if child in self.accounts]

    def add_account(self, account: Account) -> None:
        """Take in an account, with full access attached as AWS does."""
        self.accounts[account.id] = account
        self._place(account.id, account.parent)

    def add_unit(self, unit: Unit) -> None:
        """Take in a unit, with full access attached as AWS does."""
        self.units[unit.id] = unit
        self._children[unit.id] = {}
        self._place(unit.id, unit.parent)

    def move(self, account: str, parent: str) -> None:
        """Put an account below another parent."""
        del self._children[self.accounts[account].parent][account]
        self._children[parent][account] = None
        self.accounts[account].parent = parent

    def remove(self, id_: str) -> None:
        """Take an account or an empty unit out of the organization."""
        for policy in list(self.attached.pop(id_)):
            self.targets[policy].remove(id_)
        del self._children[self.parent_of(id_)][id_]
        if id_ in self.accounts:
            self.former[id_] = self.accounts.pop(id_)
            self.delegated.pop(id_, None)
        else:
            del self.units[id_], self._children[id_]

    def empty(self, unit: str) -> bool:
        """Say whether a unit has nothing below it."""
        return not self._children[unit]

    def _place(self, id_: str, parent: str) -> None:
        self._children[parent][id_] = None
        self.attached[id_] = []
        for policy in self._full_access():
            self.attach(policy, id_)

    # -- policies

    def add_policy(self, policy: Policy) -> None:
        """Take in a policy, attached to nothing yet."""
        self.policies[policy.id] = policy
        self.targets[policy.id] = []

    def attach(self, policy: str, target: str) -> None:
        """Attach a policy to a root, unit or account."""
        self.attached[target].append(policy)
        self.targets[policy].append(target)

    def detach(self, policy: str, target: str) -> None:
        """Detach a policy from a root, unit or account."""
        self.attached[target].remove(policy)
        self.targets[policy].remove(target)

    def attached_of(self, target: str, policy_type: str) -> list[Policy]:
        """List the policies of one type that are attached to a target itself."""
        policies = (self.policies[id_] for id_ in self.attached[target])
        return [policy for policy in policies if policy.type == policy_type]

    def enable_policy_type(self, policy_type: str) -> None:
        """Switch a policy type on; resource control begins with full access everywhere."""
        self.policy_types.append(policy_type)
        if policy_type in FULL_ACCESS:
            self._add_full_access(policy_type)

    def disable_policy_type(self, policy_type: str) -> None:
        """Switch a policy type off, which detaches all its policies but AWS's full access."""
        self.policy_types.remove(policy_type)
        for policy in [p for p in self.policies.values() if p.type == policy_type and not p.aws_managed]:
            for target in list(self.targets[policy.id]):
                self.detach(policy.id, target)

    def _full_access(self) -> Iterator[str]:
        return (policy for policy in FULL_ACCESS.values() if policy in self.policies)

    def _add_full_access(self, policy_type: str) -> None:
        id_ = FULL_ACCESS[policy_type]
        if id_ not in self.policies:
            text = EVERYTHING[policy_type]
            about = "Allows access to every operation" if policy_type == SCP else "Allows access to every resource"
            self.add_policy(
                Policy(id=id_, name=id_[2:], description=about, type=policy_type, content=text, aws_managed=True)
            )
        for target in self.attached:
            if not self.attached_of(target, policy_type):
                self.attach(id_, target)

    # -- look-ups that refuse

    def account(self, id_: str) -> Account:
        """Find an account, or refuse as AWS does."""
        if id_ not in self.accounts:
            raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")
        return self.accounts[id_]

    def policy(self, id_: str) -> Policy:
        """Find a policy, or refuse as AWS does."""
        if id_ not in self.policies:
            raise AwsError("PolicyNotFoundException", "You specified a policy that doesn't exist.")
        return self.policies[id_]

    def parent(self, id_: str, code: str = "ParentNotFoundException") -> str:
        """Make sure that a root or unit exists, or refuse as AWS does."""
        if id_ not in self.units:
            raise AwsError(code, "You specified a parent that doesn't exist.")
        return id_

    def target(self, id_: str) -> str:
        """Make sure that a root, unit or account exists, or refuse as AWS does."""
        if id_ not in self.attached:
            raise AwsError("TargetNotFoundException", "You specified a target that doesn't exist.")
        return id_


def now() -> datetime:
    """Give this moment as AWS stamps it, in UTC."""
    return datetime.now(UTC)
