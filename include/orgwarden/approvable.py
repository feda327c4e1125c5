"""What of accounts and contacts is held against their last approved state: how it is read, and when it differs.

The controls that compare and the flow that approves read by these functions alone, so what was accepted is exactly
what the next reading is compared with.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orgwarden.model import EVERYTHING, Part, T, Unseen, World
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS, ApprovedAccount, Detail
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    PRIMARY_CONTACTS,
    ROOT_MAILBOXES,
    Mailbox,
    Phone,
)
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS

ROOT, PRIMARY = "ROOT", "PRIMARY"
SLOTS = (ROOT, PRIMARY, *ALTERNATE_TYPES)


def approved_account(account: str, world: World) -> ApprovedAccount | None:
    """Give the account as it was approved, ``None`` where it was not; raise ``Unseen`` where nobody can tell."""
    approved = world.seen(APPROVED_ACCOUNTS)
    if account in approved:
        return approved[account]
    for unseen in world.missing(APPROVED_ACCOUNTS):
        if unseen.key in {account, EVERYTHING}:
            raise unseen
    return None


def account_as_seen(account: str, world: World) -> ApprovedAccount:
    """Give the account as this reading saw it; an account that could not be placed has no path."""
    row = world.of(ACCOUNTS, account)
    return ApprovedAccount(name=row.name, path=read_of(PLACEMENTS, world).get(account), state=row.state)


def detail_as_seen(key: str, world: World) -> Detail | None:
    """Give the contact of a slot (``account/SLOT``) as this reading saw it; ``None``: there is no such contact."""
    account, _, slot = key.partition("/")
    match slot:
        case "ROOT":
            return _detail(mailbox=world.of(ROOT_MAILBOXES, account))
        case "PRIMARY":
            phone = world.of(PRIMARY_CONTACTS, account).phone
            return _detail(phone=phone) if phone else None
    contact = world.of(ALTERNATE_CONTACTS, key)
    return _detail(mailbox=contact.mailbox, phone=contact.phone, person=contact.person) if contact else None


def is_another(approved: Detail | None, seen: Detail | None) -> bool:
    """Say whether a contact is another one than was approved; one that was taken away is none."""
    return seen is not None and (approved is None or _identity(approved) != _identity(seen))


def other_details(world: World) -> tuple[dict[str, Detail], tuple[Unseen, ...]]:
    """Give the contacts that are others than those approved, by slot, and what could not be compared."""
    approved = world.seen(APPROVED_CONTACTS)
    lost = {unseen.key: unseen for unseen in world.missing(APPROVED_CONTACTS)}
    other: dict[str, Detail] = {}
    unseen = [*world.missing(ACCOUNTS)]
    for key in slots_of(_standing(world)):
        try:
            seen = detail_as_seen(key, world)
        except Unseen as error:
            unseen.append(error)
            continue
        if key in lost:
            unseen.append(lost[key])
        elif seen and key in approved and is_another(approved[key], seen):
            other[key] = seen
    return other, tuple(unseen)


def rows_of(accounts: Iterable[str], world: World) -> dict[Part[Any], dict[str, Any]]:
    """Give accounts and the contacts of those that are open as rows to approve; what was not seen is left out."""
    rows = {account: account_as_seen(account, world) for account in accounts}
    live = [account for account, row in rows.items() if not row.state.is_closed]
    return {APPROVED_ACCOUNTS: rows, APPROVED_CONTACTS: dict(seen_details(slots_of(live), world))}


def seen_details(keys: Iterable[str], world: World) -> Iterator[tuple[str, Detail | None]]:
    """Give the contacts of the slots that this reading saw."""
    for key in keys:
        try:
            yield key, detail_as_seen(key, world)
        except Unseen:
            continue


def slots_of(accounts: Iterable[str]) -> Iterator[str]:
    """Give the keys of all contacts of the accounts."""
    yield from (f"{account}/{slot}" for account in accounts for slot in SLOTS)


def read_of(part: Part[T], world: World) -> Mapping[str, T]:
    """Give what was read of a part; nothing where it was not read at all."""
    try:
        return world.seen(part)
    except Unseen:
        return {}


def _standing(world: World) -> list[str]:
    """Give the accounts that are open, and were approved as such: of others the changes of accounts tell."""
    listed = world.seen(ACCOUNTS)
    approved = world.seen(APPROVED_ACCOUNTS).items()
    open_then = sorted(account for account, row in approved if not row.state.is_closed)
    return [account for account in open_then if account in listed and not listed[account].state.is_closed]


def _detail(*, mailbox: Mailbox | None = None, phone: Phone | None = None, person: str = "") -> Detail:
    return Detail(
        mailbox=mailbox.key if mailbox else "",
        phone=phone.key if phone else "",
        person=person,
        shown=", ".join(hidden.masked for hidden in (mailbox, phone) if hidden),
    )


def _identity(detail: Detail) -> tuple[str, str, str]:
    """Give what makes a contact this one: its mask may be spelled otherwise by another version."""
    return detail.mailbox, detail.phone, detail.person
