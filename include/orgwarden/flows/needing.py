"""What a control reads to answer about members of its population: found out by watching it, for reading is needing.

So whoever reads a subject again needs no list of what each control looks at, which would be wrong one day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orgwarden.collect import anew
from orgwarden.collect.again import EVERY_ACCOUNT, SINGLE, Key
from orgwarden.control import Control
from orgwarden.findings.finding import Finding
from orgwarden.model import ACCOUNT_ID, EVERYTHING, Member, Part, Subject, T, Unseen, World
from orgwarden.parts.contacts import ALTERNATE_TYPES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched(World):
    """A world that notes which rows are asked for by key, and which parts are looked through.

    What ``derived`` makes is made of the watched world, once: it notes its needs when it is first asked for.
    """

    plain: World
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
            plain=world,
        )

    def of(self, part: Part[T], key: str = EVERYTHING) -> T:
        self.keys.add((part.name, key))
        # Asked here, it would count as looking through the part: a world finds a row among all.
        return self.plain.of(part, key)

    def seen(self, part: Part[T]) -> Mapping[str, T]:
        self.looked_through.add(part.name)
        return self.plain.seen(part)

    def missing(self, part: Part[Any]) -> Iterator[Unseen]:
        self.looked_through.add(part.name)
        return self.plain.missing(part)


def needed(findings: Sequence[Finding], control: Control, world: World) -> set[Key]:
    """Give the (part, key) pairs that decide whether findings of a control still stand, as far as a world can tell.

    The key ``"*"`` of a part that has many rows means all of it. Of what a population or a check looks through, the
    findings' own keys alone count where single keys can be read: where they stood, and what the evidence names. But
    what a sweep lists anew, and a check looks through without asking for single rows, is needed whole: there a row
    decides that nobody knows of yet. So does an account that stands in a unit since, or anywhere in the organization.
    """
    enumerating, judging = Watched.of_world(world), Watched.of_world(world)
    members = _members(control, enumerating)
    for finding in findings:
        member = members.get(finding.subject)
        if member and not member.excuse:
            _watch(control, member, judging)
    found = set(judging.keys)
    for finding in findings:
        places = _places(finding, members.get(finding.subject))
        found |= _own(enumerating.looked_through, places)
        # Where a population looks, its member's keys say what it found there; where a check looks, nothing does.
        found |= _own(
            {part for part in judging.looked_through if not _is_listed(part)}, places | _slots(_stood(finding))
        )
    if not all(f.subject.account for f in findings) and _is_of_every_account(enumerating, judging):
        found.add(EVERY_ACCOUNT)
    by_key = {part for part, _ in judging.keys}
    return found | {(p, EVERYTHING) for p in judging.looked_through - by_key if _is_listed(p)}


def _is_of_every_account(enumerating: Watched, judging: Watched) -> bool:
    """Say whether any account may decide: by where it stands, or by being there where a check looks through them."""
    placed = {PLACEMENTS.name} & (enumerating.looked_through | judging.looked_through)
    return bool(placed or {ACCOUNTS.name} & judging.looked_through)


def _is_listed(part: str) -> bool:
    """Say whether a sweep lists a part anew, and it is more than one row."""
    return part in anew.PARTS and not (part in SINGLE and _fits(part, EVERYTHING))


def _members(control: Control, world: World) -> Mapping[Subject, Member]:
    """Give the members by subject, the first of each, as far as the population gets."""
    found: dict[Subject, Member] = {}
    try:
        for member in control.about.members(world):
            if isinstance(member, Member):
                found.setdefault(member.subject, member)
    except Unseen:
        return found
    return found


def _watch(control: Control, member: Member, world: Watched) -> None:
    try:
        control.check(member, world)
    except Unseen:
        return


def _own(parts: Iterable[str], places: Collection[str]) -> set[Key]:
    """Give the places that are keys of parts; of a part that has no single keys, or has one row, all of it."""
    own = {(part, key) for part in parts if part in SINGLE for key in (*places, EVERYTHING) if _fits(part, key)}
    return own | {(part, EVERYTHING) for part in parts if part not in SINGLE}


def _places(finding: Finding, member: Member | None) -> set[str]:
    """Give the keys under which a finding stands or stood; of an account where it is not found now, each slot."""
    named = {key for value in finding.evidence.values() if isinstance(value, tuple) for key in value if _is_place(key)}
    keys = {*(member.keys if member else ()), *named}
    lost = _slots(_stood(finding) - {*(member.accounts if member else ())})
    accounts = {key.partition("/")[0] for key in keys if _is_place(key)}
    return (keys | accounts | lost | _stood(finding) | {finding.subject.resource}) - {""}


def _stood(finding: Finding) -> set[str]:
    return {finding.subject.account, *finding.accounts} - {""}


def _slots(accounts: Collection[str]) -> set[str]:
    return {f"{account}/{kind}" for account in accounts for kind in ALTERNATE_TYPES}


def _is_place(text: str) -> bool:
    return bool(ACCOUNT_ID.fullmatch(text.partition("/")[0]))


def _fits(part: str, key: str) -> bool:
    return bool(SINGLE[part].fullmatch(key))
