"""Builds the organization that is served: the empty one, or the one that ``seed.yaml`` declares.

The declaration is the sound organization and, apart from it, its drifts: so a test may serve either, and every verdict
that deviates is traced to the drift that made it.
"""

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orgwarden.demo.faults import Fault
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.subjects import Expectation, Subject

DECLARATION = Path(__file__).with_name("seed.yaml")
GOVERNANCE = Path(__file__).with_name("seed-governance.yaml")
BASELINE = Path(__file__).with_name("baseline")
MANAGEMENT = "management"
NO_CONTACT = "none"
DAYS_AGO = "days_ago"
Slot = Literal["BILLING", "OPERATIONS", "SECURITY"]
Contact = dict[str, str]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrganizationSeed(_Declared):
    """The ids that never change between two servings."""

    id: str
    root: str
    joined: datetime
    company: str = "Northwind Trading AS"
    website: str = "https://northwind.example"


class AccountSeed(_Declared):
    """One account as it would be without drift; ``unit`` is the path of its unit, empty for the root.

    The number ``none`` stands for no contact information at all; ``labels`` are tags beside the three that have fields.
    """

    name: str
    id: str = MANAGEMENT_ID
    unit: str = ""
    phone: str
    person: str
    email: str = ""
    owner: str = ""
    cost_center: str = ""
    stage: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    alternates: str = "standard"
    state: Literal["ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"] = "ACTIVE"

    @property
    def address(self) -> str:
        """Give the root user's address."""
        return self.email or f"aws+{self.name}@northwind.example"

    @property
    def tags(self) -> dict[str, str]:
        """Give the tags of the account."""
        told = {"owner": self.owner, "cost-center": self.cost_center, "stage": self.stage}
        return {key: value for key, value in told.items() if value} | self.labels


class NumberSeed(_Declared):
    """A phone number, and what AWS says of it."""

    number: str
    verification: Literal["PENDING", "VERIFIED", "UNVERIFIED", "NOT_SUPPORTED"] = "VERIFIED"


class KeySeed(_Declared):
    """An access key's account and user."""

    account: str
    user: str


class RoleSeed(_Declared):
    """A role and the accounts that may assume it."""

    account: str
    name: str
    trusts: list[str]
    external_id: str = ""


class MemberRoleSeed(_Declared):
    """A role that every member account has, and the account that may assume it."""

    name: str
    trusts: str


class PolicySeed(_Declared):
    """A policy and where it is attached: unit paths, or ``root``."""

    name: str
    type: str
    attach: list[str]
    content: dict[str, Any]


class UnitSeed(_Declared):
    """An organizational unit."""

    id: str
    tags: dict[str, str] = Field(default_factory=dict)


class CallSeed(_Declared):
    """One call that an administrator of an account makes; ``keep`` names parts of the answer for later calls.

    A mapping under ``json`` alone stands for its JSON text, ``${name}`` for what an earlier call kept. A call with
    ``regions`` is made in each of them.
    """

    service: str
    operation: str
    region: str = "us-east-1"
    regions: list[str] = Field(default_factory=list)
    account: str = MANAGEMENT
    parameters: dict[str, Any] = Field(default_factory=dict)
    keep: dict[str, str] = Field(default_factory=dict)


class Change(_Declared):
    """What a drift or a later event changes; of a contact only the keys that are named, null takes it away.

    ``calls`` are made through AWS's API, ``state`` is what that cannot set, as for PATCH /demo/state.
    """

    account: str = ""
    primary: Contact | None = Field(default_factory=dict)
    alternates: dict[Slot, Contact | None] = Field(default_factory=dict)
    email: str = ""
    verification: str = ""
    fault: Fault | None = None
    domain: str = ""
    answers: dict[str, Any] = Field(default_factory=dict)
    calls: list[CallSeed] = Field(default_factory=list)
    state: dict[str, Any] = Field(default_factory=dict)
    delegated_administrators: dict[str, list[str]] = Field(default_factory=dict)
    why: str = ""

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        made = bool(self.calls or self.state or self.delegated_administrators)
        if [bool(self.account), bool(self.domain), made].count(True) != 1 and not self.fault:
            raise ValueError("a change is about an account, or a domain, or made of calls and states: name one of them")
        return self


class ExpectationSeed(_Declared):
    """A verdict that must come, its subject as people write it."""

    control: str
    expected: Literal["FAIL", "UNKNOWN"]
    subject: dict[Literal["account", "slot", "number", "mailbox", "domain", "organization", "region", "resource"], str]


class Drift(_Declared):
    """What deviates, why, and the verdicts that it leads to."""

    why: str
    change: Change
    expect: list[ExpectationSeed]


class Later(_Declared):
    """What has changed by the next reading, and what becomes of the findings."""

    changes: list[Change]
    resolved: list[ExpectationSeed]
    new: list[ExpectationSeed]


class Seed(_Declared):
    """The whole declaration."""

    organization: OrganizationSeed
    management: AccountSeed
    access_keys: dict[str, KeySeed]
    roles: list[RoleSeed]
    policy_types: list[str]
    trusted_access: list[str]
    delegated_administrators: dict[str, list[str]]
    policies: list[PolicySeed]
    units: dict[str, UnitSeed]
    numbers: dict[str, NumberSeed]
    people: dict[str, Contact]
    alternates: dict[str, dict[Slot, Contact]]
    accounts: list[AccountSeed]
    domains: dict[str, dict[str, Any]]
    members_without_root: bool = False
    member_role: MemberRoleSeed | None = None
    resource_policy: dict[str, Any] | None = None
    setup: list[CallSeed] = Field(default_factory=list)
    state: dict[str, Any] = Field(default_factory=dict)
    drifts: list[Drift]
    later: Later

    def id_of(self, name: str) -> str:
        """Give the id of an account by its name; ``management`` is the management account."""
        return MANAGEMENT_ID if name == MANAGEMENT else next(it.id for it in self.accounts if it.name == name)

    def expectation(self, declared: ExpectationSeed, why: str) -> Expectation:
        """Resolve what is expected to ids."""
        told = dict(declared.subject)
        if "account" in told:
            told["account"] = self.id_of(told["account"])
        return Expectation(control=declared.control, expected=declared.expected, subject=Subject(**told), why=why)

    def changes(self, *, drifts: bool) -> list[Change]:
        """Give what is laid over the sound organization."""
        return [drift.change for drift in self.drifts] if drifts else []


def declared(*paths: Path) -> Seed:
    """Read the declaration: files laid one over the other, those of Northwind where none is named."""
    whole: dict[str, Any] = {}
    for path in paths or (DECLARATION, GOVERNANCE):
        whole = laid_over(whole, yaml.safe_load(path.read_text(encoding="utf-8")))
    return Seed.model_validate(whole)


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Join two declarations: mappings are merged key by key, lists joined, anything else is replaced."""
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            both[key] = laid_over(under, value)
        else:
            both[key] = [*under, *value] if isinstance(under, list) and isinstance(value, list) else value
    return both


def expectations(seed: Seed) -> list[Expectation]:
    """List every verdict that the drifts of the first reading must lead to."""
    return [seed.expectation(one, drift.why) for drift in seed.drifts for one in drift.expect]


def faults_of(seed: Seed) -> list[Fault]:
    """Give the faults that the drifts are made of."""
    made = ((drift.change.fault, drift.change.account) for drift in seed.drifts)
    return [fault.model_copy(update={"account": seed.id_of(a)}) if a else fault for fault, a in made if fault]


def states_of(seed: Seed, *, drifts: bool) -> list[dict[str, Any]]:
    """Give what AWS's API cannot set, each as for PATCH /demo/state."""
    without = {one.id: {"credentials": False} for one in seed.accounts} if seed.members_without_root else {}
    stated = (seed.state, *(change.state for change in seed.changes(drifts=drifts)))
    return [{"root": without}, *(dated(state) for state in stated)]


def dated(state: Any) -> Any:
    """Put a moment in the place of each ``{days_ago: N}``, in UTC."""
    if isinstance(state, list):
        return [dated(item) for item in state]
    if not isinstance(state, dict):
        return state
    if set(state) == {DAYS_AGO}:
        return (datetime.now(UTC) - timedelta(days=state[DAYS_AGO])).isoformat()
    return {key: dated(value) for key, value in state.items()}


def domains_of(seed: Seed, *, drifts: bool) -> dict[str, dict[str, Any]]:
    """Give what the name server answers."""
    drifted = {change.domain: change.answers for change in seed.changes(drifts=drifts) if change.domain}
    return {**seed.domains, **drifted}


def addresses(seed: Seed, *, drifts: bool) -> dict[str, str]:
    """Give the root users' addresses by account name."""
    drifted = {change.account: change.email for change in seed.changes(drifts=drifts) if change.email}
    return {it.name: drifted.get(it.name, it.address) for it in seed.accounts}


def primary_contacts(seed: Seed, *, drifts: bool) -> dict[str, Contact]:
    """Give the contact information by account id; an account without any is left out."""
    contacts: dict[str, Contact] = {
        it.id: _primary(seed, it) for it in (seed.management, *seed.accounts) if it.phone != NO_CONTACT
    }
    for change in seed.changes(drifts=drifts):
        if change.account:
            contacts = _laid_over(contacts, seed.id_of(change.account), change.primary)
    return contacts


def alternate_contacts(seed: Seed, *, drifts: bool) -> dict[tuple[str, str], Contact]:
    """Give the alternate contacts by account id and slot; missing ones are left out."""
    contacts: dict[tuple[str, str], Contact] = {
        (it.id, slot): {"AlternateContactType": slot, **contact}
        for it in (seed.management, *seed.accounts)
        for slot, contact in seed.alternates[it.alternates].items()
    }
    for change in seed.changes(drifts=drifts):
        for slot, changed in change.alternates.items():
            contacts = _laid_over(contacts, (seed.id_of(change.account), slot), changed)
    return contacts


def verifications(seed: Seed, *, drifts: bool) -> dict[str, str | None]:
    """Give AWS's word on the number of each account, by account id."""
    told: dict[str, str | None] = {
        it.id: seed.numbers[it.phone].verification for it in (seed.management, *seed.accounts) if it.phone != NO_CONTACT
    }
    changes = (change for change in seed.changes(drifts=drifts) if change.verification)
    return told | {seed.id_of(change.account): change.verification for change in changes}


def _primary(seed: Seed, account: AccountSeed) -> Contact:
    company = {"CompanyName": seed.organization.company, "WebsiteUrl": seed.organization.website}
    return {**seed.people[account.person], "PhoneNumber": seed.numbers[account.phone].number, **company}


def _laid_over(contacts: Mapping[Any, Contact], key: Any, change: Contact | None) -> dict[Any, Contact]:
    laid = copy.copy(dict(contacts))
    if change is None:
        laid.pop(key, None)
    elif change:
        laid[key] = {**laid.get(key, {}), **change}
    return laid


def policy_text(policy: PolicySeed) -> str:
    """Give a policy's document as AWS keeps it."""
    return json.dumps(policy.content)
