"""What a control reads to answer about one member of its population: found out by watching it, for reading is needing.

So whoever reads a subject again needs no list of what each control looks at, which would be wrong one day.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orgwarden.collect.again import Key
from orgwarden.control import Control
from orgwarden.findings.finding import Finding
from orgwarden.model import ACCOUNT_ID, EVERYTHING, Member, Part, T, Unseen, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, MAIL_DOMAINS

SLOTTED = ALTERNATE_CONTACTS.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched(World):
    """A world that notes which rows are asked for by key, and which parts are looked through."""

    keys: set[Key] = field(default_factory=set)
    looked_through: set[str] = field(default_factory=set)

    @classmethod
    def of_world(cls, world: World) -> "Watched":
        return cls(
            organization=world.organization,
            management=world.management,
            today=world.today,
            parts=world.parts,
            gaps=world.gaps,
        )

    def of(self, part: Part[T], key: str = EVERYTHING) -> T:
        self.keys.add((part.name, key))
        return World.of(self, part, key)

    def seen(self, part: Part[T]) -> Mapping[str, T]:
        self.looked_through.add(part.name)
        return World.seen(self, part)

    def missing(self, part: Part[Any]) -> Iterator[Unseen]:
        self.looked_through.add(part.name)
        return World.missing(self, part)


def needed(finding: Finding, control: Control, world: World) -> set[Key]:
    """Give the (part, key) pairs that decide whether a finding still stands, as far as a world can tell.

    Of a part that is looked through the finding's own keys alone count: where it stood, and what the evidence names.
    """
    enumerating, judging = Watched.of_world(world), Watched.of_world(world)
    member = _member(finding, control, enumerating)
    if member and not member.excuse:
        _watch(control, member, judging)
    places = _places(finding, member)
    found = {(part, key) for part in enumerating.looked_through for key in places if _fits(part, key)}
    # Where a population looks, its member's keys say what it found there; where a check looks, nothing does.
    places |= _slots(_stood(finding))
    asked = {(part, key) for part in judging.looked_through for key in places if _fits(part, key)}
    return judging.keys | found | asked


def _member(finding: Finding, control: Control, world: World) -> Member | None:
    try:
        members = list(control.about.members(world))
    except Unseen:
        return None
    return next((m for m in members if isinstance(m, Member) and m.subject == finding.subject), None)


def _watch(control: Control, member: Member, world: Watched) -> None:
    try:
        control.check(member, world)
    except Unseen:
        return


def _places(finding: Finding, member: Member | None) -> set[str]:
    """Give the keys under which a finding stands or stood; of an account where it is not found now, each slot."""
    named = {key for value in finding.evidence.values() if isinstance(value, tuple) for key in value if _is_place(key)}
    keys = {*(member.keys if member else ()), *named}
    lost = _slots(_stood(finding) - {*(member.accounts if member else ())})
    accounts = {key.partition("/")[0] for key in keys}
    return (keys | accounts | lost | _stood(finding) | {finding.subject.resource}) - {""}


def _stood(finding: Finding) -> set[str]:
    return {finding.subject.account, *finding.accounts} - {""}


def _slots(accounts: Collection[str]) -> set[str]:
    return {f"{account}/{kind}" for account in accounts for kind in ALTERNATE_TYPES}


def _is_place(text: str) -> bool:
    return bool(ACCOUNT_ID.fullmatch(text.partition("/")[0]))


def _fits(part: str, key: str) -> bool:
    """Say whether a key is of the kind that a part has."""
    if part == MAIL_DOMAINS.name:
        return not _is_place(key) and "." in key
    return _is_place(key) and ("/" in key) == (part == SLOTTED)


def in_parts(keys: Collection[Key], parts: Collection[str]) -> set[Key]:
    """Give the keys that are of these parts."""
    return {(part, key) for part, key in keys if part in parts}
