"""The last approved state, by which changes are told."""

from dataclasses import dataclass

from orgwarden.model import Part
from orgwarden.parts.organization import AccountState


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


# The last approved state, by account.
APPROVED_ACCOUNTS: Part[ApprovedAccount] = Part("approved.accounts", ApprovedAccount)
# By account/SLOT (ROOT, PRIMARY, or a type of alternate contact); None: there was no such contact.
APPROVED_CONTACTS: Part[Detail | None] = Part("approved.contacts", Detail | None)
