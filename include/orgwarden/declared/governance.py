"""What the owners declared of the management account, root users, delegation, structure, tags and billing, as parts."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from orgwarden.aws.services import services
from orgwarden.baseline import Baseline
from orgwarden.baseline import governance as declared
from orgwarden.declared.custody import KINDS
from orgwarden.model import Part
from orgwarden.parts.declared import (
    BILLING_TOOLS,
    COST_KEYS,
    DELEGATION_RULES,
    EXPECTED_ADMINISTRATORS,
    FOUNDATIONAL_ACCOUNTS,
    MANAGEMENT_RULES,
    MFA_REGISTER,
    OUR_ACCOUNTS,
    REQUIRED_TAGS,
    ROOT_RULES,
    STRUCTURE_RULES,
    TAG_RULES,
    UNIT_PURPOSES,
    Allowed,
    DeclaredPath,
    DelegationRules,
    Foundational,
    ManagementRules,
    RootEvent,
    RootRules,
    StructureRules,
    TagRules,
)
from orgwarden.parts.root import MfaKind
from orgwarden.privacy import Veil

UNDECLARED: Mapping[Part[Any], str] = {
    MFA_REGISTER: "not declared: list the root user's MFA devices under root.mfa_devices in the baseline",
    EXPECTED_ADMINISTRATORS: "not declared: list who administers each service under delegation.administrators in the "
    "baseline, or the accounts that serve all others under structure.foundational",
    FOUNDATIONAL_ACCOUNTS: "not declared: list the accounts that serve all others under structure.foundational in the "
    "baseline",
    OUR_ACCOUNTS: "not declared: list all accounts of the business under structure.our_accounts in the baseline",
    UNIT_PURPOSES: "not declared: list what each unit is for under structure.purposes in the baseline",
    COST_KEYS: "not declared: list the tags that costs are told apart by under billing.cost_keys in the baseline",
    REQUIRED_TAGS: "not declared: list the keys that must be there under tags.required in the baseline",
}
# Any address of a domain: behind the mask of an address stands a bit of its hash.
ANYBODY = re.compile(r"(?<=\*)@[\w.-]+\.\w+")


def governance_rows(baseline: Baseline, veil: Veil) -> dict[Part[Any], Any]:
    """Give the row of each part, None where it is undeclared."""
    return {
        ROOT_RULES: _root(baseline.root, veil),
        MFA_REGISTER: _devices(baseline.root.mfa_devices),
        MANAGEMENT_RULES: _management(baseline.management_account, veil),
        DELEGATION_RULES: _delegation(baseline.delegation),
        EXPECTED_ADMINISTRATORS: _administrators(baseline.delegation, baseline.structure),
        STRUCTURE_RULES: _structure(baseline.structure),
        FOUNDATIONAL_ACCOUNTS: _foundational(baseline.structure),
        OUR_ACCOUNTS: baseline.structure.our_accounts,
        UNIT_PURPOSES: None if baseline.structure.purposes is None else dict(baseline.structure.purposes),
        REQUIRED_TAGS: _required(baseline.tags),
        TAG_RULES: _tags(baseline.tags, veil),
        BILLING_TOOLS: tuple(baseline.billing.tools),
        COST_KEYS: baseline.billing.cost_keys,
    }


def _root(root: declared.Root, veil: Veil) -> RootRules:
    events = (RootEvent(kind=e.kind, account=e.account, first=e.on, last=e.until or e.on) for e in root.events)
    return RootRules(
        window_days=root.window_days,
        password_window_days=root.password_window_days,
        events=tuple(events),
        alert_targets=tuple(_masked(path.target, veil) for path in root.alert_paths),
        member_alert_targets=tuple(_masked(path.target, veil) for path in root.alert_paths if path.members),
    )


def _devices(devices: tuple[declared.MfaDevice, ...] | None) -> tuple[MfaKind, ...] | None:
    return None if devices is None else tuple(KINDS[device.kind] for device in devices)


def _management(management: declared.ManagementAccount, veil: Veil) -> ManagementRules:
    def hidden(pattern: str) -> str:
        return _masked(pattern, veil)

    allowed = (
        Allowed(name=a.name, type=a.type, arn=hidden(a.arn), tags={key: hidden(value) for key, value in a.tags.items()})
        for a in management.all_allowed
    )
    paths = (
        DeclaredPath(role=hidden(p.role), trusts=tuple(map(hidden, p.trusts)), expires=p.expires)
        for p in management.paths
    )
    return ManagementRules(
        administrators=management.administrators,
        allowed=tuple(allowed),
        paths=tuple(paths),
        finance=tuple(map(hidden, management.finance)),
        people={hidden(arn): user for arn, user in management.people.items()},
    )


def _delegation(delegation: declared.Delegation) -> DelegationRules:
    return DelegationRules(
        undelegated={one.service: one.why for one in delegation.undelegated},
        trusted=None if delegation.trusted is None else frozenset(delegation.trusted),
    )


def _administrators(
    delegation: declared.Delegation, structure: declared.Structure
) -> dict[str, tuple[str, ...]] | None:
    """Give who may administer each service: as declared, else the foundational account that its kind belongs to."""
    if delegation.administrators is None and structure.foundational is None:
        return None
    accounts: dict[str, str] = {purpose: one.account for purpose, one in (structure.foundational or {}).items()}
    usual = {
        service.principal: _those(service.belongs_to, accounts) or _those(service.else_to, accounts)
        for service in services().values()
    }
    return {**{principal: who for principal, who in usual.items() if who}, **(delegation.administrators or {})}


def _those(purposes: Iterable[str], accounts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(accounts[purpose] for purpose in purposes if purpose in accounts)


def _structure(structure: declared.Structure) -> StructureRules:
    units = structure.workload_units
    return StructureRules(
        billing_transfers=frozenset(structure.billing_transfers),
        workload_units=None if units is None else frozenset(units),
        stage_tags=structure.stage_tags,
        production=frozenset(value.casefold() for value in structure.production),
        root_days=structure.root_days,
        closing_days=structure.closing_days,
        invitation_days=structure.invitation_days,
        control_tower=structure.control_tower,
    )


def _foundational(structure: declared.Structure) -> dict[str, Foundational] | None:
    if structure.foundational is None:
        return None
    found = structure.foundational.items()
    return {purpose: Foundational(account=one.account, unit=one.unit or "") for purpose, one in found}


def _required(tags: declared.Tags) -> dict[str, tuple[str, ...]] | None:
    return None if tags.required is None else {kind: keys for kind, keys in tags.required if keys is not None}


def _tags(tags: declared.Tags, veil: Veil) -> TagRules:
    values = {key: tuple(veil.text(value) for value in allowed) for key, allowed in tags.values.items()}
    return TagRules(values=values, enforced=tags.enforced)


def _masked(pattern: str, veil: Veil) -> str:
    """Mask the addresses in a pattern as they are masked in what it is held against; ``*@corp.example`` fits on."""
    return ANYBODY.sub(lambda found: f"{found[0].lower()}~*", veil.text(pattern))
