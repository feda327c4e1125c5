"""What the owners declared, as parts of a world; each under ``"*"``."""

from collections.abc import Mapping
from dataclasses import dataclass

from orgwarden.model import Part


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
