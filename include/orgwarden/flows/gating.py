"""Keeps what a gate said beside what it was asked about, and stops what did not pass."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from orgwarden.billing.frames import frames
from orgwarden.collect import bill_gate
from orgwarden.collect.gate import Check, Gated
from orgwarden.errors import GateFailed
from orgwarden.model import Period
from orgwarden.store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

GATE = "gate"


@dataclass(frozen=True, kw_only=True, slots=True)
class GateFile:
    """What ``gate.json`` says: the checks, and the names of the pages that show them to people."""

    checks: tuple[Check, ...]
    pages: tuple[str, ...]


GATE_FILE = TypeAdapter(GateFile)


def gate_bill(con: "DuckDBPyConnection", period: Period, *, store: Store) -> None:
    """Hold the ledger of a month against the gate, and keep what it said. Raises ``GateFailed``."""
    gated = bill_gate.check(frames(con), period)
    keep(store, f"billing/{period}", gated)
    if told := failures(gated):
        raise GateFailed(f"the bill of {period} is not fit to be judged, and nothing of it is published: {told}")


def keep(store: Store, place: str, gated: Gated) -> None:
    """Keep the checks, and the pages that show them; the pages first, so that what is named is there."""
    start = f"{place}/" if place else ""
    for name, page in gated.pages.items():
        store.replace(f"{start}{GATE}/{name}", page)
    kept = GateFile(checks=gated.checks, pages=tuple(f"{GATE}/{name}" for name in sorted(gated.pages)))
    store.replace(f"{start}gate.json", GATE_FILE.dump_json(kept, indent=1))


def failures(gated: Gated) -> str:
    """Give what does not hold, as a sentence; empty where everything does."""
    failed = (check for check in gated.checks if not check.holds)
    return "; ".join(f"it does not hold that {check.says} ({', '.join(check.against)})" for check in failed)
