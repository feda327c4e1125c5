"""What the owners registered of the root user's custody, as parts: people, places, tools, devices."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.baseline import Baseline
from orgwarden.baseline import custody as declared
from orgwarden.baseline.governance import ManagementAccount, MfaDevice
from orgwarden.baseline.models import Contacts
from orgwarden.model import Part
from orgwarden.parts.custody import (
    CALLED_PHONES,
    DECLARED_ACCESS,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
    DeclaredAccess,
    Device,
    Kept,
    PasswordCustody,
    Person,
    PhoneCustody,
)
from orgwarden.parts.root import MfaKind
from orgwarden.privacy import Veil

UNDECLARED: Mapping[Part[Any], str] = {
    NAMED_PEOPLE: "not declared: name the people under people in the baseline, by directory id",
    PASSWORD_CUSTODY: "not declared: say who keeps the root user's password under custody.password in the baseline",
    PHONE_CUSTODY: "not declared: say who keeps the phone under custody.phone in the baseline",
    DEVICES: "not declared: list the root user's MFA devices under root.mfa_devices in the baseline",
    DECLARED_ACCESS: "not declared: say who is meant to have access, and why, under management_account.access in the "
    "baseline",
    MAIL_READERS: "not declared: list the groups and their members under contacts.groups in the baseline",
}
KINDS = {"fido2": MfaKind.FIDO, "hardware_token": MfaKind.TOKEN, "virtual": MfaKind.VIRTUAL}
SHOWN_OF_SERIAL = 2


def custody_rows(baseline: Baseline, veil: Veil) -> dict[Part[Any], Any]:
    """Give the row of each part, None where it is undeclared."""
    password, phone = baseline.custody.password, baseline.custody.phone
    return {
        NAMED_PEOPLE: _people(baseline.people),
        PASSWORD_CUSTODY: password and PasswordCustody(kept=_kept(password, veil), is_offline=password.offline),
        PHONE_CUSTODY: phone and PhoneCustody(kept=_kept(phone, veil), payer=veil.text(phone.payer or "")),
        DEVICES: _devices(baseline.root.mfa_devices, veil),
        MAIL_READERS: _readers(baseline.contacts, veil),
        DECLARED_ACCESS: _access(baseline.management_account, veil),
        CALLED_PHONES: dict(baseline.attestations.called_accounts),
    }


def _people(people: Mapping[str, declared.Person] | None) -> dict[str, Person] | None:
    if people is None:
        return None
    return {
        id_: Person(name=person.name, identity_center=person.identity_center or "") for id_, person in people.items()
    }


def _kept(kept: declared.Kept, veil: Veil) -> Kept:
    return Kept(
        place=veil.text(kept.place),
        tool=veil.text(kept.tool or ""),
        people=tuple(kept.people),
        together=kept.together,
        is_logged=kept.logged,
    )


def _devices(devices: tuple[MfaDevice, ...] | None, veil: Veil) -> dict[str, Device] | None:
    return None if devices is None else {veil.text(one.name): _device(one, veil) for one in devices}


def _device(device: MfaDevice, veil: Veil) -> Device:
    custody, kind = device.custody, KINDS[device.kind]
    if custody is None:
        return Device(
            kind=kind, kept=None, serial="", has_battery=None, battery_until=None, tested=None, is_only_here=None,
            round_the_clock="",
        )  # fmt: skip
    return Device(
        kind=kind,
        kept=_kept(custody, veil),
        serial=(custody.serial or "")[-SHOWN_OF_SERIAL:],
        has_battery=_has_battery(custody.battery, kind),
        battery_until=custody.battery if isinstance(custody.battery, date) else None,
        tested=custody.tested,
        is_only_here=custody.only_here,
        round_the_clock=veil.text(custody.round_the_clock or ""),
    )


def _has_battery(said: str | date | None, kind: MfaKind) -> bool | None:
    """Say whether a device has a battery: an authenticator app lives in what has one, a security key has none."""
    if said is None:
        return {MfaKind.FIDO: False, MfaKind.VIRTUAL: True}.get(kind)
    return said != "none"


def _readers(contacts: Contacts, veil: Veil) -> dict[str, tuple[str, ...]] | None:
    if contacts.groups is None:
        return None
    listed = ((group, group.members) for group in contacts.groups)
    return {
        # An id is no address and no number; whoever wrote one is not repeated.
        read_mailbox(group.address, veil=veil).key: tuple(dict.fromkeys(map(veil.text, members)))
        for group, members in listed
        if not isinstance(members, int)
    }


def _access(management: ManagementAccount, veil: Veil) -> dict[str, DeclaredAccess] | None:
    if management.access is None:
        return None
    return {id_: DeclaredAccess(why=veil.text(one.why), until=one.until) for id_, one in management.access.items()}
