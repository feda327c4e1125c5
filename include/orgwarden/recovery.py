"""Who can get into a root user: alone, together, and whose absence keeps everybody out.

A way in opens to a set of people when each of its locks does: as many of the lock's people are among them as it takes.
AWS opens a root user to whom has the password and an MFA device; a forgotten password is set anew by mail; a lost
device is got around by mail and by the phone of the contact information ("Troubleshoot a lost or broken MFA device").
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

PASSWORD, MAILBOX, PHONE = "password", "mailbox", "phone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """Something that a way in needs, the people who get at it, and how many of them it takes."""

    name: str
    people: frozenset[str]
    together: int = 1

    def opens_to(self, people: AbstractSet[str]) -> bool:
        """Say whether enough of its people are among these."""
        return len(self.people & people) >= self.together


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way in: what has to be got at, all of it."""

    locks: tuple[Lock, ...]

    @property
    def name(self) -> str:
        """Give what it takes, in words."""
        return " and ".join(lock.name for lock in self.locks)

    def opens_to(self, people: AbstractSet[str]) -> bool:
        """Say whether these people get in by it."""
        return all(lock.opens_to(people) for lock in self.locks)


def ways_in(locks: Mapping[str, Lock], devices: Sequence[Lock]) -> list[Way]:
    """Give the ways into a root user by the locks that are known: password, mailbox and phone, and its MFA devices."""
    firsts = [locks[name] for name in (PASSWORD, MAILBOX) if name in locks]
    found = [Way(locks=(first, device)) for first in firsts for device in devices]
    if MAILBOX in locks and PHONE in locks:
        found.append(Way(locks=(locks[MAILBOX], locks[PHONE])))
    return found


def everybody(ways: Iterable[Way]) -> frozenset[str]:
    """Give all who get at anything."""
    return frozenset(person for way in ways for lock in way.locks for person in lock.people)


def alone(ways: Sequence[Way]) -> dict[str, Way]:
    """Give those whom a way opens to although nobody else is there, with the first such way."""
    opened = {person: [way for way in ways if way.opens_to({person})] for person in sorted(everybody(ways))}
    return {person: found[0] for person, found in opened.items() if found}


def indispensable(ways: Sequence[Way]) -> list[str]:
    """Give those without whom no way opens to all others together."""
    people = everybody(ways)
    return [person for person in sorted(people) if not any(way.opens_to(people - {person}) for way in ways)]
