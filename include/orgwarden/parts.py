"""Every part that can be read, and the shape of its rows; no field has a default: a row says what was seen.

Numbers, addresses and names of people stand here only as keyed hash and mask (``orgwarden.privacy``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from orgwarden.model import Part

ALTERNATE_TYPES = ("BILLING", "OPERATIONS", "SECURITY")


class AccountState(StrEnum):
    """The states of an account (AWS Organizations, ``Account.State``)."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    PENDING_CLOSURE = "PENDING_CLOSURE"
    CLOSED = "CLOSED"

    @property
    def is_closed(self) -> bool:
        return self in {AccountState.PENDING_CLOSURE, AccountState.CLOSED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """A mail address, folded to the mailbox that gets its mail: keyed hash, mask, and the domain in clear."""

    key: str
    masked: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A phone number: keyed hash, mask, its country (ISO 3166, empty where none fits), its kind, and what is wrong.

    ``defect`` says why it can be nobody's number, in words without its digits; empty where it can be somebody's.
    """

    key: str
    masked: str
    region: str
    kind: str
    defect: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """DescribeOrganization, and the id of its root."""

    id: str
    management_account: str
    feature_set: str
    root: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One account of ListAccounts; ``joined`` is an ISO 8601 time, empty where AWS gave none.

    ``method`` is how it came into the organization: INVITED or CREATED; empty where AWS does not say.
    """

    id: str
    name: str
    state: AccountState
    joined: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One organizational unit; ``parent`` is the id of a unit or of the root."""

    name: str
    parent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PrimaryContact:
    """GetContactInformation of one account; no ``phone`` means that the account has no contact information.

    ``verification`` is AWS's word on the number: PENDING, VERIFIED, UNVERIFIED, NOT_SUPPORTED; empty: not said.
    """

    phone: Phone | None
    verification: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlternateContact:
    """GetAlternateContact of one account and type; ``person`` is the keyed hash of the contact's name."""

    mailbox: Mailbox
    phone: Phone
    person: str


class MailService(StrEnum):
    """What the DNS says of a domain's mail (RFC 5321 section 5.1, RFC 7505)."""

    MAIL_EXCHANGER = "MAIL_EXCHANGER"
    ADDRESS_ALONE = "ADDRESS_ALONE"
    NULL_MX = "NULL_MX"
    NO_SUCH_DOMAIN = "NO_SUCH_DOMAIN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A mailbox that the owners declared as a group; ``members`` is 0 where nobody said how many."""

    members: int
    is_ticket_queue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Owners:
    """How the owner of a finding is found: an account's tag, its unit, the theme, else ``default``."""

    tag_keys: tuple[str, ...]
    units: Mapping[str, str]
    themes: Mapping[str, str]
    default: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vended:
    """A pattern of accounts that an account factory makes; every key that is given must match.

    Empty: any method, any unit, any name, any tag. ``tags`` has patterns of values by key.
    """

    method: str
    units: tuple[str, ...]
    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovedAccount:
    """An account as it was last approved; no ``path``: its place could not be read then."""

    name: str
    path: tuple[str, ...] | None
    state: AccountState


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """A contact as it was last approved: keyed hashes of its mailbox, number and person, and its masks to show.

    A hash is empty where the contact has no such thing: a root user has a mailbox alone, a primary contact a number.
    """

    mailbox: str
    phone: str
    person: str
    shown: str


ORGANIZATION: Part[Organization] = Part("organizations.organization", Organization)
ACCOUNTS: Part[Account] = Part("organizations.accounts", Account)
# The mailbox of each account's root user, by account.
ROOT_MAILBOXES: Part[Mailbox] = Part("organizations.root_mailboxes", Mailbox)
UNITS: Part[Unit] = Part("organizations.units", Unit)
# The ids of the units above an account, from the root down; empty directly under the root.
PLACEMENTS: Part[tuple[str, ...]] = Part("organizations.placements", tuple[str, ...])
# By id of account, unit or root; values masked.
TAGS: Part[Mapping[str, str]] = Part("organizations.tags", dict[str, str])
PRIMARY_CONTACTS: Part[PrimaryContact] = Part("account.primary_contacts", PrimaryContact)
# By account/TYPE; None: AWS says that there is no such contact.
ALTERNATE_CONTACTS: Part[AlternateContact | None] = Part("account.alternate_contacts", AlternateContact | None)
# By domain, as seen from where the sweep ran.
MAIL_DOMAINS: Part[MailService] = Part("dns.mail_domains", MailService)

# Declared by the owners; each under "*".
BUSINESS_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.domains", frozenset[str])
PARTNER_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.partner_domains", frozenset[str])
# Domains that only the inside resolves.
INTERNAL_DOMAINS: Part[frozenset[str]] = Part("baseline.contacts.internal_domains", frozenset[str])
# Keyed hash of a number → what it is for.
DECLARED_NUMBERS: Part[Mapping[str, str]] = Part("baseline.contacts.numbers", dict[str, str])
# Keyed hash of a mailbox → the group behind it.
GROUPS: Part[Mapping[str, Group]] = Part("baseline.contacts.groups", dict[str, Group])
REQUIRED_CONTACTS: Part[tuple[str, ...]] = Part("baseline.contacts.required", tuple[str, ...])
TOLL_FREE_ALLOWED: Part[bool] = Part("baseline.contacts.toll_free_allowed", bool)
OWNERS: Part[Owners] = Part("baseline.owners", Owners)
VENDED: Part[tuple[Vended, ...]] = Part("baseline.changes.vended", tuple[Vended, ...])

# The last approved state, by account.
APPROVED_ACCOUNTS: Part[ApprovedAccount] = Part("approved.accounts", ApprovedAccount)
# By account/SLOT (ROOT, PRIMARY, or a type of alternate contact); None: there was no such contact.
APPROVED_CONTACTS: Part[Detail | None] = Part("approved.contacts", Detail | None)


def every_part() -> tuple[Part[Any], ...]:
    """Give all parts that this module declares, by name."""
    return tuple(sorted((p for p in globals().values() if isinstance(p, Part)), key=lambda p: p.name))
