"""The sections about the management account, its root user, delegation, structure and tags."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field, TypeAdapter, field_validator, model_validator

from orgwarden.baseline.custody import DeviceCustody, PersonId
from orgwarden.baseline.section import Account, Principal, Section, Text, Unit, distinct

Count = Annotated[int, Field(ge=0, le=1000)]
Window = Annotated[int, Field(ge=1, le=3650)]
DEFAULTS = "allowed_in_management_account.yaml"


class RootEvent(Section):
    """Something that was done with a root user on purpose: a drill, a recorded use, a change of password or device."""

    kind: Literal["use", "password_change", "mfa_change", "phone_change"]
    """What was done; a change is a use, too."""
    account: Account
    """Id of the account whose root user it was, in quotes."""
    on: date
    """The day on which it began (UTC)."""
    until: date | None = None
    """The last day, where it took longer than one."""
    why: Text
    """What it was for, and where its record is."""

    @model_validator(mode="after")
    def _ends_later(self) -> "RootEvent":
        if self.until is not None and self.until < self.on:
            raise ValueError(f"ends on {self.until} and begins on {self.on}: let it end later")
        return self


class AlertPath(Section):
    """A way by which root alarms reach people that AWS's API does not show: a SIEM, a pager, another account's bus."""

    target: Text
    """Pattern of the ARN at which EventBridge rules or CloudWatch alarms end."""
    why: Text
    """Who is told there, and how that is known."""
    members: bool = False
    """Whether alarms on the root users of all member accounts end there, too: no alarm of a member account is read."""


class MfaDevice(Section):
    """An MFA device of the management account's root user; AWS lists only virtual ones to anybody but root itself."""

    kind: Literal["fido2", "hardware_token", "virtual"]
    """fido2: a security key or passkey; hardware_token: shows one-time passwords; virtual: an authenticator app."""
    name: Text
    """What it is called where it is kept; no two devices have one name."""
    custody: DeviceCustody | None = None
    """Where it lies and who gets at it. Left out: undeclared."""


class Root(Section):
    """Root users: what was done with them on purpose, and who is told."""

    window_days: Window = 31
    """How many days back a use counts."""
    password_window_days: Window = 365
    """How many days back a changed password wants to be explained."""
    events: tuple[RootEvent, ...] = ()
    """What was done with root users on purpose."""
    alert_paths: tuple[AlertPath, ...] = ()
    """Where root alarms end that AWS's API does not show."""
    mfa_devices: tuple[MfaDevice, ...] | None = None
    """The MFA devices of the management account's root user. Left out: undeclared."""

    @field_validator("mfa_devices")
    @classmethod
    def _told_apart(cls, devices: tuple[MfaDevice, ...] | None) -> tuple[MfaDevice, ...] | None:
        names = [device.name for device in devices or ()]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"names two devices {twice!r}: give each a name of its own")
        return devices


class Allowed(Section):
    """Resources that may lie in the management account; every key that is given must match."""

    name: Text
    """What it is called."""
    type: Text = "*"
    """Pattern of CloudFormation's type, such as AWS::CloudTrail::Trail."""
    arn: Text = "*"
    """Pattern of the ARN."""
    tags: dict[Text, Text] = Field(default_factory=dict)
    """Patterns of values by key of the resource's tags."""
    why: Text
    """Why it has to be there."""

    @model_validator(mode="after")
    def _names_something(self) -> "Allowed":
        if self.type == self.arn == "*" and not self.tags:
            raise ValueError("allows everything: give at least one of type, arn and tags")
        return self


class DeclaredPath(Section):
    """A way from outside into the management account that is meant to be there."""

    role: Text
    """Pattern of the role's ARN."""
    trusts: tuple[Text, ...]
    """Patterns of whom it may trust: account ids, ARNs of principals or identity providers, or service principals."""
    owner: Text
    """Who answers for it."""
    why: Text
    """What it is for."""
    expires: date
    """The last day on which it is meant to be there."""


class DeclaredAccess(Section):
    """Why somebody has access to the management account."""

    why: Text
    """What they need it for, or where that was decided."""
    until: date | None = None
    """The last day on which they are meant to have it. Left out: as long as it is confirmed."""


class ManagementAccount(Section):
    """What may be in the management account, and who may get in."""

    administrators: Count = 3
    """How many people may change anything there."""
    allowed: tuple[Allowed, ...] = ()
    """Resources that may lie there, beside the packaged ones."""
    without: tuple[Text, ...] = ()
    """Names of packaged ones that are not to be allowed."""
    paths: tuple[DeclaredPath, ...] = ()
    """Ways from outside that are meant to be there."""
    finance: tuple[Text, ...] = ()
    """Patterns of permission set names, or of ARNs of users, groups and roles, by which finance people get in."""
    people: dict[Text, Text] = Field(default_factory=dict)
    """Id of the identity store's user by ARN of the IAM user that is the same person."""
    access: dict[PersonId, DeclaredAccess] | None = None
    """Who is meant to get in, or to keep what opens its root user, and why, by directory id. Left out: undeclared."""

    @model_validator(mode="after")
    def _without_known_ones(self) -> "ManagementAccount":
        if unknown := set(self.without) - {allowed.name for allowed in packaged()}:
            known = ", ".join(allowed.name for allowed in packaged())
            raise ValueError(f"leaves out {min(unknown)!r}, and that is none of the packaged ones: {known}")
        return self

    @property
    def all_allowed(self) -> tuple[Allowed, ...]:
        """Give what is allowed, the packaged ones first."""
        return (*(allowed for allowed in packaged() if allowed.name not in self.without), *self.allowed)


class Undelegated(Section):
    """A service that stays with the management account."""

    service: Principal
    """Its service principal."""
    why: Text
    """Why it is not delegated."""


class Delegation(Section):
    """Which services act in the whole organization, and who administers them."""

    administrators: dict[Principal, Annotated[tuple[Account, ...], AfterValidator(distinct)]] | None = None
    """Ids of the accounts that may administer a service, by its principal. Left out: see structure.foundational."""
    undelegated: tuple[Undelegated, ...] = ()
    """Services that stay with the management account."""
    trusted: Annotated[tuple[Principal, ...], AfterValidator(distinct)] | None = None
    """The services that are meant to have trusted access. Left out: undeclared; []: there is none."""


Foundation = Literal["security", "log_archive", "infrastructure", "identity", "networking", "backup"]


class Foundational(Section):
    """An account with a purpose of its own for the whole organization."""

    account: Account
    """Its id, in quotes."""
    unit: Unit | None = None
    """Id of the organizational unit in or below which it stands. Left out: anywhere."""


class Structure(Section):
    """Which accounts there are for what, and where they stand."""

    foundational: dict[Foundation, Foundational] | None = None
    """The accounts that serve all others, by what they are for. Left out: undeclared."""
    our_accounts: Annotated[tuple[Account, ...], AfterValidator(distinct)] | None = None
    """Ids of all accounts of the business. Left out: undeclared."""
    billing_transfers: tuple[Account, ...] = ()
    """Ids of management accounts of other organizations that pay for this one, or are paid for by it, on purpose."""
    purposes: dict[Unit, Text] | None = None
    """What an organizational unit is for, by its id. A tag "purpose" on the unit says it, too."""
    workload_units: Annotated[tuple[Unit, ...], AfterValidator(distinct)] | None = None
    """Ids of the organizational units with workloads. Left out: each unit that has live accounts."""
    stage_tags: tuple[Text, ...] = ("stage", "environment", "env")
    """Keys of the tags that name an account's stage; the first that an account or its unit has counts."""
    production: tuple[Text, ...] = ("prod", "production", "prd", "live")
    """Values of the stage that mean production; case does not matter."""
    root_days: Count = 7
    """How many days an account may stand directly under the root after it joined."""
    closing_days: Count = 7
    """How many days an account may be pending closure."""
    invitation_days: Count = 7
    """How many days an invitation may stay unanswered."""
    control_tower: bool = False
    """Whether Control Tower is to be looked at: its landing zone, and that every account is enrolled."""


class RequiredTags(Section):
    """The keys of tags that must be there, by the kind of thing; a kind that is left out is not judged."""

    account: tuple[Text, ...] | None = None
    """On each account."""
    unit: tuple[Text, ...] | None = None
    """On each organizational unit."""
    root: tuple[Text, ...] | None = None
    """On the root."""
    policy: tuple[Text, ...] | None = None
    """On each policy of the customer."""


class Tags(Section):
    """Which tags there are, and what they may say."""

    required: RequiredTags | None = None
    """The keys that must be there. Left out: undeclared."""
    values: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """The values that a key may have, case included, on whatever it stands."""
    enforced: tuple[Text, ...] | None = None
    """The keys that a tag policy must enforce. Left out: those required on accounts."""


@cache
def packaged() -> tuple[Allowed, ...]:
    """Give what may lie in any management account, since AWS itself puts it there or has it there."""
    text = files(__package__).joinpath(DEFAULTS).read_text(encoding="utf-8")
    return TypeAdapter(tuple[Allowed, ...]).validate_python(tuple(yaml.safe_load(text)))
