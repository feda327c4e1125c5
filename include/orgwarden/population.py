"""The populations that controls are about; what a population could not enumerate it raises or yields, too."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orgwarden.model import Member, Subject, Unseen, World
from orgwarden.parts import ACCOUNTS, ALTERNATE_CONTACTS, PRIMARY_CONTACTS, Account

CLOSED = "the account is closed or pending closure"


@dataclass(frozen=True, slots=True)
class Population:
    """What a control is about, in words, and how its members are found in a world."""

    name: str
    members: Callable[[World], Iterable[Member | Unseen]]


def _accounts(world: World) -> Iterator[Member | Unseen]:
    yield from (_account(row) for row in world.seen(ACCOUNTS).values())
    yield from world.missing(ACCOUNTS)


def _account(row: Account) -> Member:
    excuse = CLOSED if row.state.is_closed else ""
    return Member(subject=Subject(account=row.id), accounts=(row.id,), keys=(row.id,), excuse=excuse)


def _management_account(world: World) -> Iterator[Member | Unseen]:
    account = world.management
    yield Member(subject=Subject(account=account), accounts=(account,), keys=(account,))


def _numbers(world: World) -> Iterator[Member | Unseen]:
    contacts = world.seen(PRIMARY_CONTACTS)
    yield from _shared((c.phone.key, account) for account, c in contacts.items() if c.phone)
    yield from world.missing(PRIMARY_CONTACTS)
    yield from world.missing(ACCOUNTS)


def _root_mailboxes(world: World) -> Iterator[Member | Unseen]:
    accounts = world.seen(ACCOUNTS)
    live = {account for account, row in accounts.items() if not row.state.is_closed}
    yield from _shared((row.root_mailbox.key, a) for a, row in accounts.items() if a in live)
    used = {accounts[a].root_mailbox.key for a in live}
    left = ((row.root_mailbox.key, a) for a, row in accounts.items() if row.root_mailbox.key not in used)
    yield from _shared(left, excuse="only closed accounts use the mailbox")
    yield from world.missing(ACCOUNTS)


def _alternate_mailboxes(world: World) -> Iterator[Member | Unseen]:
    contacts = world.seen(ALTERNATE_CONTACTS)
    yield from _shared((contact.mailbox.key, key) for key, contact in contacts.items() if contact)
    yield from world.missing(ALTERNATE_CONTACTS)
    yield from world.missing(ACCOUNTS)


def _mail_domains(world: World) -> Iterator[Member | Unseen]:
    accounts = world.seen(ACCOUNTS)
    roots = [(row.root_mailbox.domain, a) for a, row in accounts.items() if not row.state.is_closed]
    contacts = world.seen(ALTERNATE_CONTACTS)
    yield from _shared([*roots, *((c.mailbox.domain, key) for key, c in contacts.items() if c)])
    yield from world.missing(ALTERNATE_CONTACTS)
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


ACCOUNT = Population("each account", _accounts)
MANAGEMENT_ACCOUNT = Population("the management account", _management_account)
NUMBER = Population("each phone number of a primary contact", _numbers)
ROOT_MAILBOX = Population("each mailbox of a root user", _root_mailboxes)
ALTERNATE_MAILBOX = Population("each mailbox of an alternate contact", _alternate_mailboxes)
MAIL_DOMAIN = Population("each mail domain of a root user or an alternate contact", _mail_domains)
WHOLE_ORGANIZATION = Population("the organization", _organization)
