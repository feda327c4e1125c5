"""``orgwarden recheck``: somebody mended something, and wants its ticket closed now, not next month."""

import argparse
from pathlib import Path
from typing import Any

from orgwarden import wiring
from orgwarden.cli.output import show, table
from orgwarden.flows import drift_tickets
from orgwarden.flows.rechecking import recheck
from orgwarden.store import FileStore

STILL_THERE, ONLY_UNSEEN = 1, 3


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "recheck",
        help="read only what decides a finding, or a ticket's findings, again; resolve what is gone, close its ticket",
    )
    parser.add_argument("asked", metavar="FINDING|TICKET", help="a finding's id, or the key of a ticket")
    parser.add_argument("--snapshot", type=Path, metavar="DIR", help="default: the newest one in ORGWARDEN_STORE")
    parser.add_argument("--no-tickets", action="store_true", help="leave the tickets to the next drift_tickets")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.set_defaults(run=_recheck)


def _recheck(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    base = (FileStore(arguments.snapshot), "") if arguments.snapshot else None
    outcome = tools.call(recheck, arguments.asked, base)
    tickets = None if arguments.no_tickets else _tickets(tools)
    if arguments.json:
        show({**outcome, "tickets": tickets})
    else:
        _print(outcome, tickets)
    return STILL_THERE if outcome["there"] else ONLY_UNSEEN if outcome["unseen"] else 0


def _tickets(tools: wiring.Tools) -> dict[str, Any]:
    """Keep the tickets as ``drift_tickets`` does: what has to wait waits for its next run."""
    planned = tools.call(drift_tickets.plan, run="recheck")
    tools.call(drift_tickets.apply, planned)
    return tools.call(drift_tickets.reconcile, planned)


def _print(outcome: dict[str, Any], tickets: dict[str, Any] | None) -> None:
    if outcome["findings"]:
        columns = ("finding", "control", "outcome", "reason")
        print(table(([one[name] for name in columns] for one in outcome["findings"]), columns) + "\n")
    calls = ", ".join(f"{count} {name}" for name, count in sorted(outcome["calls"].items()))
    print(f"{outcome['line']} · {calls or 'nothing was called'}")
    if tickets:
        print(tickets["line"])
