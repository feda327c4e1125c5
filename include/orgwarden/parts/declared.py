"""What the owners declared, as parts of a world; each under ``"*"``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orgwarden.model import Part
from orgwarden.parts.root import MfaKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A mailbox that the owners declared as a group; ``members`` is 0 where nobody said how many."""

    members: int
    is_ticket_queue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Owners:
    """How the owner of a finding is found: an account's tag, its unit, the theme, else ``default``."""

    tag_keys: tuple[str, ...]
    units: Mapping[str, str]
    themes: Mapping[str, str]
    default: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vended:
    """A pattern of accounts that an account factory makes; every key that is given must match.

    Empty: any method, any unit, any name, any tag. ``tags`` has patterns of values by key.
    """

    method: str
    units: tuple[str, ...]
    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class RootEvent:
    """Something that was done with an account's root user on purpose, from a day to a day, both included.

    ``kind`` is use, password_change, mfa_change or phone_change; a change is a use, too.
    """

    kind: str
    account: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class RootRules:
    """What is held against root users; ``alert_targets`` are patterns of ARNs at which alarms reach people unseen.

    ``member_alert_targets`` are those of them at which all member accounts' alarms end.
    """

    window_days: int
    password_window_days: int
    events: tuple[RootEvent, ...]
    alert_targets: tuple[str, ...]
    member_alert_targets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Resources that may lie in the management account: patterns of type and ARN, and of tag values by key."""

    name: str
    type: str
    arn: str
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredPath:
    """A way into the management account that is meant: patterns of the role's ARN and of whom it trusts, and until."""

    role: str
    trusts: tuple[str, ...]
    expires: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagementRules:
    """What is held against the management account.

    ``finance`` has patterns of permission set names and ARNs; ``people`` the identity store's user by IAM user's ARN.
    """

    administrators: int
    allowed: tuple[Allowed, ...]
    paths: tuple[DeclaredPath, ...]
    finance: tuple[str, ...]
    people: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DelegationRules:
    """Services that stay undelegated, with the reason, and those that are meant to be trusted; None: nobody said."""

    undelegated: Mapping[str, str]
    trusted: frozenset[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Foundational:
    """An account that serves all others; ``unit`` is the unit in or below which it is to stand, empty: anywhere."""

    account: str
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StructureRules:
    """What is held against the tree; ``workload_units`` None: each unit with live accounts."""

    billing_transfers: frozenset[str]
    workload_units: frozenset[str] | None
    stage_tags: tuple[str, ...]
    production: frozenset[str]
    root_days: int
    closing_days: int
    invitation_days: int
    control_tower: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TagRules:
    """The values that a key may have, and the keys that a tag policy must enforce; None: those required on accounts."""

    values: Mapping[str, tuple[str, ...]]
    enforced: tuple[str, ...] | None


BUSINESS_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.domains", frozenset[str])
PARTNER_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.partner_domains", frozenset[str])
# Domains that only the inside resolves.
INTERNAL_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.internal_domains", frozenset[str])
# Keyed hash of a number → what it is for.
DECLARED_NUMBERS: Part[Mapping[str, str]] = Part("baseline.contacts.numbers", dict[str, str])
# Keyed hash of a mailbox → the group behind it.
GROUPS: Part[Mapping[str, Group]] = Part("baseline.contacts.groups", dict[str, Group])
REQUIRED_CONTACTS: Part[tuple[str, ...]] = Part("baseline.contacts.required", tuple[str, ...])
TOLL_FREE_ALLOWED: Part[bool] = Part("baseline.contacts.toll_free_allowed", bool)
OWNERS: Part[Owners] = Part("baseline.owners", Owners)
VENDED: Part[tuple[Vended, ...]] = Part("baseline.changes.vended", tuple[Vended, ...])

ROOT_RULES: Part[RootRules] = Part("baseline.root", RootRules)
# The kinds of the MFA devices of the management account's root user.
MFA_REGISTER: Part[tuple[MfaKind, ...]] = Part("baseline.root.mfa_devices", tuple[MfaKind, ...])
MANAGEMENT_RULES: Part[ManagementRules] = Part("baseline.management_account", ManagementRules)
DELEGATION_RULES: Part[DelegationRules] = Part("baseline.delegation", DelegationRules)
# The accounts that may administer a service, by its principal.
EXPECTED_ADMINISTRATORS: Part[Mapping[str, tuple[str, ...]]] = Part(
    "baseline.delegation.administrators", dict[str, tuple[str, ...]]
)
STRUCTURE_RULES: Part[StructureRules] = Part("baseline.structure", StructureRules)
# By what they are for: security, log_archive, infrastructure, identity, networking, backup.
FOUNDATIONAL_ACCOUNTS: Part[Mapping[str, Foundational]] = Part(
    "baseline.structure.foundational", dict[str, Foundational]
)
OUR_ACCOUNTS: Part[tuple[str, ...]] = Part("baseline.structure.our_accounts", tuple[str, ...])
# By id of a unit.
UNIT_PURPOSES: Part[Mapping[str, str]] = Part("baseline.structure.purposes", dict[str, str])
# Keys by kind of thing (account, unit, root, policy); a kind that is not judged is left out.
REQUIRED_TAGS: Part[Mapping[str, tuple[str, ...]]] = Part("baseline.tags.required", dict[str, tuple[str, ...]])
TAG_RULES: Part[TagRules] = Part("baseline.tags", TagRules)
# The tools of AWS that are to be on: cost_explorer, cost_optimization_hub, compute_optimizer, storage_lens.
BILLING_TOOLS: Part[tuple[str, ...]] = Part("baseline.billing.tools", tuple[str, ...])
# The keys of resource tags that costs are told apart by.
COST_KEYS: Part[tuple[str, ...]] = Part("baseline.billing.cost_keys", tuple[str, ...])
