"""``orgwarden look``: who one is to an organization, what one sees of it from there, and what deviates."""

import argparse
import sys
from typing import Any

from orgwarden import wiring
from orgwarden.cli.output import show, table
from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Caller, Standing
from orgwarden.flows import reviewing
from orgwarden.flows.looking import Looked, look
from orgwarden.model import Status, Verdict

DEVIATES, ONLY_UNKNOWN = 1, 3
SHOWN = 40


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("look", help="say what these credentials see of the organization; keeps nothing")
    parser.add_argument("--profile", metavar="P", help="a profile of the AWS configuration; default: the ambient one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_look)


def _look(arguments: argparse.Namespace) -> int:
    tools = wiring.tools(session=wiring.profile(arguments.profile) if arguments.profile else None)
    print("Reading; AWS's rates allow about two accounts a second …", file=sys.stderr)
    looked = look(aws=tools.aws, dns=tools.dns, clock=tools.clock)
    show(_plain(looked)) if arguments.json else _print(looked)
    statuses = {verdict.status for verdict in looked.judged.verdicts}
    return DEVIATES if Status.FAIL in statuses else ONLY_UNKNOWN if Status.UNKNOWN in statuses else 0


def _print(looked: Looked) -> None:
    print(_who(looked.caller))
    print(_trust(looked.caller))
    print("\nFrom here it reads")
    for line in looked.sees:
        print(f"  {line}")
    if looked.refused:
        print(f"  not the organization: {looked.refusal}")
    if fails := looked.deviations:
        print("\n" + table([_where(v) for v in fails[:SHOWN]], ("deviation", "accounts", "shown as", "reason")))
    if len(fails) > SHOWN:
        print(f"… and {len(fails) - SHOWN} more: --json shows all")
    if unknown := looked.unknown:
        rows = ((u.verdicts, u.cause, u.unlock) for u in unknown)
        print("\n" + table(rows, ("unknown", "because", "what unlocks it")))
    print("\nWhat more would show")
    for line in looked.more:
        print(f"  {line}")
    print("\n" + reviewing.line(looked.judged))


def _who(caller: Caller) -> str:
    of = f" of organization {caller.organization}" if caller.organization else ""
    match caller.standing:
        case Standing.DELEGATED:
            what = f"a delegated administrator{of}, for {', '.join(caller.administers or ())}"
        case Standing.MEMBER:
            what = f"a member account{of}, whose management account is {caller.management}"
        case Standing.MANAGEMENT:
            what = f"the management account{of}"
        case Standing.ALONE:
            what = "in no organization"
        case Standing.UNTOLD:
            what = f"an account of which AWS does not say whether it is in an organization: {caller.untold}"
    return f"Account {caller.account} is {what}."


def _trust(caller: Caller) -> str:
    told = {
        True: "on",
        False: "off: AWS tells nobody the contacts of other accounts",
        None: "not for this account to know",
    }
    return f"Trusted access for {ACCOUNT_MANAGEMENT} is {told[caller.is_trusted]}."


def _where(verdict: Verdict) -> tuple[str, str, str, str]:
    accounts = ", ".join(verdict.accounts[:2]) + (f" +{n}" if (n := len(verdict.accounts) - 2) > 0 else "")
    shown = next((str(verdict.evidence[key]) for key in ("mailbox", "number", "domain") if key in verdict.evidence), "")
    return verdict.control, accounts, shown, verdict.reason


def _plain(looked: Looked) -> dict[str, Any]:
    caller = looked.caller
    return {
        "account": caller.account,
        "standing": caller.standing.value,
        "organization": caller.organization,
        "management_account": caller.management,
        "administers": caller.administers,
        "trusted_access": caller.is_trusted,
        "sees": looked.sees,
        "refused": looked.refusal,
        **looked.judged.counts,
        "deviations": [_public(row) for row in reviewing.rows(looked.deviations)],
        "unknown_causes": [{"verdicts": u.verdicts, "cause": u.cause, "unlock": u.unlock} for u in looked.unknown],
        "more": looked.more,
        "line": reviewing.line(looked.judged),
    }


def _public(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "cause"}
