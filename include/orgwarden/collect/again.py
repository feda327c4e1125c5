"""Reads single keys again, a few calls for a few keys, where a whole sweep would take an hour.

Accounts come first: of one that has left or was closed since nothing more is asked, for nothing of it is there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orgwarden.collect import answers, contacts
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import read_side_by_side
from orgwarden.collect.contacts import contacts_of, nothing_of
from orgwarden.collect.mail_domains import Dns, read_domain
from orgwarden.collect.organizations import listed_account
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import Part
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, MAIL_DOMAINS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, Account
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

Key = tuple[str, str]
DESCRIBED: tuple[Part[Any], ...] = (ACCOUNTS, ROOT_MAILBOXES, PLACEMENTS)
CONTACTS: tuple[Part[Any], ...] = (PRIMARY_CONTACTS, ALTERNATE_CONTACTS)
PARTS = frozenset(part.name for part in (*DESCRIBED, *CONTACTS, MAIL_DOMAINS))
ACTIONS: tuple[Action, ...] = (*contacts.ACTIONS, *called(("organizations:DescribeAccount",)))
NO_PATH = "organizations:DescribeAccount answered no path"
NO_LONGER_THERE = "AccountNotFoundException"


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """What was read again: rows and gaps, and the keys (part, key) of which nothing is there any more."""

    page: Page
    gone: frozenset[Key]


def reread(keys: Collection[Key], *, management: str, aws: Aws, dns: Dns, veil: Veil) -> Again:
    """Read these keys (part, key) again. Raises ``KeyError`` for a part of which no single key can be read."""
    if strangers := {part for part, _ in keys} - PARTS:
        raise KeyError(f"no single key can be read of {', '.join(sorted(strangers))}")
    wanted = _by_part(keys)
    described = _described(_accounts(wanted, DESCRIBED), aws, veil)
    left = _left(_accounts(wanted, DESCRIBED), described)
    asked = {account: kinds for account, kinds in _contacts(wanted).items() if account not in left}
    domains = wanted[MAIL_DOMAINS.name]
    pages = [
        described,
        read_side_by_side(sorted(asked), lambda account: _contacts_of(account, asked[account], management, aws, veil)),
        read_side_by_side(sorted(domains), lambda domain: read_domain(domain, dns.records)),
    ]
    rows, gaps = merged(pages)
    told = {(part.name, key) for part, found in rows.items() for key in found} | gaps.keys()
    return Again(page=Page(rows=rows, gaps=gaps), gone=frozenset(set(keys) - told))


def _by_part(keys: Iterable[Key]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part, key in keys:
        found[part].add(key)
    return found


def _accounts(wanted: Mapping[str, set[str]], parts: Iterable[Part[Any]]) -> set[str]:
    return {key.partition("/")[0] for part in parts for key in wanted[part.name]}


def _described(accounts: Collection[str], aws: Aws, veil: Veil) -> Page:
    api = aws.here("organizations")
    return read_side_by_side(sorted(accounts), lambda account: _describe(api, account, veil))


def _describe(api: Api, account: str, veil: Veil) -> Page:
    """Read one account; one that has left the organization gives an empty page."""
    try:
        answer = api.call("DescribeAccount", answers.DescribeAccount, missing=NO_LONGER_THERE, AccountId=account)
    except Missing:
        return Page()
    except SkipAndNote as error:
        return Page(gaps={(part.name, account): error.cause for part in DESCRIBED})
    page = listed_account(answer.Account, veil)
    is_placed = account in page.rows.get(PLACEMENTS, {})
    return page if is_placed else Page(rows=page.rows, gaps={**page.gaps, (PLACEMENTS.name, account): NO_PATH})


def _left(asked: Collection[str], described: Page) -> set[str]:
    """Give the accounts that have left the organization, or are closed: AWS has no contacts of them."""
    rows: Mapping[str, Account] = described.rows.get(ACCOUNTS, {})
    unknown = {key for part, key in described.gaps if part == ACCOUNTS.name}
    return {a for a in asked if a not in unknown and (a not in rows or rows[a].state.is_closed)}


def _contacts(wanted: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Give the kinds of alternate contacts to ask for, by account."""
    accounts = _accounts(wanted, CONTACTS)
    slots = [key.partition("/") for key in sorted(wanted[ALTERNATE_CONTACTS.name])]
    return {account: tuple(kind for a, _, kind in slots if a == account) for account in accounts}


def _contacts_of(account: str, kinds: tuple[str, ...], management: str, aws: Aws, veil: Veil) -> Page:
    if account != management:
        return contacts_of(aws.here("account"), account, {"AccountId": account}, veil, kinds)
    try:
        return contacts_of(aws.management("account", management), account, {}, veil, kinds)
    except SkipAndNote as error:
        return nothing_of(account, error.cause)
