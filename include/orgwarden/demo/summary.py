"""What the demo found, as data for a program (``summary.json``) and as tables for a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STATUSES = ("pass", "fail", "unknown", "not_applicable")
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of one workflow, at its end; the outcome is what its last task handed on."""

    workflow: str
    run: str
    state: str
    seconds: float
    outcome: Mapping[str, Any]

    @property
    def line(self) -> str:
        return str(self.outcome.get("line", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way through all workflows for a month, and the verdicts that it ended in."""

    period: str
    runs: tuple[Run, ...]
    verdicts: tuple[Row, ...] = ()

    def of(self, workflow: str) -> Mapping[str, Any]:
        """Give the outcome of a workflow's last run; empty where it did not run."""
        return next((run.outcome for run in reversed(self.runs) if run.workflow == workflow), {})

    def moved(self, what: str) -> int:
        """Give how many findings all reviews together opened (``new``) or saw gone (``resolved``)."""
        return sum(run.outcome.get(what) or 0 for run in self.runs)

    def opened(self) -> int | None:
        """Give how many tickets were opened; ``None`` where no run kept them: each review starts one."""
        counts = [run.outcome.get("created") for run in self.runs if run.workflow == "drift_tickets"]
        return sum(count or 0 for count in counts) if counts else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What the seed says: the drifts of both readings as compared, and how many go and come between them.

    ``controls`` are those of which a drift of either reading makes a deviation, or something that cannot be seen.
    """

    first: Row
    second: Row
    resolved: int
    new: int
    controls: tuple[str, ...] = ()


def summary(readings: Sequence[Reading], expected: Expected) -> dict[str, Any]:
    """Give what ``summary.json`` holds, and in ``disagreements`` each thing that is not as it should be."""
    first, second, again = readings
    found: dict[str, Any] = {
        "period": first.period,
        "dags": {
            run.workflow: {"state": _worst(readings, run.workflow), "seconds": run.seconds, "line": run.line}
            for run in first.runs
        },
        "verdicts": by_control(first.verdicts),
        "tickets": {"created": first.opened(), "open": first.of("drift_tickets").get("open")},
        "second_reading": {name: second.moved(name) for name in ("resolved", "new")},
        "unchanged_rerun": {"created": again.opened()},
        "drifts": {**expected.first, "controls": list(expected.controls), "later": expected.second},
    }
    return {**found, "disagreements": _disagreements(found, expected)}


def by_control(verdicts: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Count the verdicts of each control by status."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in verdicts:
        counts[row["control"]][row["status"].lower()] += 1
    return {control: {status: counts[control][status] for status in STATUSES} for control in sorted(counts)}


def tables(found: Mapping[str, Any], readings: Sequence[Reading]) -> str:
    """Give the tables that a person reads at the end."""
    named = ("first reading", "next reading", "unchanged")
    runs = [
        (reading.period, name, run.workflow, run.state, f"{run.seconds:.0f} s", run.line)
        for name, reading in zip(named, readings, strict=True)
        for run in reading.runs
    ]
    verdicts = [(control, *map(str, n.values()), _coverage(n)) for control, n in found["verdicts"].items()]
    return "\n".join(
        [
            table(("month", "reading", "workflow", "state", "took", "outcome"), runs),
            table(("control (first reading)", "pass", "fail", "unknown", "not applicable", "seen"), verdicts),
            _last_words(found),
        ]
    )


def _last_words(found: Mapping[str, Any]) -> str:
    drifts, second, tickets = found["drifts"], found["second_reading"], found["tickets"]
    said = [
        f"Drifts: {drifts['seeded']} seeded, {drifts['found']} found, {len(drifts['extra'])} that nobody seeded.",
        f"Tickets: {tickets['created']} opened by the first reading, {tickets['open']} open after it.",
        f"Next reading: {second['resolved']} findings resolved, {second['new']} new.",
        f"Unchanged: {found['unchanged_rerun']['created']} tickets opened.",
    ]
    return "\n".join([*said, *(f"NOT AS IT SHOULD BE: {one}" for one in found["disagreements"])])


def _disagreements(found: Mapping[str, Any], expected: Expected) -> list[str]:
    """Name each thing that is not as the seed says."""
    second = {"resolved": expected.resolved, "new": expected.new}
    checks = {
        f"every workflow succeeds: {found['dags']}": {one["state"] for one in found["dags"].values()} == {"success"},
        f"every drift is found and nothing else: {expected.first}": _agrees(expected.first),
        f"so in the next reading: {expected.second}": _agrees(expected.second),
        f"the next reading shows {second}: {found['second_reading']}": found["second_reading"] == second,
        f"the first reading opens tickets: {found['tickets']}": bool(found["tickets"]["created"]),
        f"an unchanged organization opens none: {found['unchanged_rerun']}": found["unchanged_rerun"] == {"created": 0},
    }
    return [what for what, holds in checks.items() if not holds]


def _agrees(compared: Row) -> bool:
    return bool(compared["seeded"]) and not compared["missed"] and not compared["extra"]


def _worst(readings: Iterable[Reading], workflow: str) -> str:
    states = [run.state for reading in readings for run in reading.runs if run.workflow == workflow]
    return next((state for state in states if state != "success"), "success")


def _coverage(counts: Mapping[str, int]) -> str:
    decided = counts["pass"] + counts["fail"]
    total = decided + counts["unknown"]
    return f"{decided * 100 // total} %" if total else "-"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows under their head, in columns as wide as they need."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    title = "  ".join(cell.ljust(width) for cell, width in zip(head, widths, strict=True)).rstrip()
    return "\n".join(["", title, "  ".join("─" * width for width in widths), *lines, ""])
