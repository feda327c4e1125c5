"""``orgwarden accept``: a change that was meant becomes the approved state, by somebody's word; a month's bill ends."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orgwarden import wiring
from orgwarden.cli.collecting import snapshot_of
from orgwarden.cli.output import show
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding
from orgwarden.flows import accepting, drift_tickets, reviewing
from orgwarden.flows.accepting import Accepted, Readings, Word
from orgwarden.store import Store


def add_to(commands: Any) -> None:
    """Add the command."""
    accept = commands.add_parser(
        "accept", help="take changes that were meant as the approved state, or a bill as it is"
    )
    accept.add_argument(
        "what", nargs="*", metavar="FINDING|TICKET", help="what tells of the changes, or of a month's bill"
    )
    accept.add_argument("--all", action="store_true", help="every change that is open")
    accept.add_argument("--theme", choices=("changes", "contacts"), help="with --all: of this theme alone")
    accept.add_argument(
        "--contacts",
        action="store_true",
        help="all contacts as last read, where another key or other alias patterns keep them from being compared",
    )
    accept.add_argument("--snapshot", metavar="DIR", help="the snapshot that was reviewed, where no store keeps it")
    accept.add_argument("--by", required=True, metavar="WHO", help="who takes responsibility")
    accept.add_argument("--why", required=True, metavar="TEXT", help="why it is right")
    accept.add_argument("--json", action="store_true", help="print the outcome as JSON")
    accept.set_defaults(run=_accept)


def _accept(arguments: argparse.Namespace) -> int:
    if [bool(arguments.what), arguments.all, arguments.contacts].count(True) != 1:
        raise BadInput("say what to accept: findings or tickets, or --all, or --contacts")
    tools = wiring.tools()
    word = Word(by=arguments.by, at=tools.clock(), why=arguments.why)
    given, base = _given(tools), snapshot_of(arguments.snapshot, tools) if arguments.snapshot else None
    if arguments.contacts:
        done = accepting.accept_contacts(_organization(tools), word, base, **given)
        return _told(done, arguments, "the contacts of all approved accounts, as last read")
    findings = _all(tools, arguments.theme) if arguments.all else _named(tools, arguments.what)
    if any(accepting.is_of_month(finding) for finding in findings):
        return _accept_months(tools, findings, word, arguments)
    done = accepting.accept(findings, word, base, **given)
    _review_again(tools, findings, base)
    before = f"; {len(done.already)} had been before" if done.already else ""
    return _told(done, arguments, f"{len(done.accepted)} changes{before}")


def _accept_months(tools: wiring.Tools, findings: Sequence[Finding], word: Word, arguments: argparse.Namespace) -> int:
    if others := [finding.id for finding in findings if not accepting.is_of_month(finding)]:
        raise BadInput(f"{others[0]} is about no month, and others are: accept them one after the other")
    done = accepting.accept_months(findings, word, findings=tools.findings)
    return _told(done, arguments, f"{len(done.accepted)} findings about months")


def _all(tools: wiring.Tools, theme: str | None) -> list[Finding]:
    standing = (f for o in tools.findings.organizations() for f in tools.findings.findings(o))
    return [f for f in accepting.acceptable(standing, theme=theme) if not accepting.is_of_month(f)]


def _named(tools: wiring.Tools, names: Sequence[str]) -> list[Finding]:
    """Give the findings of some ids, and those that some tickets list and that still stand."""
    found: dict[str, Finding] = {}
    for name in names:
        by_id = tools.findings.by_ids([name])
        listed = by_id or accepting.acceptable(tools.findings.by_ids(_listed(tools, name)))
        if not listed:
            raise BadInput(
                f"{name!r} is neither a finding nor a ticket with changes to accept: orgwarden findings list has them"
            )
        found |= {finding.id: finding for finding in listed}
    return list(found.values())


def _listed(tools: wiring.Tools, ticket: str) -> tuple[str, ...]:
    return drift_tickets.listed(
        ticket, store=tools.store, engine=tools.engine, findings=tools.findings, baseline=tools.baseline
    )


def _organization(tools: wiring.Tools) -> str:
    found = tools.findings.organizations()
    if len(found) != 1:
        raise BadInput(f"there are findings of {len(found)} organizations: keep one database for each")
    return found[0]


def _review_again(tools: wiring.Tools, findings: Sequence[Finding], base: tuple[Store, str] | None) -> None:
    """Judge the newest snapshot by the controls of the findings, so that what was accepted is resolved at once."""
    themes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in findings:
        themes[finding.organization, finding.control.partition(".")[0]].add(finding.id)
    given = _given(tools)
    for (organization, theme), ids in themes.items():
        readings = Readings.of(organization, **given, base=base)
        judged = reviewing.judge(
            readings.newest, theme=theme, approvals=tools.store, **{**given, "store": readings.store}
        )
        reviewing.record(judged, findings=tools.findings, baseline=tools.baseline, only=frozenset(ids))


def _given(tools: wiring.Tools) -> dict[str, Any]:
    return {name: getattr(tools, name) for name in ("store", "baseline", "veil")}


def _told(done: Accepted, arguments: argparse.Namespace, what: str) -> int:
    if arguments.json:
        show(asdict(done))
        return 0
    print(f"accepted: {what}")
    for file in done.files:
        print(f"written: {file}")
    if done.accepted:
        print("their tickets close with the next run of drift_tickets, or orgwarden tickets apply", file=sys.stderr)
    return 0
