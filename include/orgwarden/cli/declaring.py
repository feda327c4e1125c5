"""``orgwarden baseline``: a first draft of the declared state, and a check of the one there is."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from orgwarden import baseline, wiring
from orgwarden.aws.mail_providers import provider_of
from orgwarden.baseline.draft import draft
from orgwarden.cli import deciding
from orgwarden.cli.output import show
from orgwarden.errors import BadInput
from orgwarden.flows.settings import settings_of
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, TAGS, UNITS
from orgwarden.snapshot import Snapshot, load
from orgwarden.store import FileStore


def add_to(commands: Any) -> None:
    """Add the command with its subcommands."""
    parser = commands.add_parser("baseline", help="what the owners declare: draft it, check it, adopt what is open")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    init = verbs.add_parser("init", help="write a first baseline from what a snapshot saw, to review and commit")
    init.add_argument("--snapshot", type=Path, required=True, metavar="DIR")
    init.add_argument("--out", type=Path, default=Path("baseline.yaml"), metavar="FILE", help="default: baseline.yaml")
    init.set_defaults(run=_init)
    check = verbs.add_parser("check", help="say whether a baseline can be read, and what is wrong with it")
    check.add_argument("path", type=Path, nargs="?", metavar="FILE_OR_DIR", help="default: ORGWARDEN_BASELINE")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)
    deciding.add_adopt_to(verbs)


def _init(arguments: argparse.Namespace) -> int:
    if arguments.out.exists():
        raise BadInput(f"{arguments.out} exists, and a draft overwrites nothing: give another --out")
    snapshot = load(FileStore(arguments.snapshot), "")
    arguments.out.write_text(_draft(snapshot), encoding="utf-8")
    print(f"{arguments.out} is a draft: read it, fill in what only you know, and commit it", file=sys.stderr)
    return 0


def _draft(snapshot: Snapshot) -> str:
    accounts = [row for row in snapshot.rows.get(ACCOUNTS, {}).values() if not row.state.is_closed]
    primary = snapshot.rows.get(PRIMARY_CONTACTS, {}).values()
    alternates = [contact for contact in snapshot.rows.get(ALTERNATE_CONTACTS, {}).values() if contact]
    roots = snapshot.rows.get(ROOT_MAILBOXES, {})
    mailboxes = [roots[row.id] for row in accounts if row.id in roots] + [contact.mailbox for contact in alternates]
    tags = snapshot.rows.get(TAGS, {})
    return draft(
        organization=snapshot.manifest.organization,
        domains=Counter(mailbox.domain for mailbox in mailboxes),
        providers={mailbox.domain for mailbox in mailboxes if provider_of(mailbox.domain)},
        mailboxes=Counter(mailbox.masked for mailbox in mailboxes),
        numbers=Counter(contact.phone.masked for contact in primary if contact.phone),
        tag_keys=Counter(key for account in accounts for key in tags.get(account.id, {})),
        units={key: unit.name for key, unit in snapshot.rows.get(UNITS, {}).items()},
    )


def _check(arguments: argparse.Namespace) -> int:
    path = arguments.path or wiring.tools().settings.baseline
    if path is None:
        raise BadInput("no baseline to check: name a file or folder, or set ORGWARDEN_BASELINE")
    declared = baseline.load(path)
    settings = settings_of(declared)
    outcome = {
        "baseline": str(path),
        "exemptions": len(declared.exemptions),
        "adopted": len(declared.adoptions()),
        "controls": len(settings),
        "groups": len(declared.contacts.groups or ()),
    }
    show(outcome) if arguments.json else print(f"{path}: good")
    return 0
