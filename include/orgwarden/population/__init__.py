"""The populations that controls are about; what a population could not enumerate it raises or yields, too."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from orgwarden.model import EVERYTHING, Member, Part, Subject, Unseen, World
from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, Account

CLOSED = "the account is closed or pending closure"
APPROVED_AS_CLOSED = "the account was approved as closed"


class Arrival(StrEnum):
    """With what the last part comes that a control reads: it is judged by the workflow that brings it."""

    SNAPSHOT = "snapshot"
    BILL = "bill"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Population:
    """What a control is about, in words, and how its members are found in a world that has what arrives."""

    name: str
    members: Callable[[World], Iterable[Member | Unseen]]
    arrival: Arrival = Arrival.SNAPSHOT


def _accounts(world: World) -> Iterator[Member | Unseen]:
    yield from (member_of(row) for row in world.seen(ACCOUNTS).values())
    yield from world.missing(ACCOUNTS)


def _member_accounts(world: World) -> Iterator[Member | Unseen]:
    yield from (member_of(row) for account, row in world.seen(ACCOUNTS).items() if account != world.management)
    yield from world.missing(ACCOUNTS)


def member_of(row: Account) -> Member:
    """Give an account as a member; a closed one is judged by no control but those that are about closing."""
    excuse = CLOSED if row.state.is_closed else ""
    return Member(subject=Subject(account=row.id), accounts=(row.id,), keys=(row.id,), excuse=excuse)


def _management_account(world: World) -> Iterator[Member | Unseen]:
    account = world.management
    yield Member(subject=Subject(account=account), accounts=(account,), keys=(account,))


def _numbers(world: World) -> Iterator[Member | Unseen]:
    contacts = world.seen(PRIMARY_CONTACTS)
    yield from _shared((c.phone.key, account) for account, c in contacts.items() if c.phone)
    yield from unread(world, PRIMARY_CONTACTS, live_accounts(world))


def _root_mailboxes(world: World) -> Iterator[Member | Unseen]:
    mailboxes, live = world.seen(ROOT_MAILBOXES), set(live_accounts(world))
    yield from _shared((mailbox.key, account) for account, mailbox in mailboxes.items() if account in live)
    used = {mailboxes[account].key for account in live if account in mailboxes}
    left = ((mailbox.key, account) for account, mailbox in mailboxes.items() if mailbox.key not in used)
    yield from _shared(left, excuse="only closed accounts use the mailbox")
    yield from unread(world, ROOT_MAILBOXES, live)


def _alternate_mailboxes(world: World) -> Iterator[Member | Unseen]:
    contacts = world.seen(ALTERNATE_CONTACTS)
    yield from _shared((contact.mailbox.key, key) for key, contact in contacts.items() if contact)
    yield from unread(world, ALTERNATE_CONTACTS, _slots(world))


def _mail_domains(world: World) -> Iterator[Member | Unseen]:
    mailboxes, contacts, live = world.seen(ROOT_MAILBOXES), world.seen(ALTERNATE_CONTACTS), set(live_accounts(world))
    roots = [(mailbox.domain, account) for account, mailbox in mailboxes.items() if account in live]
    yield from _shared([*roots, *((c.mailbox.domain, key) for key, c in contacts.items() if c)])
    yield from unread(world, ROOT_MAILBOXES, live)
    yield from unread(world, ALTERNATE_CONTACTS, _slots(world))


def live_accounts(world: World) -> list[str]:
    """Give the ids of the accounts that were read and are not closed."""
    return [account for account, row in world.seen(ACCOUNTS).items() if not row.state.is_closed]


def _slots(world: World) -> Iterator[str]:
    yield from (f"{account}/{kind}" for account in live_accounts(world) for kind in ALTERNATE_TYPES)


def unread(world: World, part: Part[Any], wanted: Iterable[str]) -> Iterator[Unseen]:
    """Give what of the part a population lacks: its gaps, keys without row or gap, and accounts nobody could list."""
    missing = list(world.missing(part))
    yield from missing
    told = {unseen.key for unseen in missing}
    if EVERYTHING not in told:
        seen = world.seen(part)
        lost = (key for key in wanted if key not in seen and key not in told)
        yield from (Unseen(part, key, "neither a row nor a gap was recorded") for key in lost)
    yield from world.missing(ACCOUNTS)


def _shared(places: Iterable[tuple[str, str]], *, excuse: str = "") -> Iterator[Member]:
    """Group (resource, row key) pairs: a resource that stands in many accounts is one member."""
    keys: dict[str, list[str]] = defaultdict(list)
    for resource, key in places:
        keys[resource].append(key)
    for resource, found in keys.items():
        accounts = tuple(sorted({key.partition("/")[0] for key in found}))
        yield Member(subject=Subject(resource=resource), accounts=accounts, keys=tuple(sorted(found)), excuse=excuse)


def _organization(_: World) -> Iterator[Member | Unseen]:
    yield Member(subject=Subject())


def _approved_accounts(world: World) -> Iterator[Member | Unseen]:
    for account, row in world.seen(APPROVED_ACCOUNTS).items():
        excuse = APPROVED_AS_CLOSED if row.state.is_closed else ""
        yield Member(subject=Subject(account=account), accounts=(account,), keys=(account,), excuse=excuse)
    yield from world.missing(APPROVED_ACCOUNTS)


ACCOUNT = Population("each account", _accounts)
MEMBER_ACCOUNT = Population("each member account", _member_accounts)
MANAGEMENT_ACCOUNT = Population("the management account", _management_account)
NUMBER = Population("each phone number of a primary contact", _numbers)
ROOT_MAILBOX = Population("each mailbox of a root user", _root_mailboxes)
ALTERNATE_MAILBOX = Population("each mailbox of an alternate contact", _alternate_mailboxes)
MAIL_DOMAIN = Population("each mail domain of a root user or an alternate contact", _mail_domains)
WHOLE_ORGANIZATION = Population("the organization", _organization)
APPROVED_ACCOUNT = Population("each account that was approved last", _approved_accounts)
