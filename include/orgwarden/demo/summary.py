"""What the demo found, as data for a program (``summary.json``) and as tables for a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """A delivery of a month's bill as it was reconciled, held against what was put into it: ``new`` findings, too."""

    says: str
    reading: Reading
    compared: Row
    new: int

    @property
    def outcome(self) -> Mapping[str, Any]:
        return self.reading.runs[0].outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Messages:
    """What the messages to mailboxes came to: counts by status, and what of it is not as it was done."""

    counts: Mapping[str, int]
    wrong: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attested:
    """What people answered: at first, when somebody was late, and later, when they had answered, too.

    ``messages`` is what came of those that people confirm.
    """

    first: Reading
    later: Reading
    messages: Messages = Messages(counts={}, wrong=())

    def counts(self, reading: Reading) -> dict[str, int]:
        """Give how many questions were asked, answered, signed off and are overdue."""
        outcome = reading.runs[0].outcome
        return {name: outcome[name] for name in ("asked", "answered", "signed_off", "overdue")}


def summary(
    readings: Sequence[Reading], expected: Expected, bills: Sequence[Bill], attested: Attested, store: Path
) -> dict[str, Any]:
    """Give what ``summary.json`` holds, and in ``disagreements`` each thing that is not as it should be.

    Of a month that was billed more than once the last bill counts; reports are files of the ``store``.
    """
    first, second, again = readings
    everything = [*readings, *(bill.reading for bill in bills), attested.first, attested.later]
    found: dict[str, Any] = {
        "period": first.period,
        "dags": {
            run.workflow: {"state": _worst(everything, run.workflow), "seconds": run.seconds, "line": run.line}
            for run in (*first.runs, *(bill.reading.runs[0] for bill in bills), attested.later.runs[0])
        },
        "verdicts": by_control(first.verdicts),
        "tickets": {"created": first.opened(), "open": first.of("drift_tickets").get("open")},
        "second_reading": {name: second.moved(name) for name in ("resolved", "new")},
        "unchanged_rerun": {"created": again.opened()},
        "drifts": {
            **expected.first,
            "controls": list(expected.controls),
            "later": expected.second,
            "bills": added(bill.compared for bill in bills),
        },
        "billing": {bill.reading.period: _billed(bill, store) for bill in bills},
        "attestations": {**attested.counts(attested.first), "later": attested.counts(attested.later)},
        "messages": dict(attested.messages.counts),
    }
    wrong = [*_disagreements(found, expected), *_wrong_bills(bills), *_wrong_attestations(attested)]
    return {**found, "disagreements": wrong}


def added(compared: Iterable[Row]) -> dict[str, Any]:
    """Add up what several comparisons came to."""
    rows = list(compared)
    counts = {name: sum(row[name] for row in rows) for name in ("seeded", "found")}
    return {**counts, **{name: [one for row in rows for one in row[name]] for name in ("missed", "extra")}}


def _billed(bill: Bill, store: Path) -> dict[str, Any]:
    told = {name: bill.outcome[name] for name in ("status", "total", "currency", "checks", "line")}
    return {**told, "reports": [str(store / name) for name in bill.outcome["reports"]]}


def _wrong_bills(bills: Sequence[Bill]) -> list[str]:
    """Name each bill that does not show what was put into it, and opens no tickets for it, or for nothing."""
    wrong: list[str] = []
    for bill in bills:
        name, new, opened = (
            f"the bill of {bill.reading.period}, {bill.says},",
            bill.outcome["new"],
            bill.reading.opened(),
        )
        checks = {
            f"{name} shows what was put into it and nothing else: {bill.compared}": _agrees(bill.compared),
            f"{name} makes {bill.new} findings: {new}": new == bill.new,
            f"{name} opens tickets for new findings alone: {opened} for {new}": bool(opened) == bool(new),
            f"{name} is published": bool(bill.outcome["reports"]),
        }
        wrong += [what for what, holds in checks.items() if not holds]
    return wrong


def _wrong_attestations(attested: Attested) -> list[str]:
    """Name what is wrong where an answer that is overdue makes no finding on a ticket, or one that came ends none."""
    first, later = attested.counts(attested.first), attested.counts(attested.later)
    opened, closed = (
        attested.first.opened(),
        sum(run.outcome.get("closed") or 0 for run in attested.later.runs[1:]),
    )
    checks = {
        f"most are answered, and what is not is overdue: {first}": 0 < first["overdue"] < first["answered"]
        and first["answered"] + first["overdue"] == first["asked"],
        f"what is overdue is on a ticket: {opened} opened": bool(opened),
        f"later everything is answered: {later}": later["answered"] == later["asked"] and not later["overdue"],
        f"the answer closes the ticket: {closed} closed": bool(closed),
    }
    return [*(what for what, holds in checks.items() if not holds), *attested.messages.wrong]


def by_control(verdicts: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Count the verdicts of each control by status."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in verdicts:
        counts[row["control"]][row["status"].lower()] += 1
    return {control: {status: counts[control][status] for status in STATUSES} for control in sorted(counts)}


def tables(found: Mapping[str, Any], readings: Sequence[Reading], bills: Sequence[Bill], attested: Attested) -> str:
    """Give the tables that a person reads at the end."""
    named = ("first reading", "next reading", "unchanged")
    runs = [
        (reading.period, name, run.workflow, run.state, f"{run.seconds:.0f} s", run.line)
        for name, reading in zip(named, readings, strict=True)
        for run in reading.runs
    ]
    billed = [
        (bill.reading.period, bill.says, run.workflow, run.state, f"{run.seconds:.0f} s", run.line)
        for bill in bills
        for run in bill.reading.runs
    ]
    people = [
        (reading.period, name, run.workflow, run.state, f"{run.seconds:.0f} s", run.line)
        for name, reading in (("somebody is late", attested.first), ("all answered", attested.later))
        for run in reading.runs[:1]
    ]
    verdicts = [(control, *map(str, n.values()), _coverage(n)) for control, n in found["verdicts"].items()]
    return "\n".join(
        [
            table(("month", "reading", "workflow", "state", "took", "outcome"), runs),
            table(("month", "bill", "workflow", "state", "took", "outcome"), billed),
            table(("month", "people", "workflow", "state", "took", "outcome"), people),
            table(("control (first reading)", "pass", "fail", "unknown", "not applicable", "seen"), verdicts),
            _last_words(found),
        ]
    )


def _last_words(found: Mapping[str, Any]) -> str:
    drifts, second, tickets = found["drifts"], found["second_reading"], found["tickets"]
    bills = drifts["bills"]
    said = [
        f"Drifts: {drifts['seeded']} seeded, {drifts['found']} found, {len(drifts['extra'])} that nobody seeded.",
        f"Tickets: {tickets['created']} opened by the first reading, {tickets['open']} open after it.",
        f"Next reading: {second['resolved']} findings resolved, {second['new']} new.",
        f"Unchanged: {found['unchanged_rerun']['created']} tickets opened.",
        f"People: {_attested(found['attestations'])}; later {_attested(found['attestations']['later'])}.",
        f"Messages to mailboxes: {_listed(found['messages'])}.",
        f"Bills: {bills['seeded']} verdicts were to come, {bills['found']} came, {len(bills['extra'])} that were not.",
    ]
    return "\n".join([*said, *(f"NOT AS IT SHOULD BE: {one}" for one in found["disagreements"])])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items()) or "none"


def _attested(counts: Mapping[str, int]) -> str:
    told = {name.replace("_", " "): counts[name] for name in ("asked", "answered", "signed_off", "overdue")}
    return ", ".join(f"{count} {name}" for name, count in told.items())


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
