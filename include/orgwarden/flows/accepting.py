"""Accepting changes: what somebody takes responsibility for becomes the last approved state, and nothing beside it.

Accepted is what the finding told, from the reading in which it was last seen, and only while no newer reading shows
something else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from orgwarden import approved
from orgwarden.approvable import account_as_seen, other_details, rows_of, seen_details, slots_of
from orgwarden.approved import Approval, Approved
from orgwarden.baseline import Baseline
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, Kind, State, came_of_month
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.flows.organization_inventory import FOLDER
from orgwarden.model import Part, Status, Verdict, World, finding_id
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.privacy import Veil
from orgwarden.snapshot import Snapshot, load, load_manifest
from orgwarden.store import Store
from orgwarden.tickets.text import redacted

Rows = dict[Part[Any], dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """Whose word it is, when and why; it is kept, so addresses and numbers in it are masked."""

    by: str
    at: datetime
    why: str

    def __post_init__(self) -> None:
        for name, text in (("--by", self.by), ("--why", self.why)):
            if not text.strip():
                raise BadInput(f"{name} is empty: say who accepts, and why")


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What came of an acceptance: findings by id, those that had been accepted before, and the files that hold it."""

    accepted: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """The sealed snapshots of one organization, oldest first, how they are judged, and what they are compared with."""

    store: Store
    approvals: Store
    baseline: Baseline | None
    veil: Veil
    places: Sequence[tuple[datetime, str]]

    @classmethod
    def of(
        cls,
        organization: str,
        *,
        store: Store,
        baseline: Baseline | None,
        veil: Veil,
        base: tuple[Store, str] | None = None,
    ) -> "Readings":
        """Give the snapshots that the store keeps, or the one of ``base`` (its store and place) alone.

        Raises ``BadInput`` where there is none of the organization.
        """
        if base and (manifest := load_manifest(*base)).organization == organization:
            places = [(manifest.opened, base[1])]
            return cls(store=base[0], approvals=store, baseline=baseline, veil=veil, places=places)
        names = (name.removesuffix("/manifest.json") for name in store.names(FOLDER) if name.endswith("/manifest.json"))
        found = ((place, load_manifest(store, place)) for place in names)
        ours = sorted((m.opened, place) for place, m in found if m.organization == organization)
        if not ours:
            raise BadInput(f"{store.uri} has no sealed snapshot of {organization}: accept where its readings are kept")
        return cls(store=store, approvals=store, baseline=baseline, veil=veil, places=ours)

    def at(self, when: datetime) -> str:
        """Give the place of the newest snapshot that is no newer than a time."""
        past = [place for opened, place in self.places if opened <= when]
        if not past:
            raise BadInput(f"{self.store.uri} has no snapshot of {when:%Y-%m-%d %H:%M}: accept where the readings are")
        return past[-1]

    @property
    def newest(self) -> str:
        return self.places[-1][1]

    def verdicts(
        self, snapshot: Snapshot, state: Approved, controls: Iterable[str]
    ) -> tuple[World, dict[str, Verdict]]:
        """Give the world of a snapshot beside an approved state, and what controls say of it, by finding."""
        parts = approved.approved_parts(state, snapshot)
        world = reviewing.world_of(snapshot, baseline=self.baseline, veil=self.veil, approved=parts)
        judging = [control for control in catalogue() if control.id in set(controls)]
        said = evaluate(judging, world)
        return world, {finding_id(world.organization, v.control, v.subject): v for v in said}


def acceptable(findings: Iterable[Finding], *, theme: str | None = None) -> list[Finding]:
    """Give the findings that stand and can be accepted, of a theme or of all; those about months among them."""
    return [f for f in findings if not _objection(f) and theme in {None, f.control.partition(".")[0]}]


def accept(  # noqa: PLR0913 - what is accepted, by whom, and where it is looked up
    findings: Sequence[Finding],
    word: Word,
    base: tuple[Store, str] | None = None,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
) -> Accepted:
    """Accept what the findings tell, those that were last seen in one snapshot as one file.

    ``base`` is the store and place of a snapshot that stands outside of the store; without it, the store's count.
    Raises ``BadInput`` where one is no change, or where a newer reading shows something else than it tells; of its
    snapshot nothing is accepted then.
    """
    for objection in filter(None, map(_objection, findings)):
        raise BadInput(objection)
    by_organization = _grouped(findings, lambda f: f.organization)
    done = [
        one
        for organization, mine in by_organization.items()
        for readings in [Readings.of(organization, store=store, baseline=baseline, veil=veil, base=base)]
        for one in _accept_in(mine, word, readings)
    ]
    return Accepted(
        accepted=tuple(f for one in done for f in one.accepted),
        already=tuple(f for one in done for f in one.already),
        files=tuple(f for one in done for f in one.files),
    )


def accept_months(said: Sequence[Finding], word: Word, *, findings: FindingStore) -> Accepted:
    """Close findings about months: what one came to cannot be mended, and somebody answers for it as it is."""
    by_organization = _grouped(said, lambda f: f.organization).values()
    closed = [
        done.id
        for mine in by_organization
        for done in findings.close(mine, now=word.at, by=redacted(word.by), why=redacted(word.why))
    ]
    return Accepted(accepted=tuple(closed), already=tuple(f.id for f in said if f.id not in closed))


def is_of_month(finding: Finding) -> bool:
    """Say whether a finding is about what one month came to: its bill, or its reviews."""
    return came_of_month(finding, next((one for one in catalogue() if one.id == finding.control), None))


def accept_contacts(  # noqa: PLR0913 - the same
    organization: str,
    word: Word,
    base: tuple[Store, str] | None = None,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
) -> Accepted:
    """Accept the contacts of all approved accounts as the newest snapshot shows them, without comparing any.

    For contacts that were approved under another key or other alias patterns, which nothing can compare.
    """
    readings = Readings.of(organization, store=store, baseline=baseline, veil=veil, base=base)
    snapshot = load(readings.store, readings.newest)

    def change(state: Approved) -> Approval | None:
        standing = [account for account, row in state.accounts.items() if not row.state.is_closed]
        seen = dict(seen_details(slots_of(standing), snapshot.world({}, {})))
        return _approval(snapshot, word, _Piece(rows={APPROVED_CONTACTS: seen})) if seen else None

    state, kept = approved.amend(store, organization, change)
    return Accepted(files=(approved.file_name(organization, state.number),) if kept else ())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """What accepting one finding approves, and whose approval it ends."""

    rows: Rows = field(default_factory=dict)
    removed: Mapping[Part[Any], tuple[str, ...]] = field(default_factory=dict)


def _accept_in(findings: Iterable[Finding], word: Word, readings: Readings) -> list[Accepted]:
    """Accept findings of one organization, snapshot by snapshot."""
    by_place = _grouped(findings, lambda f: readings.at(f.last_seen))
    return [_accept_of(place, told, word, readings) for place, told in by_place.items()]


def _accept_of(place: str, findings: Sequence[Finding], word: Word, readings: Readings) -> Accepted:
    """Accept the findings that were last seen in one snapshot."""
    snapshot, newest = load(readings.store, place), load(readings.store, readings.newest)
    organization, accepted = snapshot.manifest.organization, list[str]()

    def change(state: Approved) -> Approval | None:
        standing, world = _standing(findings, state, snapshot, newest, readings)
        accepted[:] = [finding.id for finding in standing]
        pieces: list[_Piece] = []
        for finding in standing:
            pieces.append(ACCEPTED[finding.control](finding.subject.account, world, state))
            state = approved.fold([_approval(snapshot, word, pieces[-1])], onto=state)
        return _approval(snapshot, word, *pieces) if pieces else None

    state, kept = approved.amend(readings.approvals, organization, change)
    return Accepted(
        accepted=tuple(accepted),
        already=tuple(f.id for f in findings if f.id not in accepted),
        files=(approved.file_name(organization, state.number),) if kept else (),
    )


def _standing(
    findings: Sequence[Finding], state: Approved, snapshot: Snapshot, newest: Snapshot, readings: Readings
) -> tuple[list[Finding], World]:
    """Give the findings that still tell something that is not approved, and the world in which they were last seen."""
    controls = {finding.control for finding in findings}
    world, told = readings.verdicts(snapshot, state, controls)
    _, told_now = readings.verdicts(newest, state, controls)
    standing = [f for f in findings if _deviates(told.get(f.id))]
    for finding in standing:
        now = told_now.get(finding.id)
        is_told = dict(told[finding.id].evidence) == dict(finding.evidence)
        is_unseen = now is not None and now.status is Status.UNKNOWN
        is_same = now is not None and _deviates(now) and dict(now.evidence) == dict(finding.evidence)
        if not is_told or not (is_same or is_unseen):
            raise BadInput(
                f"finding {finding.id} ({finding.control}) tells of {finding.last_seen:%Y-%m-%d %H:%M}, and "
                f"{newest.place} shows something else: review that first (orgwarden review --record --snapshot "
                f"{newest.place}), then accept what it shows"
            )
    return standing, world


def _deviates(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.status is Status.FAIL


def _approval(snapshot: Snapshot, word: Word, *pieces: _Piece) -> Approval:
    """Give one approval of several pieces, of which the later ones know the earlier."""
    rows: Rows = defaultdict(dict)
    removed: dict[Part[Any], tuple[str, ...]] = defaultdict(tuple)
    for piece in pieces:
        for part, found in piece.rows.items():
            rows[part].update(found)
        for part, keys in piece.removed.items():
            removed[part] += keys
    return Approval(
        organization=snapshot.manifest.organization,
        by=redacted(word.by),
        at=word.at,
        why=redacted(word.why),
        source=approved.source_of(snapshot),
        rows=dict(rows),
        removed=dict(removed),
    )


def _objection(finding: Finding) -> str:
    """Say why a finding cannot be accepted; empty where it can."""
    if finding.kind is not Kind.DEVIATION or not (finding.control in ACCEPTED or is_of_month(finding)):
        return (
            f"finding {finding.id} ({finding.control}) is no change from an approved state: mend it, or exempt it "
            "with an expiry"
        )
    return f"finding {finding.id} is resolved: there is nothing to accept" if finding.state is State.RESOLVED else ""


def _joined(account: str, world: World, _: Approved) -> _Piece:
    return _Piece(rows=rows_of([account], world))


def _left(account: str, world: World, state: Approved) -> _Piece:
    """Approve an account as closed while AWS lists it; forget one that is gone, so that its return would be told."""
    listed = world.seen(ACCOUNTS).get(account)
    if listed:
        return _Piece(rows={APPROVED_ACCOUNTS: {account: replace(state.accounts[account], state=listed.state)}})
    contacts = tuple(key for key in slots_of([account]) if key in state.contacts)
    return _Piece(removed={APPROVED_ACCOUNTS: (account,), APPROVED_CONTACTS: contacts})


def _moved(account: str, world: World, state: Approved) -> _Piece:
    path = account_as_seen(account, world).path
    return _Piece(rows={APPROVED_ACCOUNTS: {account: replace(state.accounts[account], path=path)}})


def _renamed(account: str, world: World, state: Approved) -> _Piece:
    name = account_as_seen(account, world).name
    return _Piece(rows={APPROVED_ACCOUNTS: {account: replace(state.accounts[account], name=name)}})


def _details(_: str, world: World, __: Approved) -> _Piece:
    return _Piece(rows={APPROVED_CONTACTS: dict(other_details(world)[0])})


ACCEPTED: Mapping[str, Callable[[str, World, Approved], _Piece]] = {
    "changes.account_joined": _joined,
    "changes.account_left": _left,
    "changes.account_moved": _moved,
    "changes.account_renamed": _renamed,
    "contacts.details_as_reviewed": _details,
}


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
