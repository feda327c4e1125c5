"""The populations of the custody register."""

from collections.abc import Iterator, Sequence

from orgwarden.approvable import read_of
from orgwarden.model import EVERYTHING, Member, Subject, Unseen, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.custody import (
    CALLED_PHONES,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
)
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.parts.root import ROOT_MFA, MfaKind
from orgwarden.population import Population, member_of

# The question by which each custodian is asked; in which quarter first, stands on record.
CUSTODIANS_ASKED = "root.custodians_present"
NO_ACCOUNT = "no such account was read: correct attestations.called_accounts in the baseline"
UNREGISTERED = "authenticator apps that are not registered"


def virtual_listed(world: World) -> int:
    """Give how many authenticator apps AWS lists for the management account's root user. Raises ``Unseen``."""
    return world.of(ROOT_MFA, world.management).devices.count(MfaKind.VIRTUAL)


def _devices(world: World) -> Iterator[Member | Unseen]:
    """Give each device that is registered, and what AWS lists beyond them: authenticator apps alone."""
    registered = read_of(DEVICES, world).get(EVERYTHING, {})
    account = world.management
    for name in registered:
        yield Member(subject=Subject(account=account, resource=name), accounts=(account,), keys=(name,))
    yield from world.missing(DEVICES)
    listed = read_of(ROOT_MFA, world).get(account)
    apps = sum(device.kind is MfaKind.VIRTUAL for device in registered.values())
    if listed is not None and DEVICES in world.parts and listed.devices.count(MfaKind.VIRTUAL) > apps:
        yield Member(subject=Subject(account=account, resource=UNREGISTERED), accounts=(account,))


def _custodians(world: World) -> Iterator[Member | Unseen]:
    """Give each person with each thing that they keep."""
    kept: dict[str, Sequence[str]] = {}
    for password in read_of(PASSWORD_CUSTODY, world).values():
        kept["password"] = password.kept.people
    for phone in read_of(PHONE_CUSTODY, world).values():
        kept["phone"] = phone.kept.people
    for name, device in read_of(DEVICES, world).get(EVERYTHING, {}).items():
        if device.kept is not None:
            kept[f"device {name}"] = device.kept.people
    mailbox = read_of(ROOT_MAILBOXES, world).get(world.management)
    if mailbox is not None:
        kept["mailbox"] = read_of(MAIL_READERS, world).get(EVERYTHING, {}).get(mailbox.key, ())
    named = read_of(NAMED_PEOPLE, world).get(EVERYTHING, {})
    for thing, people in kept.items():
        for person in people:
            if person in named:
                yield Member(subject=Subject(resource=f"{person}/{thing}"), keys=(person,))
    unread = (one for one in world.missing(ROOT_MAILBOXES) if one.key in {world.management, EVERYTHING})
    yield from unread
    for part in (NAMED_PEOPLE, PASSWORD_CUSTODY, PHONE_CUSTODY, DEVICES, MAIL_READERS):
        yield from world.missing(part)


def _called(world: World) -> Iterator[Member | Unseen]:
    """Give the accounts whose phone is called; a closed one is excused."""
    account = world.management
    yield Member(subject=Subject(account=account), accounts=(account,), keys=(account,))
    listed = read_of(ACCOUNTS, world)
    for account in sorted(read_of(CALLED_PHONES, world).get(EVERYTHING, {}).keys() - {world.management}):
        yield member_of(listed[account]) if account in listed else _unlisted(account, world)
    yield from world.missing(CALLED_PHONES)


def _unlisted(account: str, world: World) -> Unseen:
    lost = {unseen.key: unseen.cause for unseen in world.missing(ACCOUNTS)}
    return Unseen(ACCOUNTS, account, lost.get(account, lost.get(EVERYTHING, NO_ACCOUNT)))


CALLED_PHONE = Population("the management account, and each account whose phone the baseline has called", _called)
CUSTODIAN = Population("each custodian with each thing that they keep", _custodians)
DEVICE = Population("each MFA device of the management account's root user", _devices)
