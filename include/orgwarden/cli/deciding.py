"""``orgwarden baseline adopt``, ``exempt`` and ``snooze``: what people decide about findings."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orgwarden import wiring
from orgwarden.baseline.filing import file_under, place_for
from orgwarden.cli.output import show
from orgwarden.errors import BadInput
from orgwarden.flows import deciding as flow


def add_to(commands: Any) -> None:
    """Add the two commands."""
    exempt = commands.add_parser(
        "exempt", help="accept a deviation until a day: an entry for the baseline, to be merged"
    )
    exempt.add_argument(
        "finding", nargs="?", metavar="FINDING|TICKET", help="what to accept, or --control with patterns"
    )
    exempt.add_argument("--control", metavar="CONTROL", help="id of the control")
    exempt.add_argument("--account", default="*", metavar="PATTERN", help='account id or pattern; default: "*"')
    exempt.add_argument("--resource", default="*", metavar="PATTERN", help='as the verdict names it; default: "*"')
    exempt.add_argument("--owner", required=True, help="who answers for the deviation")
    exempt.add_argument("--approver", required=True, help="who accepts it; somebody other than the owner")
    exempt.add_argument("--reason", required=True)
    exempt.add_argument("--expires", required=True, type=_day, metavar="DATE", help="the last day; within two years")
    exempt.add_argument("--out", type=Path, metavar="FILE", help="default: exemptions.yaml in ORGWARDEN_BASELINE")
    exempt.set_defaults(run=_exempt)
    snooze = commands.add_parser("snooze", help="put a finding, or a ticket's, off for at most thirty days")
    snooze.add_argument("finding", metavar="FINDING|TICKET")
    snooze.add_argument("--days", required=True, type=int, help="at most 30")
    snooze.add_argument("--by", required=True, metavar="WHO")
    snooze.add_argument("--why", required=True, metavar="TEXT")
    snooze.add_argument("--json", action="store_true")
    snooze.set_defaults(run=_snooze)


def add_adopt_to(verbs: Any) -> None:
    """Add ``adopt`` to the verbs of ``baseline``."""
    adopt = verbs.add_parser("adopt", help="take what is open now over as debt with a date: an entry, to be merged")
    adopt.add_argument("--until", required=True, type=_day, metavar="DATE", help="when it is due; within two years")
    adopt.add_argument("--theme", help="only the findings of one theme")
    adopt.add_argument("--out", type=Path, metavar="FILE", help="default: adopted.yaml in ORGWARDEN_BASELINE")
    adopt.add_argument("--json", action="store_true")
    adopt.set_defaults(run=_adopt)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write one such as 2027-03-31") from error


def _adopt(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    target = place_for("adopted", tools.settings.baseline, arguments.out)
    adopting = flow.adoption(
        findings=tools.findings,
        baseline=tools.baseline,
        today=tools.clock().date(),
        until=arguments.until,
        theme=arguments.theme,
    )
    file_under("adopted", [adopting.lines], target, tools.settings.baseline)
    if arguments.json:
        show({"file": str(target), "adopted": adopting.adopted, "critical_left_out": adopting.critical})
    _tell(f"{target}: {adopting.adopted} findings are debt until {arguments.until} once this is merged", arguments)
    if adopting.critical:
        _tell(f"{adopting.critical} critical findings were left out: they are never debt", arguments)
    return 0


def _exempt(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    target = place_for("exemptions", tools.settings.baseline, arguments.out)
    decided = flow.Decided(
        owner=arguments.owner, approver=arguments.approver, reason=arguments.reason, expires=arguments.expires
    )
    entries = flow.exempting(_targets(arguments, tools), decided, today=tools.clock().date())
    file_under("exemptions", entries, target, tools.settings.baseline)
    print(f"{target}: {len(entries)} exempted until {arguments.expires} once this is merged", file=sys.stderr)
    return 0


def _targets(arguments: argparse.Namespace, tools: wiring.Tools) -> Sequence[tuple[str, str, str]]:
    has_patterns = (arguments.account, arguments.resource) != ("*", "*")
    if bool(arguments.finding) == bool(arguments.control) or (arguments.finding and has_patterns):
        raise BadInput("say what to exempt: either a finding or a ticket, or --control with --account and --resource")
    if arguments.control:
        return [(arguments.control, arguments.account, arguments.resource)]
    found = flow.named(arguments.finding, tools.findings)
    return [flow.patterns_of(finding) for finding in found]


def _snooze(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    snoozed = flow.snooze(
        arguments.finding,
        days=arguments.days,
        by=arguments.by,
        why=arguments.why,
        findings=tools.findings,
        now=tools.clock(),
    )
    for finding in snoozed:
        row = {"finding": finding.id, "control": finding.control, "snoozed_until": str(finding.snoozed_until)}
        show(row) if arguments.json else print(f"{finding.id} {finding.control}: snoozed until {finding.snoozed_until}")
    return 0


def _tell(text: str, arguments: argparse.Namespace) -> None:
    print(text, file=sys.stderr if arguments.json else sys.stdout)
