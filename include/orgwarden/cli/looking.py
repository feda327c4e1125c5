"""``orgwarden look``: who one is to an organization, what one sees of it from there, and what deviates."""

import argparse
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from orgwarden import wiring
from orgwarden.cli.output import show, table
from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Caller, Standing
from orgwarden.flows import reviewing
from orgwarden.flows.looking import THEMES, Looked, look, theme_of
from orgwarden.flows.standpoint import for_whoever_looks
from orgwarden.model import Part, Status, Verdict, World
from orgwarden.parts.access import PERMISSION_SETS
from orgwarden.parts.organization import UNITS
from orgwarden.parts.policies import POLICIES

DEVIATES, ONLY_UNKNOWN = 1, 3
# So many kinds of deviations a theme, and so many places of each, are enough to begin with.
SHOWN, PLACES = 10, 2
BRIEF = 80
NAMED: tuple[Part[Any], ...] = (UNITS, POLICIES, PERMISSION_SETS)
TOLD = ("mailbox", "number", "domain")
DESCRIPTION = """\
Say who these credentials are to the organization, what they see of it, and what deviates. Reads only, needs neither
role nor baseline, keeps nothing. A hundred accounts take about a minute: AWS's rates allow no more.

By default it judges all themes, and reads everything but what lies in the management account (--resources), what
member accounts' root users hold (orgwarden collect reads that, with ORGWARDEN_AUDIT_MEMBER_ROOT), and Cost Explorer,
which costs money."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "look",
        help="say what these credentials see of the organization; keeps nothing",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--profile", metavar="P", help="a profile of the AWS configuration; default: the ambient one")
    parser.add_argument(
        "--theme",
        nargs="+",
        choices=THEMES,
        default=THEMES,
        metavar="T",
        help=f"judge some themes alone, and read no more than they need: {', '.join(THEMES)}",
    )
    parser.add_argument(
        "--resources",
        action="store_true",
        help="also read what lies in the management account, in every region that is on there; takes up to a minute",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_look)


def _look(arguments: argparse.Namespace) -> int:
    tools = wiring.tools(session=wiring.profile(arguments.profile) if arguments.profile else None)
    _tell("Reading; AWS's rates allow about two accounts a second …")
    looked = look(
        aws=tools.aws,
        dns=tools.dns,
        clock=tools.clock,
        themes=tuple(dict.fromkeys(arguments.theme)),
        with_resources=arguments.resources,
        tell=lambda sweep: _tell(f"  {sweep.replace('_', ' ')} done"),
    )
    show(_plain(looked)) if arguments.json else _print(looked)
    statuses = {verdict.status for verdict in looked.judged.verdicts}
    return DEVIATES if Status.FAIL in statuses else ONLY_UNKNOWN if Status.UNKNOWN in statuses else 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _print(looked: Looked) -> None:
    print(_who(looked.caller))
    if looked.caller.organization:
        print(_trust(looked.caller))
    print("\nFrom here it reads")
    for line in looked.sees:
        print(f"  {line}")
    if looked.beyond:
        print(f"  not the organization: {looked.refusal.partition(': ')[0]}")
    if looked.deviations:
        print("\n" + table(_deviations(looked), ("severity", "deviation", "where", "reason")))
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
            why = for_whoever_looks(caller.untold)
            what = f"an account of which AWS does not say whether it is in an organization: {why}"
    return f"Account {caller.account} is {what}."


def _trust(caller: Caller) -> str:
    told = {
        True: "on",
        False: "off: AWS tells nobody the contacts of other accounts",
        None: "not for this account to know",
    }
    return f"Trusted access for {ACCOUNT_MANAGEMENT} is {told[caller.is_trusted]}."


def _deviations(looked: Looked) -> Iterator[tuple[str, str, str, str]]:
    """Give a line for each kind of deviation, those of one theme together; the worst come first."""
    for number, (_, found) in enumerate(groupby(looked.deviations, theme_of)):
        if number:
            yield "", "", "", ""
        yield from _of_theme(looked, list(found))


def _of_theme(looked: Looked, found: list[Verdict]) -> Iterator[tuple[str, str, str, str]]:
    kinds: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in found:
        kinds.setdefault((verdict.control, verdict.reason), []).append(verdict)
    for (control, reason), verdicts in list(kinds.items())[:SHOWN]:
        places = [_place(verdict, looked.judged.world) for verdict in verdicts]
        more = f" +{n}" if (n := len(places) - PLACES) > 0 else ""
        severity = looked.severity(verdicts[0]).name.lower()
        yield severity, control, ", ".join(places[:PLACES]) + more, reason + _missing(verdicts)
    if len(kinds) > SHOWN:
        yield "", f"… and {len(kinds) - SHOWN} kinds more", "", "--json shows all"


def _missing(verdicts: list[Verdict]) -> str:
    """Give what a single thing lacks, unless that takes long or the reason has said it."""
    missing = verdicts[0].evidence.get("missing") if len(verdicts) == 1 else None
    told = f" ({', '.join(missing)})" if isinstance(missing, tuple) else ""
    return told if len(told) <= BRIEF and told[2:-1] not in verdicts[0].reason else ""


def _place(verdict: Verdict, world: World) -> str:
    """Name where something deviates: what it is about if that has a name, else the account."""
    account, resource = verdict.subject.account, verdict.subject.resource
    if name := next((world.parts[part][resource].name for part in NAMED if resource in world.parts[part]), ""):
        return f"{resource.rpartition('/')[2]} ({name})"
    if shown := next((str(verdict.evidence[key]) for key in TOLD if key in verdict.evidence), ""):
        return " ".join((*verdict.accounts[:1], shown))
    named = resource.split(":", 5)[-1] if resource.startswith("arn:") else resource
    # What has a name in the management account needs no more.
    return named if named and account == world.management else f"{account} {named}".strip() or "the organization"


def _plain(looked: Looked) -> dict[str, Any]:
    caller = looked.caller
    return {
        "account": caller.account,
        "standing": caller.standing.value,
        "organization": caller.organization,
        "management_account": caller.management,
        "administers": caller.administers,
        "trusted_access": caller.is_trusted,
        "themes": looked.judged.theme.split(reviewing.SEVERAL),
        "sees": looked.sees,
        "refused": looked.refusal,
        **looked.judged.counts,
        "deviations": [_public(verdict, looked) for verdict in looked.deviations],
        "unknown_causes": [{"verdicts": u.verdicts, "cause": u.cause, "unlock": u.unlock} for u in looked.unknown],
        "more": looked.more,
        "line": reviewing.line(looked.judged),
    }


def _public(verdict: Verdict, looked: Looked) -> dict[str, Any]:
    (row,) = reviewing.rows([verdict])
    told = {key: value for key, value in row.items() if key != "cause"}
    return {**told, "severity": looked.severity(verdict).name.lower()}
