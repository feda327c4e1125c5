"""``orgwarden findings`` and ``orgwarden tickets``: what deviates over time, and the tickets that it stands on."""

import argparse
from typing import Any

from orgwarden import wiring
from orgwarden.cli.output import show, table
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, State
from orgwarden.flows import drift_tickets as flow
from orgwarden.tickets.plan import Plan

ADOPTED, ALL = "adopted", "all"


def add_to(commands: Any) -> None:
    """Add the commands with their subcommands."""
    findings = commands.add_parser("findings", help="deviations followed over time")
    verbs = findings.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = verbs.add_parser("list", help="the findings, the worst first")
    listed.add_argument("--state", choices=[*map(str, State), ADOPTED, ALL], default="open", help="default: open")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    shown = verbs.add_parser("show", help="one finding and what happened to it")
    shown.add_argument("id", metavar="FINDING")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=_show)
    tickets = commands.add_parser("tickets", help="the tickets that findings stand on")
    verbs = tickets.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, text in (
        ("plan", _plan, "say what would be done to the tickets; writes none"),
        ("apply", _apply, "plan and do it: open, update, close"),
        ("check", _check, "say whether every open finding is on exactly one open ticket"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(run=run)


def _list(arguments: argparse.Namespace) -> int:
    found = _findings(wiring.tools(), arguments.state)
    if arguments.json:
        for finding in found:
            show(_plain(finding))
        return 0
    rows = (
        (f.id, f.severity.name.lower(), _standing(f), f.control, ", ".join(f.accounts[:2]), f.owner, f.due, f.reason)
        for f in found
    )
    print(table(rows, ("finding", "severity", "state", "control", "accounts", "owner", "due", "reason")))
    return 0


def _findings(tools: wiring.Tools, wanted: str) -> list[Finding]:
    state = None if wanted in {ADOPTED, ALL} else State(wanted)
    found = [f for o in tools.findings.organizations() for f in tools.findings.findings(o, state=state)]
    return [f for f in found if f.adopted_until] if wanted == ADOPTED else found


def _standing(finding: Finding) -> str:
    """Give the state in words, with what people decided and until when."""
    until = f" until {finding.snoozed_until}" if finding.snoozed_until else ""
    debt = f", adopted until {finding.adopted_until}" if finding.adopted_until else ""
    return f"{finding.state.value}{until}{debt}"


def _show(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    finding = tools.findings.finding(arguments.id)
    if finding is None:
        raise BadInput(f"there is no finding {arguments.id!r}: orgwarden findings list shows them")
    events = [(e.observation.at.isoformat(), e.happening.value, e.text) for e in tools.findings.events(finding.id)]
    if arguments.json:
        show({**_plain(finding), "events": [dict(zip(("at", "happening", "text"), e, strict=True)) for e in events]})
        return 0
    for name, value in _plain(finding).items():
        print(f"{name:16} {value}")
    print("\n" + table(events, ("at", "what happened", "why")))
    return 0


def _plain(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "finding": finding.id,
        "organization": finding.organization,
        "control": finding.control,
        "account": subject.account,
        "region": subject.region,
        "resource": subject.resource,
        "scope": subject.scope,
        "kind": finding.kind.value,
        "state": finding.state.value,
        "adopted_until": str(finding.adopted_until or ""),
        "snoozed_until": str(finding.snoozed_until or ""),
        "severity": finding.severity.name.lower(),
        "owner": finding.owner,
        "due": finding.due.isoformat(),
        "first_seen": finding.first_seen.isoformat(),
        "last_seen": finding.last_seen.isoformat(),
        "reason": finding.reason,
        "evidence": dict(finding.evidence),
        "accounts": list(finding.accounts),
    }


def _with(tools: wiring.Tools) -> dict[str, Any]:
    return {name: getattr(tools, name) for name in ("store", "engine", "findings", "baseline")}


def _plan(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    name = flow.plan(run="command line", **_with(tools))
    actions = Plan.from_json(tools.store.read(name).decode()).actions
    if arguments.json:
        for action in actions:
            show({"action": action.kind.value, "title": action.draft.title if action.draft else "", "plan": name})
        return 0
    rows = ((a.kind.value, len(a.findings), a.draft.title if a.draft else "") for a in actions)
    print(table(rows, ("action", "findings", "ticket")))
    return 0


def _apply(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    name = flow.plan(run="command line", **_with(tools))
    flow.apply(name, **_with(tools))
    flow.sweep(**_with(tools))
    outcome = flow.reconcile(name, **_with(tools))
    show(outcome) if arguments.json else print(outcome["line"])
    return 0


def _check(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    outcome = flow.check(**_with(tools))
    wrong = outcome["on_no_ticket"] + outcome["on_several"]
    if arguments.json:
        show(outcome)
    else:
        waiting = f", and {len(outcome['deferred'])} wait for the next run" if outcome["deferred"] else ""
        print(f"{outcome['open_findings']} open findings, {len(wrong)} of them not on exactly one open ticket{waiting}")
    return 1 if wrong else 0
