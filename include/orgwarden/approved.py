"""The last approved state: what of the organization somebody has said yes to, as append-only files of the store.

    approved/<organization>/<number>.json   who, when, why, from which reading, and the rows that are approved

Each file is created under the next free number and never written again; the approved state is the fold of all. Rows
are what a reading holds, hashed and masked. Whoever loses the race for a number looks at the winner's file and decides
anew, so two acceptances never undo each other.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orgwarden.approvable import detail_as_seen, read_of, rows_of, seen_details, slots_of
from orgwarden.errors import BadInput
from orgwarden.model import EVERYTHING, Part, Unseen, World
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS, ApprovedAccount, Detail
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.snapshot import Gaps, Rows, Snapshot
from orgwarden.store import AlreadyThere, Store

FOLDER = "approved"
PARTS: tuple[Part[Any], ...] = (APPROVED_ACCOUNTS, APPROVED_CONTACTS)
ITSELF = "orgwarden"
NO_STORE = "what was approved last is not at hand: set ORGWARDEN_STORE to the store of the monthly readings"
NOTHING_YET = "nothing was approved yet: the first review that is recorded approves what it reads"
UNREAD = "the account could not be read when the state was approved"
OTHER_KEY = (
    "the contacts were approved under another ORGWARDEN_HASH_KEY: review them, then run orgwarden accept --contacts"
)
OTHER_ALIASES = (
    "the contacts were approved under other patterns of contacts.aliases: review them, then run "
    "orgwarden accept --contacts"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The reading from which something was approved; ``key_check`` and ``aliases`` say how it was hashed."""

    place: str
    digest: str
    opened: datetime
    key_check: str
    aliases: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """One file: rows that are approved, and keys whose approval ends.

    ``unread`` are the accounts that could not be read when the state was first approved (``"*"``: nobody knows which);
    ``None`` leaves them as they were.
    """

    organization: str
    by: str
    at: datetime
    why: str
    source: Source
    rows: Rows
    removed: Mapping[Part[Any], tuple[str, ...]] = field(default_factory=dict)
    unread: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Approved:
    """The fold of all approvals; ``sources`` has the reading of each (part name, key), ``newest`` the newest of all."""

    number: int = 0
    rows: Rows = field(default_factory=dict)
    sources: Mapping[tuple[str, str], Source] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    newest: datetime | None = None

    @property
    def accounts(self) -> Mapping[str, ApprovedAccount]:
        return self.rows.get(APPROVED_ACCOUNTS, {})

    @property
    def contacts(self) -> Mapping[str, Detail | None]:
        return self.rows.get(APPROVED_CONTACTS, {})


NOTHING = Approved()
Change = Callable[[Approved], Approval | None]


def fold(approvals: Iterable[Approval], onto: Approved = NOTHING) -> Approved:
    """Give the state after some approvals, the later ones on top."""
    number, newest, unread = onto.number, onto.newest, onto.unread
    rows = {part: dict(found) for part, found in onto.rows.items()}
    sources = dict(onto.sources)
    for approval in approvals:
        for part, keys in approval.removed.items():
            for key in keys:
                rows.get(part, {}).pop(key, None)
                sources.pop((part.name, key), None)
        for part, found in approval.rows.items():
            rows.setdefault(part, {}).update(found)
            sources.update({(part.name, key): approval.source for key in found})
        unread = unread if approval.unread is None else approval.unread
        newest = max(newest or approval.source.opened, approval.source.opened)
        number += 1
    return Approved(number=number, rows=rows, sources=sources, unread=unread, newest=newest)


def load(store: Store, organization: str) -> Approved:
    """Read the approved state of an organization; ``NOTHING`` where nothing was approved yet."""
    folder = f"{FOLDER}/{organization}"
    numbers = sorted(int(name.rpartition("/")[2].removesuffix(".json")) for name in store.names(folder))
    return fold(decoded(store.read(file_name(organization, number))) for number in numbers)


def file_name(organization: str, number: int) -> str:
    """Give the name in the store of the approval of a number."""
    return f"{FOLDER}/{organization}/{number}.json"


def amend(store: Store, organization: str, change: Change) -> tuple[Approved, Approval | None]:
    """Let ``change`` decide on the newest state what to approve, and keep that; it is asked again after a lost race."""
    while True:
        state = load(store, organization)
        approval = change(state)
        if approval is None:
            return state, None
        try:
            store.create(file_name(organization, state.number + 1), encoded(approval))
        except AlreadyThere:
            continue
        return fold([approval], onto=state), approval


def source_of(snapshot: Snapshot) -> Source:
    """Give a snapshot as the source of an approval."""
    manifest = snapshot.manifest
    return Source(
        place=snapshot.place,
        digest=manifest.digest,
        opened=manifest.opened,
        key_check=manifest.key_check,
        aliases=manifest.aliases,
    )


def automatic(snapshot: Snapshot, why: str, rows: Rows, unread: frozenset[str] | None = None) -> Approval:
    """Give an approval that nobody has to make; it is of the time of the reading."""
    manifest = snapshot.manifest
    return Approval(
        organization=manifest.organization,
        by=ITSELF,
        at=manifest.sealed,
        why=why,
        source=source_of(snapshot),
        rows=rows,
        unread=unread,
    )


def settled(state: Approved, snapshot: Snapshot) -> Approval | None:
    """Give what a reading approves by itself: all of it if it is the first, else what was a gap until now.

    An older reading that comes late approves nothing.
    """
    world = snapshot.world({}, {})
    if not state.number:
        lost = frozenset(unseen.key for unseen in world.missing(ACCOUNTS))
        return automatic(snapshot, "first reading", rows_of(world.seen(ACCOUNTS), world), lost)
    if state.newest and snapshot.manifest.opened < state.newest:
        return None
    unread = _unread_still(state.unread, world)
    rows = _seen_at_last(state, world)
    if not any(rows.values()) and unread == state.unread:
        return None
    return automatic(snapshot, "seen for the first time", rows, unread)


def _unread_still(unread: frozenset[str], world: World) -> frozenset[str]:
    """Give the accounts that are neither seen now nor, with the whole list read, known not to be there."""
    lost, listed = {unseen.key for unseen in world.missing(ACCOUNTS)}, world.seen(ACCOUNTS)
    return frozenset(key for key in unread if key in lost or (EVERYTHING in lost and key not in listed))


def _seen_at_last(state: Approved, world: World) -> dict[Part[Any], dict[str, Any]]:
    """Give accounts, their places and their contacts that could not be read before and now are."""
    listed = world.seen(ACCOUNTS)
    fresh = [a for a in listed if a not in state.accounts and not state.unread.isdisjoint((a, EVERYTHING))]
    rows = rows_of(fresh, world)
    placed = read_of(PLACEMENTS, world)
    for account, row in state.accounts.items():
        if row.path is None and account in placed:
            rows[APPROVED_ACCOUNTS][account] = ApprovedAccount(name=row.name, path=placed[account], state=row.state)
    kept = [a for a, row in state.accounts.items() if not row.state.is_closed and a in listed]
    live = [a for a in kept if not listed[a].state.is_closed]
    unknown = [key for key in slots_of(live) if key not in state.contacts]
    rows[APPROVED_CONTACTS].update(seen_details(unknown, world))
    return rows


def approved_parts(state: Approved, snapshot: Snapshot) -> tuple[Rows, Gaps]:
    """Give the approved state as parts of the world in which a snapshot is judged; what cannot be compared is a gap."""
    if not state.number:
        return unapproved(NOTHING_YET)
    gaps = {(APPROVED_ACCOUNTS.name, key): UNREAD for key in state.unread}
    world = snapshot.world({}, {})
    for key, approved in state.contacts.items():
        if cause := _incomparable(key, approved, state.sources[APPROVED_CONTACTS.name, key], snapshot, world):
            gaps[APPROVED_CONTACTS.name, key] = cause
    comparable = {key: row for key, row in state.contacts.items() if (APPROVED_CONTACTS.name, key) not in gaps}
    return {APPROVED_ACCOUNTS: state.accounts, APPROVED_CONTACTS: comparable}, gaps


def unapproved(cause: str) -> tuple[Rows, Gaps]:
    """Give the parts where there is no approved state to compare with, and the remedy as the cause."""
    return {}, {(part.name, EVERYTHING): cause for part in PARTS}


def _incomparable(key: str, approved: Detail | None, source: Source, snapshot: Snapshot, world: World) -> str:
    """Say why a contact cannot be compared; what comes out equal under different patterns is the same mailbox."""
    if source.key_check != snapshot.manifest.key_check:
        return OTHER_KEY
    if source.aliases == snapshot.manifest.aliases or approved is None:
        return ""
    try:
        seen = detail_as_seen(key, world)
    except Unseen:
        return ""
    return OTHER_ALIASES if seen and seen.mailbox != approved.mailbox else ""


def encoded(approval: Approval) -> bytes:
    """Give an approval as the bytes of its file."""
    rows = {
        p.name: {k: _adapter(p).dump_python(row, mode="json") for k, row in r.items()} for p, r in approval.rows.items()
    }
    plain = _FILE.dump_python(
        _File(
            schema=1,
            organization=approval.organization,
            by=approval.by,
            at=approval.at,
            why=approval.why,
            source=approval.source,
            rows=rows,
            removed={part.name: list(keys) for part, keys in approval.removed.items()},
            unread=None if approval.unread is None else sorted(approval.unread),
        ),
        mode="json",
    )
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1).encode()


def decoded(data: bytes) -> Approval:
    """Read an approval; raise ``BadInput`` where the file is none, or of a later version."""
    try:
        file = _FILE.validate_json(data)
    except ValidationError as error:
        raise BadInput(f"a file under {FOLDER}/ cannot be read: {error.errors()[0]['msg']}") from error
    named = {part.name: part for part in PARTS}
    if strangers := {*file.rows, *file.removed} - named.keys():
        raise BadInput(
            f"a file under {FOLDER}/ approves {', '.join(sorted(strangers))}, which this version does not know: "
            "install the version that wrote it"
        )
    rows = {
        named[n]: {k: _adapter(named[n]).validate_python(row) for k, row in r.items()} for n, r in file.rows.items()
    }
    return Approval(
        organization=file.organization,
        by=file.by,
        at=file.at,
        why=file.why,
        source=file.source,
        rows=rows,
        removed={named[name]: tuple(keys) for name, keys in file.removed.items()},
        unread=None if file.unread is None else frozenset(file.unread),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """The shape of a file."""

    schema: int
    organization: str
    by: str
    at: datetime
    why: str
    source: Source
    rows: dict[str, dict[str, Any]]
    removed: dict[str, list[str]]
    unread: list[str] | None


_FILE = TypeAdapter(_File)


@cache
def _adapter(part: Part[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(part.row)
