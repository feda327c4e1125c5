"""Who keeps what the root user of the management account is reached by, as the owners registered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orgwarden.model import Part
from orgwarden.parts.root import MfaKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody whom the register names; ``identity_center`` is the id of their user there, empty: none is named."""

    name: str
    identity_center: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Something that is kept; ``tool`` is what holds it, empty: none. It takes ``together`` of the people to get at it.

    Places, tools and ids of people are compared without case and surrounding space.
    """

    place: str
    tool: str
    people: tuple[str, ...]
    together: int
    is_logged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordCustody:
    """Where the password is; ``is_offline`` None: nobody said."""

    kept: Kept
    is_offline: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneCustody:
    """Where the phone is; ``payer`` is the team that pays its contract, empty: nobody said."""

    kept: Kept
    payer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """An MFA device of the register. ``kept`` None, ``is_only_here`` None, empty texts: nobody said.

    ``battery_until`` is when its battery is to be replaced; None with ``has_battery`` False: it has none. ``serial`` is
    the last of its serial number.
    """

    kind: MfaKind
    kept: Kept | None
    serial: str
    has_battery: bool | None
    battery_until: date | None
    tested: date | None
    is_only_here: bool | None
    round_the_clock: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredAccess:
    """Why somebody is meant to have access to the management account, and until when; None: nobody said."""

    why: str
    until: date | None


# By directory id.
NAMED_PEOPLE: Part[Mapping[str, Person]] = Part("baseline.people", dict[str, Person])
# By directory id.
DECLARED_ACCESS: Part[Mapping[str, DeclaredAccess]] = Part(
    "baseline.management_account.access", dict[str, DeclaredAccess]
)
PASSWORD_CUSTODY: Part[PasswordCustody] = Part("baseline.custody.password", PasswordCustody)
PHONE_CUSTODY: Part[PhoneCustody] = Part("baseline.custody.phone", PhoneCustody)
# By name.
DEVICES: Part[Mapping[str, Device]] = Part("baseline.root.mfa_devices.custody", dict[str, Device])
# The people who get a group's mail, by the keyed hash of its mailbox; only of groups whose members are listed.
MAIL_READERS: Part[Mapping[str, tuple[str, ...]]] = Part("baseline.contacts.groups.members", dict[str, tuple[str, ...]])
# Who keeps the phone of an account other than the management account whose phone is called, too, by account.
CALLED_PHONES: Part[Mapping[str, tuple[str, ...]]] = Part(
    "baseline.attestations.called_accounts", dict[str, tuple[str, ...]]
)
