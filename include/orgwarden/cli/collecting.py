"""``orgwarden collect`` and ``orgwarden review``: a snapshot in a folder, and its verdicts."""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orgwarden import settings as outside
from orgwarden import wiring
from orgwarden.attestations.records import Recorded
from orgwarden.baseline import Baseline, load
from orgwarden.cli.output import show, table
from orgwarden.errors import BadInput, RetryLater
from orgwarden.flows import approving, reviewing
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import Period, Status, Verdict
from orgwarden.snapshot import Opened, load_manifest, stage
from orgwarden.store import AlreadyThere, FileStore, Store

DEVIATES, ONLY_UNKNOWN = 1, 3
SHOWN = 60


def add_to(commands: Any) -> None:
    """Add the two commands."""
    collect = commands.add_parser("collect", help="read the organization into a folder, a sealed snapshot")
    collect.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty folder, or its own staging")
    names = [sweep.NAME for sweep in inventory.SWEEPS]
    collect.add_argument(
        "--only",
        nargs="+",
        choices=names,
        metavar="SWEEP",
        help=f"read a part of it, and leave gaps for the rest: {', '.join(names)}",
    )
    collect.add_argument("--json", action="store_true", help="print the outcome as JSON")
    collect.set_defaults(run=_collect)
    review = commands.add_parser("review", help="judge a sealed snapshot")
    review.add_argument("--snapshot", required=True, metavar="DIR", help="a folder, or a place in ORGWARDEN_STORE")
    review.add_argument("--theme", help="judge by the controls of one theme")
    review.add_argument("--baseline", type=Path, metavar="DIR", help="the declared state; default: ORGWARDEN_BASELINE")
    review.add_argument("--record", action="store_true", help="move the findings in ORGWARDEN_DATABASE_URL")
    review.add_argument("--json", action="store_true", help="print one verdict a line as JSON")
    review.set_defaults(run=_review)


def _collect(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    store = _staging(arguments.out, tools)
    for name, counts in tools.call(inventory.sweep_all, "", arguments.only or (), store=store):
        _tell(f"{name}: {_outcome(counts)}")
    inventory.gate("", store=store, baseline=tools.baseline)
    sealed = inventory.seal("", store=store, clock=tools.clock, versions=tools.versions)
    outcome = {**sealed, "snapshot": str(arguments.out), "calls": tools.aws.calls()}
    show(outcome) if arguments.json else print(f"{arguments.out}: {sealed['line']}")
    if not arguments.json:
        _tell_gaps(store)
    return 0


def _outcome(told: dict[str, int] | RetryLater) -> str:
    if isinstance(told, RetryLater):
        return f"not read: {told}"
    return ", ".join(f"{count} {what}" for what, count in told.items())


def _staging(folder: Path, tools: wiring.Tools) -> Store:
    """Open the folder as a staging, or resume its own; nothing else may stand in it."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file: give an empty folder for the snapshot")
    store = FileStore(folder)
    names = store.names("")
    if names and "opened.json" not in names:
        raise BadInput(f"{folder} is not empty, and what is in it is no snapshot: give an empty folder")
    now = tools.clock()
    month, veil = str(Period.month_of(now)), tools.veil
    opened = Opened(period=month, run="command line", at=now, key_check=veil.check, aliases=veil.folding)
    try:
        stage(store, "", opened)
    except AlreadyThere as error:
        what = "a sealed snapshot" if "manifest.json" in names else "another's staging, or one under another key"
        raise BadInput(f"{folder} has {what}: give an empty folder") from error
    return store


def _tell_gaps(store: Store) -> None:
    gaps = Counter((gap.part, gap.cause) for gap in load_manifest(store, "").gaps)
    if gaps:
        print(table(((n, part, cause) for (part, cause), n in gaps.most_common()), ("gaps", "part", "cause")))


def _review(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    store, place = snapshot_of(arguments.snapshot, tools)
    baseline = load(arguments.baseline) if arguments.baseline else tools.baseline
    veil = tools.veil if baseline or tools.settings.hash_key else None
    approvals = tools.store if tools.settings.store else None
    if arguments.record and approvals:
        approving.settle(place, store=store, approvals=approvals)
    judged = reviewing.judge(
        place,
        theme=arguments.theme,
        store=store,
        baseline=baseline,
        veil=veil,
        approvals=approvals,
        record_of=Record(tools) if tools.settings.database_url else None,
    )
    exempt = {id(v) for v in judged.verdicts if _exemption(v, baseline, judged)}
    if arguments.json:
        for verdict, row in zip(judged.verdicts, reviewing.rows(judged.verdicts), strict=True):
            show(_public(row, exempted=id(verdict) in exempt))
    else:
        _print(judged)
    if arguments.record:
        recorded = reviewing.record(judged, findings=tools.findings, baseline=baseline)
        _tell(f"recorded: {reviewing.line(judged, recorded)} · {len(recorded.resolved)} resolved")
        if approvals:
            approving.approve_vended(judged.snapshot, judged.verdicts, approvals=approvals)
    statuses = {v.status for v in judged.verdicts if id(v) not in exempt}
    return DEVIATES if Status.FAIL in statuses else ONLY_UNKNOWN if Status.UNKNOWN in statuses else 0


@dataclass(frozen=True, slots=True)
class Record:
    """The record of answers, opened when it is read: a database that is away hides what it may declare, and no more."""

    tools: wiring.Tools

    def entries(self, organization: str) -> Sequence[Recorded]:
        return self.tools.attestations.entries(organization)


def snapshot_of(given: str, tools: wiring.Tools) -> tuple[Store, str]:
    """Give the store and place of a snapshot that is named by its folder, or by its place in ORGWARDEN_STORE."""
    if Path(given).is_dir():
        return FileStore(Path(given)), ""
    if not tools.settings.store:
        raise BadInput(f"{given} is no folder, and ORGWARDEN_STORE is not set: give a snapshot's folder")
    outside.needed(tools.settings.store, "STORE", "give the store of the snapshot")
    return tools.store, given.strip("/")


def _exemption(verdict: Verdict, baseline: Baseline | None, judged: reviewing.Judged) -> bool:
    exemptions = baseline.exemptions if baseline and verdict.status is Status.FAIL else ()
    on, subject = judged.world.today, verdict.subject
    return any(e.covers(verdict.control, subject.account, subject.resource, on) for e in exemptions)


def _public(row: dict[str, Any], *, exempted: bool) -> dict[str, Any]:
    """Give the verdict as documented; that it is exempted stands in its evidence."""
    evidence = {**row["evidence"], **({"exempted": "yes"} if exempted else {})}
    return {key: row[key] for key in reviewing.COLUMNS if key not in {"cause", "evidence"}} | {"evidence": evidence}


def _print(judged: reviewing.Judged) -> None:
    by_control: dict[str, Counter[Status]] = defaultdict(Counter)
    for verdict in judged.verdicts:
        by_control[verdict.control][verdict.status] += 1
    rows = ((control, *(counts[status] for status in Status)) for control, counts in by_control.items())
    print(table(rows, ("control", "pass", "fail", "unknown", "not applicable")))
    fails = [v for v in judged.verdicts if v.status is Status.FAIL]
    if fails:
        print("\n" + table([_where(v) for v in fails[:SHOWN]], ("deviation", "accounts", "resource", "reason")))
    if len(fails) > SHOWN:
        print(f"… and {len(fails) - SHOWN} more: --json shows all")
    if causes := reviewing.causes(judged):
        print("\n" + table(((hidden, cause) for cause, hidden in causes), ("unknown", "cause and remedy")))
    print("\n" + reviewing.line(judged))


def _where(verdict: Verdict) -> tuple[str, str, str, str]:
    accounts = ", ".join(verdict.accounts[:3]) + (f" +{n}" if (n := len(verdict.accounts) - 3) > 0 else "")
    return verdict.control, accounts, verdict.subject.resource, verdict.reason


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
