"""Drift tickets: plan, apply, sweep, reconcile; every open finding ends on exactly one open ticket.

A plan is a file of the store, and what applying it came to stands beside it. Each step may be repeated, and an old
plan is harmless.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Engine

from orgwarden.baseline import Baseline
from orgwarden.controls import catalogue
from orgwarden.errors import StopAndTell
from orgwarden.findings.store import FindingStore
from orgwarden.flows.organization_inventory import newest
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.snapshot import load
from orgwarden.store import NotThere, Store, create_or_same
from orgwarden.tickets.draft import Drafter
from orgwarden.tickets.drift import Drift
from orgwarden.tickets.entry import Standing
from orgwarden.tickets.group import grouped
from orgwarden.tickets.local import LocalSink
from orgwarden.tickets.outbox import Outbox
from orgwarden.tickets.plan import Plan
from orgwarden.tickets.storm import Bounds

FOLDER = "tickets"
COUNTED = ("created", "updated", "commented", "reopened", "closed", "disputed", "rejected")


def plan(*, run: str, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None) -> str:
    """Say what is to be done to the tickets, and give the plan's name in the store. Writes nothing to a ticket."""
    text = _drift(store, engine, findings, baseline).plan().to_json()
    digest = hashlib.sha256(f"{run} {text}".encode()).hexdigest()
    name = f"{FOLDER}/plans/{digest[:16]}.json"
    create_or_same(store, name, text.encode())
    return name


def apply(
    planned: str, *, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None
) -> dict[str, Any]:
    """Carry out a plan and give its counts; again, it does what is left. Raises ``RetryLater`` while some wait."""
    applied = _drift(store, engine, findings, baseline).apply(Plan.from_json(store.read(planned).decode()))
    counts = asdict(applied)
    before = _applied(store, planned)
    total = {name: counts[name] + before.get(name, 0) for name in COUNTED}
    left = {"open": applied.open, "held_back": applied.held_back}
    store.replace(_beside(planned), json.dumps(total | left).encode())
    applied.or_retry_later()
    return {**counts, "notes": list(applied.notes)}


def sweep(*, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None) -> dict[str, Any]:
    """Find tickets that say the same thing twice, keep the oldest of them, and close the others with a link to it."""
    swept = _drift(store, engine, findings, baseline).sweep()
    return {"duplicates": len(swept.duplicates), "closed": swept.closed}


def reconcile(
    planned: str, *, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None
) -> dict[str, Any]:
    """Note what people did to the tickets for the next plan; give the counts of the whole run and its line."""
    by_hand = _drift(store, engine, findings, baseline).reconcile()
    done = dict.fromkeys((*COUNTED, "open", "held_back"), 0) | _applied(store, planned)
    hands = len(by_hand.closed_by_hand) + len(by_hand.opened_by_hand) + len(by_hand.deleted)
    told = f"{done['created']} tickets opened · {done['closed']} closed · {done['open']} open"
    more = {"deferred": done["held_back"], "rejected": done["rejected"], "changed by hand": hands}
    line = " · ".join([told, *(f"{count} {what}" for what, count in more.items() if count)])
    return {**done, "changed_by_hand": hands, "line": line}


def check(*, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None) -> dict[str, Any]:
    """Say whether every open finding is on exactly one open ticket: how many are on none, and on several.

    Those whose ticket is held back until a run has room for it are told apart.
    """
    drift = _drift(store, engine, findings, baseline)
    entries, open_now = drift.outbox.entries(drift.organization), findings.open_findings(drift.organization)
    listed = Counter(f for e in entries if e.is_open for f in e.findings)
    held_back = {replace(e.group, round=0) for e in entries if e.state is Standing.DEFERRED}
    groups = grouped(open_now, drift.drafter.controls)
    deferred = {f.id for group, found in groups.items() if group in held_back for f in found} - set(listed)
    return {
        "open_findings": len(open_now),
        "on_no_ticket": sorted({f.id for f in open_now} - set(listed) - deferred),
        "on_several": [finding for finding, tickets in listed.items() if tickets > 1],
        "deferred": sorted(deferred),
    }


def listed(
    ticket: str, *, store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None
) -> tuple[str, ...]:
    """Give the ids of the findings that a ticket lists, by the ticket's key; none where there is no such ticket."""
    drift = _drift(store, engine, findings, baseline)
    return tuple(f for e in drift.outbox.entries(drift.organization) if e.ticket == ticket for f in e.findings)


def _drift(store: Store, engine: Engine, findings: FindingStore, baseline: Baseline | None) -> Drift:
    """Give the tickets of the organization in the embedded ticket system; accounts go by the names last read."""
    declared = baseline or Baseline()
    owners, bounds = declared.owners, declared.tickets
    sink = LocalSink(engine, write=lambda name, text: store.replace(f"{FOLDER}/{name}", text.encode()))
    place = newest(store)
    snapshot = load(store, place) if place else None
    rows = snapshot.rows.get(ACCOUNTS, {}) if snapshot else {}
    return Drift(
        organization=snapshot.manifest.organization if snapshot else _only(findings.organizations()),
        findings=findings,
        outbox=Outbox(engine, sink),
        drafter=Drafter(
            controls={control.id: control for control in catalogue()},
            capabilities=sink.capabilities,
            names={account: row.name for account, row in rows.items()},
            stewards={"": owners.default, **owners.themes},
        ),
        bounds=Bounds(new=bounds.most_new, changed=bounds.most_changed, closed=bounds.most_closed),
    )


def _only(organizations: Sequence[str]) -> str:
    if len(organizations) != 1:
        found = (
            f"findings of several organizations ({', '.join(organizations)})" if organizations else "no findings yet"
        )
        raise StopAndTell(f"there is no sealed snapshot in the store, and {found}: run organization_inventory first")
    return organizations[0]


def _beside(planned: str) -> str:
    return planned.removesuffix(".json") + ".applied.json"


def _applied(store: Store, planned: str) -> dict[str, int]:
    try:
        done: dict[str, int] = json.loads(store.read(_beside(planned)))
    except NotThere:
        return {}
    return done
