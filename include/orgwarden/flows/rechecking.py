"""The recheck: read only what decides a finding, or a ticket's findings, again; resolve what is seen gone, in seconds.

It is a reading as any other, of a few keys, or of the lists that a control looks through: laid over the last sealed
snapshot, judged by the same controls, and recorded as a partial review, which opens nothing and never takes *could not
look* for *gone*.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Engine

from orgwarden.attestations.records import AttestationStore
from orgwarden.baseline import Baseline
from orgwarden.collect.again import Again, Key, is_readable, reread
from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.means import Means
from orgwarden.collect.sessions import Aws
from orgwarden.control import Control
from orgwarden.controls import catalogue
from orgwarden.declared.runbooks import links_of
from orgwarden.engine import evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, Kind, State
from orgwarden.findings.store import FindingStore
from orgwarden.flows import drift_tickets, reviewing
from orgwarden.flows.needing import needed
from orgwarden.flows.organization_inventory import newest
from orgwarden.flows.settings import settings_of
from orgwarden.model import Part, Status, World
from orgwarden.privacy import Veil
from orgwarden.snapshot import Snapshot
from orgwarden.store import Store, create_or_same

FOLDER = "rechecks"
# What a whole reading alone gives: what a control asks of it is not known anew.
AS_A_WHOLE = "a recheck does not read it again: run organization_inventory"
Clock = Callable[[], datetime]


class Outcome(StrEnum):
    """What a recheck saw of a finding."""

    GONE = "gone"
    THERE = "still there"
    UNSEEN = "could not be looked at"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """A world in which some keys were read again, and which; ``whole`` are the parts that were read whole."""

    world: World
    keys: frozenset[Key]
    whole: frozenset[str]

    def has(self, key: Key) -> bool:
        """Say whether a key was read again."""
        return key in self.keys or key[0] in self.whole


class Reader(Protocol):
    """Reads keys again, on the ground of what was known before."""

    def __call__(self, keys: Collection[Key], *, before: World) -> Again: ...


def asked_for(asked: str, *, findings: FindingStore, listed: Collection[str]) -> list[Finding]:
    """Give the findings of a finding's id, or those that a ticket lists. Raises ``BadInput`` with the remedy."""
    found = findings.by_ids([asked]) or findings.by_ids(listed)
    if not found:
        raise BadInput(
            f"{asked!r} is neither a finding nor a ticket that lists any: `orgwarden findings list` has them"
        )
    standing = [finding for finding in found if finding.state is not State.RESOLVED]
    if causes := [f.id for f in standing if f.kind is Kind.UNKNOWN]:
        raise BadInput(
            f"{', '.join(causes)}: what keeps controls from looking is gone once a whole reading no longer meets it: "
            "run organization_inventory"
        )
    return standing


def recheck(  # noqa: PLR0913 - the tools of a reading, of a review and of tickets
    asked: str,
    base: tuple[Store, str] | None = None,
    *,
    store: Store,
    aws: Aws,
    dns: Dns,
    links: Links,
    veil: Veil,
    baseline: Baseline | None,
    findings: FindingStore,
    engine: Engine,
    clock: Clock,
    audit: str,
    asks_cost_explorer: bool,
) -> dict[str, Any]:
    """Read what decides a finding, or a ticket's findings, again, and move these findings alone.

    ``base`` is the store and place of the snapshot to lay the reading over; without it, the store's newest. ``audit``
    says how root users of member accounts are looked at, as for a whole reading. Gives counts, the findings, the calls
    by operation, the evidence's name in the store, and a line. Raises ``BadInput``.
    """
    on_ticket = drift_tickets.listed(asked, store=store, engine=engine, findings=findings, baseline=baseline)
    standing = asked_for(asked, findings=findings, listed=on_ticket)
    now = clock()
    last = _last(base or _newest(store), store, baseline, veil, now, record_of=AttestationStore(engine))

    means = Means(
        aws=aws,
        dns=dns,
        veil=veil,
        today=now.date(),
        audit=audit,
        control_tower=(baseline or Baseline()).structure.control_tower,
        asks_cost_explorer=asks_cost_explorer,
        registered=(baseline or Baseline()).users(),
        links=links,
        documents=links_of(baseline, veil),
    )

    controls = _controls_of(standing, last.controls)
    fresh = refreshed(standing, controls, last, partial(reread, means=means))
    judged = _judged(standing, replace(last, controls=tuple(controls.values())), fresh.world, baseline, now)
    recorded = frozenset(finding.id for finding in standing)
    reviewing.record(judged, findings=findings, baseline=baseline, only=recorded)
    seen = [(finding, *_outcome(finding, judged)) for finding in findings.by_ids(sorted(recorded))]
    return {
        **_counts(seen),
        "findings": [_plain(*one) for one in seen],
        "calls": aws.calls(),
        "evidence": _keep(asked, fresh, judged, now, store),
    }


def refreshed(
    findings: Sequence[Finding], controls: Mapping[str, Control], last: reviewing.Judged, read: Reader
) -> Refreshed:
    """Read what decides the findings again, until what is read asks for nothing more.

    What a control finds anew may lead it to rows that it did not ask for before: they are read again, too.
    """
    fresh = Refreshed(world=last.world, keys=frozenset(), whole=frozenset())
    by_control = {control: [f for f in findings if f.control == id_] for id_, control in controls.items()}
    while True:
        wanted = frozenset[Key]().union(*(needed(of, control, fresh.world) for control, of in by_control.items()))
        more = {key for key in wanted - fresh.keys if key[0] not in fresh.whole and is_readable(key, fresh.world)}
        if not more:
            return replace(fresh, world=_stale(wanted - fresh.keys, fresh, last.snapshot))
        again = read(more, before=fresh.world)
        fresh = Refreshed(
            world=overlaid(fresh.world, again), keys=fresh.keys | more | again.keys, whole=fresh.whole | again.whole
        )


def _stale(unread: Collection[Key], fresh: Refreshed, snapshot: Snapshot) -> World:
    """Give the world without what was asked for, stands in the snapshot, and was not read again: nobody knows it."""
    sealed = {part.name for part in snapshot.rows} - fresh.whole
    lost = {key: AS_A_WHOLE for key in unread if key[0] in sealed}
    return replace(fresh.world, gaps={**fresh.world.gaps, **lost})


def overlaid(world: World, fresh: Again) -> World:
    """Give the world with what was read again in the place of what was read before."""
    rows, gaps = fresh.page.rows, fresh.page.gaps
    lost = fresh.gone | gaps.keys()
    parts: dict[Part[Any], Mapping[str, Any]] = {}
    for part, before in {**{part: {} for part in rows}, **world.parts}.items():
        kept = {key: row for key, row in before.items() if (part.name, key) not in lost}
        parts[part] = {**kept, **rows.get(part, {})}
    told = {(part.name, key) for part, found in rows.items() for key in found} | fresh.gone
    return replace(world, parts=parts, gaps={**{k: c for k, c in world.gaps.items() if k not in told}, **gaps})


def _newest(store: Store) -> tuple[Store, str]:
    place = newest(store)
    if place is None:
        raise BadInput(f"{store.uri} has no sealed snapshot to recheck against: run organization_inventory first")
    return store, place


def _last(  # noqa: PLR0913 - what is judged, and all that it is held against
    base: tuple[Store, str],
    approvals: Store,
    baseline: Baseline | None,
    veil: Veil,
    now: datetime,
    *,
    record_of: AttestationStore,
) -> reviewing.Judged:
    """Give the last reading as of today; one whose mailboxes were folded otherwise cannot be compared with."""
    store, place = base
    last = reviewing.judge(
        place, theme=None, store=store, baseline=baseline, veil=veil, approvals=approvals, record_of=record_of
    )
    if last.snapshot.manifest.aliases != veil.folding:
        raise BadInput(f"contacts.aliases of the baseline changed since {place} was read: run organization_inventory")
    return replace(last, world=replace(last.world, today=now.date()))


def _controls_of(findings: Sequence[Finding], controls: Sequence[Control]) -> dict[str, Control]:
    known = {control.id: control for control in controls}
    wanted = {finding.control for finding in findings}
    lost = wanted - known.keys()
    if elsewhere := lost & {control.id for control in catalogue()}:
        raise BadInput(
            f"{', '.join(sorted(elsewhere))} is not read from the organization: what people answer is judged each day "
            "by attestation_review, a bill by billing_reconciliation"
        )
    if lost:
        raise BadInput(f"{', '.join(sorted(lost))} left the catalogue: the next review retires its findings")
    return {control: known[control] for control in sorted(wanted)}


def _judged(
    findings: Sequence[Finding], last: reviewing.Judged, world: World, baseline: Baseline | None, now: datetime
) -> reviewing.Judged:
    """Judge the refreshed world by the findings' controls; of others' subjects only what could not be seen counts."""
    ours = {(finding.control, finding.subject) for finding in findings}
    verdicts = evaluate(last.controls, world, settings_of(baseline))
    kept = tuple(v for v in verdicts if v.status is Status.UNKNOWN or (v.control, v.subject) in ours)
    manifest = replace(last.snapshot.manifest, opened=now)
    snapshot = replace(last.snapshot, place=f"{FOLDER}/{now:%Y-%m-%dT%H:%M:%SZ}", manifest=manifest)
    return replace(last, snapshot=snapshot, world=world, theme="recheck", verdicts=kept)


def _outcome(finding: Finding, judged: reviewing.Judged) -> tuple[Outcome, str]:
    """Say what was seen of a finding, as it stands now, and why."""
    found = [v for v in judged.verdicts if (v.control, v.subject) == (finding.control, finding.subject)]
    if finding.state is State.RESOLVED:
        return Outcome.GONE, finding.resolution
    if found and found[0].status is Status.FAIL:
        return Outcome.THERE, found[0].reason
    unseen = [v for v in judged.verdicts if v.control == finding.control and v.status is Status.UNKNOWN]
    near = [v for v in found + unseen if v in found or not {*v.accounts}.isdisjoint(finding.accounts)]
    return Outcome.UNSEEN, next((v.reason for v in [*near, *unseen]), "something newer is known of it")


def _counts(seen: Sequence[tuple[Finding, Outcome, str]]) -> dict[str, Any]:
    counts = Counter(outcome for _, outcome, _ in seen)
    told = f"{len(seen)} findings rechecked · {counts[Outcome.GONE]} gone · {counts[Outcome.THERE]} still there"
    line = f"{told} · {counts[Outcome.UNSEEN]} unseen" if counts[Outcome.UNSEEN] else told
    names = {Outcome.GONE: "gone", Outcome.THERE: "there", Outcome.UNSEEN: "unseen"}
    return {"rechecked": len(seen), **{name: counts[outcome] for outcome, name in names.items()}, "line": line}


def _plain(finding: Finding, outcome: Outcome, reason: str) -> dict[str, str]:
    return {"finding": finding.id, "control": finding.control, "outcome": outcome.value, "reason": reason}


def _keep(asked: str, fresh: Refreshed, judged: reviewing.Judged, now: datetime, store: Store) -> str:
    """Write down what was read again and what came of it; give the file's name in the store."""
    evidence = {
        "asked": asked,
        "at": now.isoformat(),
        "read": sorted(fresh.keys),
        "gaps": {f"{part}/{key}": cause for (part, key), cause in fresh.world.gaps.items() if fresh.has((part, key))},
        "verdicts": list(reviewing.rows(judged.verdicts)),
    }
    data = json.dumps(evidence, sort_keys=True, ensure_ascii=False).encode()
    name = f"{FOLDER}/{now:%Y-%m}/{hashlib.sha256(data).hexdigest()[:16]}.json"
    create_or_same(store, name, data)
    return name
