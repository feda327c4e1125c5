"""Who has access to the management account, by what, and who of them is no longer there.

What the snapshot shows (people of IAM Identity Center, IAM users with a password) and what the register says (who keeps
password, devices and phone of the root user, who reads its mail) is laid together by person: whoever leaves loses all
of it, or none of it is lost. A user of Identity Center is a person of the register by ``people.*.identity_center``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from orgwarden.approvable import read_of
from orgwarden.model import EVERYTHING, Member, Part, Subject, Unseen, World
from orgwarden.parts import custody
from orgwarden.parts.access import (
    ASSIGNMENTS,
    DELETED,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_USERS,
    IDENTITY_CENTER,
    PEOPLE,
    PERMISSION_SETS,
)
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.custody import (
    DECLARED_ACCESS,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
)
from orgwarden.parts.declared import MANAGEMENT_RULES
from orgwarden.population import Population
from orgwarden.reached import center_is_absent, partial, users_held

UNLISTED = "nobody said who reads the root user's mail: list directory ids under contacts.groups, members"
NO_CENTER = "there is no IAM Identity Center any more: take identity_center out of the register, or say who left"
OF_CENTER: tuple[Part[Any], ...] = (IDENTITY_CENTER, ASSIGNMENTS, PERMISSION_SETS, GROUP_MEMBERS)
OF_REGISTER: tuple[Part[Any], ...] = (NAMED_PEOPLE, MAIL_READERS, PASSWORD_CUSTODY, PHONE_CUSTODY, DEVICES)
LEFT = "they left: Identity Center has no such user any more"
DISABLED = "they are disabled in Identity Center"
NOT_ASKED_FOR = "the last reading did not ask for this user: run organization_inventory with the register as it is now"
USER = ":user/"


class Access(StrEnum):
    """A kind of access to the management account."""

    CONSOLE = "console"
    MAIL = "mail"
    PASSWORD = "password"  # noqa: S105 - a thing that is kept
    DEVICES = "devices"
    PHONE = "phone"


# What somebody has of a kind: in words, by what it is known by from reading to reading.
Things = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody who has access, or is registered.

    ``id`` is the directory id; of somebody whom the register does not name the id of the user in the identity store,
    the ARN of the IAM user, or the id under which the mailbox has them.
    """

    id: str
    name: str
    is_registered: bool
    held: Mapping[Access, Things]

    @property
    def things(self) -> tuple[str, ...]:
        """Give all that they have, in words."""
        return tuple(f"{kind.value}: {words}" for kind, things in self.held.items() for words in things.values())


def holders(world: World) -> Mapping[str, Holder]:
    """Give everybody who is registered, or has access as far as anybody read, by id."""
    return world.derived(_holders)


def unread_access(world: World) -> tuple[Unseen, ...]:
    """Give what was not read, and may hide somebody's access, or whose it is."""
    return world.derived(_unread)


def _unread(world: World) -> tuple[Unseen, ...]:
    return tuple(dict.fromkeys(_lost(world)))


def _lost(world: World) -> Iterator[Unseen]:
    if not center_is_absent(world):
        for part in OF_CENTER:
            yield from partial(part, world)[1]
    yield from users_held(world)[1]
    yield from partial(IAM_USERS, world)[1]
    mailbox = read_of(ROOT_MAILBOXES, world).get(world.management)
    lost = partial(ROOT_MAILBOXES, world)[1]
    yield from (one for one in lost if one.key in {world.management, EVERYTHING})
    for part in OF_REGISTER:
        yield from partial(part, world)[1]
    listed = read_of(MAIL_READERS, world)
    if mailbox is not None and EVERYTHING in listed and mailbox.key not in listed[EVERYTHING]:
        yield Unseen(MAIL_READERS, EVERYTHING, UNLISTED)
    for name, device in read_of(DEVICES, world).get(EVERYTHING, {}).items():
        if device.kept is None:
            yield Unseen(DEVICES, EVERYTHING, f"nobody said who gets at {name}: add custody to it in root.mfa_devices")


def absence(person: custody.Person, world: World) -> str | Unseen:
    """Say why somebody of the register is no longer there; empty: nothing says so. ``Unseen``: nobody could tell."""
    user = person.identity_center
    if not user:
        return ""
    if center_is_absent(world):
        return Unseen(IDENTITY_CENTER, EVERYTHING, NO_CENTER)
    lost = {unseen.key: unseen for unseen in partial(PEOPLE, world)[1]}
    found = read_of(PEOPLE, world).get(user)
    if found is None or user in lost:
        return lost.get(user) or lost.get(EVERYTHING) or Unseen(PEOPLE, user, NOT_ASKED_FOR)
    if found.is_enabled:
        return ""
    return LEFT if found.masked == DELETED else DISABLED


def _holders(world: World) -> Mapping[str, Holder]:
    named = read_of(NAMED_PEOPLE, world).get(EVERYTHING, {})
    held: dict[str, dict[Access, dict[str, str]]] = {id_: {} for id_ in named}
    for id_, kind, thing, words in (*_by_console(world, named), *_by_register(world)):
        held.setdefault(id_, {}).setdefault(kind, {})[thing] = words
    return {
        id_: Holder(
            id=id_,
            name=named[id_].name if id_ in named else _shown(id_, world),
            is_registered=id_ in named,
            held={kind: kinds[kind] for kind in Access if kind in kinds},
        )
        for id_, kinds in held.items()
    }


Held = tuple[str, Access, str, str]


def _by_console(world: World, named: Mapping[str, custody.Person]) -> Iterator[Held]:
    by_user = {person.identity_center: id_ for id_, person in named.items() if person.identity_center}
    people = read_of(PEOPLE, world)
    if not center_is_absent(world):
        for (user, name), groups in _assigned(world).items():
            # An assignment may outlive its user: nobody gets in by it.
            if user not in people or people[user].masked != DELETED or user in by_user:
                yield by_user.get(user, user), Access.CONSOLE, name, _through(name, groups)
    for arn, credentials in users_held(world)[0].items():
        if credentials.has_password:
            user = _user_behind(arn, world)
            name = f"IAM user {arn.partition(USER)[2]}"
            yield by_user.get(user, user), Access.CONSOLE, name, name


def _assigned(world: World) -> Mapping[tuple[str, str], list[str]]:
    """Give the groups by which a user has a permission set, by user and name of the set; empty: by themselves."""
    sets, names, members = (read_of(part, world) for part in (PERMISSION_SETS, GROUP_NAMES, GROUP_MEMBERS))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for arn, assigned in sorted(read_of(ASSIGNMENTS, world).items()):
        name = sets[arn].name if arn in sets else arn.rpartition("/")[2]
        for user in assigned.users:
            found[user, name].append("")
        for group in assigned.groups:
            for user in members.get(group, ()):
                found[user, name].append(names.get(group, group))
    return found


def _through(name: str, groups: list[str]) -> str:
    listed = " and ".join(dict.fromkeys(group for group in groups if group))
    if not listed:
        return name
    return f"{name}, also through group {listed}" if "" in groups else f"{name} through group {listed}"


def _user_behind(arn: str, world: World) -> str:
    """Give the identity store's user who is the IAM user, too: as declared, else by their address, else the ARN."""
    rules, user = read_of(MANAGEMENT_RULES, world).get(EVERYTHING), read_of(IAM_USERS, world).get(arn)
    if rules is not None and arn in rules.people:
        return rules.people[arn]
    same = (id_ for id_, one in read_of(PEOPLE, world).items() if user is not None and one.key == user.person)
    return next(same, arn)


def _by_register(world: World) -> Iterator[Held]:
    for password in read_of(PASSWORD_CUSTODY, world).values():
        yield from _kept(password.kept, Access.PASSWORD, "password", "")
    for phone in read_of(PHONE_CUSTODY, world).values():
        yield from _kept(phone.kept, Access.PHONE, "phone", "")
    for name, device in read_of(DEVICES, world).get(EVERYTHING, {}).items():
        if device.kept is not None:
            yield from _kept(device.kept, Access.DEVICES, name, f"{name}: ")
    mailbox = read_of(ROOT_MAILBOXES, world).get(world.management)
    if mailbox is not None:
        for reader in read_of(MAIL_READERS, world).get(EVERYTHING, {}).get(mailbox.key, ()):
            yield reader, Access.MAIL, "mailbox", "reads the root user's mail"


def _kept(kept: custody.Kept, kind: Access, thing: str, before: str) -> Iterator[Held]:
    where = f"{kept.place}, {kept.tool}" if kept.tool else kept.place
    together = f", with {kept.together - 1} more" if kept.together > 1 else ""
    yield from ((person, kind, thing, f"{before}{where}{together}") for person in kept.people)


def _shown(id_: str, world: World) -> str:
    """Name somebody whom the register does not name, without saying who."""
    known = read_of(PEOPLE, world)
    if id_ in known:
        return known[id_].masked
    return f"IAM user {id_.partition(USER)[2]}" if USER in id_ else id_


def _people(world: World) -> Iterator[Member | Unseen]:
    for id_ in holders(world):
        yield Member(subject=Subject(resource=id_), keys=(id_,))
    yield from unread_access(world)
    yield from partial(DECLARED_ACCESS, world)[1]


PERSON = Population("each person who has access to the management account, or is registered", _people)
