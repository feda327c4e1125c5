"""Nobody gets into the management account's root user alone, and nobody's absence keeps the others out.

Why: Whoever can sign in, reset the password or get around a lost MFA device alone can take the whole organization and
leave no witness. Where one person is needed, their holiday, illness or leaving locks everybody out.

Fix: The ticket names the person, and by what they get in or are needed. Take one of the things from somebody who gets
in alone, or let it take two people (together). Give what only one person gets at to a second one. AWS opens a root user
to the password with an MFA device, to its mailbox with an MFA device (password reset), and to its mailbox with the
phone of the contact information (lost device). Then correct custody, root.mfa_devices and contacts.groups in the
baseline.
"""

from typing import Any

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Part, Pass, Severity, Unseen, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.custody import DEVICES, MAIL_READERS, NAMED_PEOPLE, PASSWORD_CUSTODY, PHONE_CUSTODY, Kept
from orgwarden.population import WHOLE_ORGANIZATION
from orgwarden.recovery import MAILBOX, PASSWORD, PHONE, Lock, Way, alone, indispensable, ways_in

PRACTICES = ("M:no-single-person", "O:no-single-person", "O:no-single-individual")


@control(about=WHOLE_ORGANIZATION, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=PRACTICES)
def recovery_needs_two_survives_one(member: Member, world: World) -> Answer:  # noqa: ARG001 - there is one management account
    ways = _ways(world)
    if by_one := alone(ways):
        told = tuple(f"{person}: {way.name}" for person, way in by_one.items())
        person, way = next(iter(by_one.items()))
        more = f", and {len(by_one) - 1} more do" if len(by_one) > 1 else ""
        return Deviation(f"{person} gets in alone, by {way.name}{more}", {"alone": told})
    _require_all(world)
    if needed := indispensable(ways):
        return Deviation(f"without {needed[0]} nobody gets in", {"needed": tuple(needed), "ways": _names(ways)})
    return Pass({"ways": _names(ways)})


def _ways(world: World) -> list[Way]:
    """Give the ways in by what is declared: one that opens to somebody alone does so whatever else there is."""
    locks: dict[str, Lock] = {}
    for password in read_of(PASSWORD_CUSTODY, world).values():
        locks[PASSWORD] = _lock(PASSWORD, password.kept)
    for phone in read_of(PHONE_CUSTODY, world).values():
        locks[PHONE] = _lock(PHONE, phone.kept)
    mailbox = read_of(ROOT_MAILBOXES, world).get(world.management)
    readers = read_of(MAIL_READERS, world).get(EVERYTHING, {})
    if mailbox is not None and mailbox.key in readers:
        locks[MAILBOX] = Lock(name=MAILBOX, people=frozenset(readers[mailbox.key]))
    devices = read_of(DEVICES, world).get(EVERYTHING, {})
    return ways_in(locks, [_lock(f"MFA device {name}", one.kept) for name, one in devices.items() if one.kept])


def _lock(name: str, kept: Kept) -> Lock:
    return Lock(name=name, people=frozenset(kept.people), together=kept.together)


def _require_all(world: World) -> None:
    """Raise ``Unseen`` for what is not declared: it might open to somebody alone, or be the way that is left."""
    world.of(PASSWORD_CUSTODY)
    world.of(PHONE_CUSTODY)
    for name, device in world.of(DEVICES).items():
        if device.kept is None:
            raise _unsaid(DEVICES, f"who gets at {name} (root.mfa_devices, custody)")
    mailbox = world.of(ROOT_MAILBOXES, world.management)
    readers = world.of(MAIL_READERS)
    if mailbox.key not in readers:
        raise _unsaid(MAIL_READERS, "who reads the root user's mail (contacts.groups, a list of members)")
    # Whoever is not named may be somebody who is, under another spelling.
    people = world.of(NAMED_PEOPLE)
    if strangers := [one for one in readers[mailbox.key] if one not in people]:
        raise _unsaid(NAMED_PEOPLE, f"who {', '.join(strangers)} is, who reads the root user's mail (people)")


def _unsaid(part: Part[Any], what: str) -> Unseen:
    return Unseen(part, EVERYTHING, f"nobody said {what}")


def _names(ways: list[Way]) -> tuple[str, ...]:
    return tuple(way.name for way in ways)
