"""``orgwarden rotate-key``: from one hash key to the next, without a finding opened or a ticket closed."""

import argparse
from dataclasses import asdict
from typing import Any

from orgwarden import settings as outside
from orgwarden import wiring
from orgwarden.cli.output import show
from orgwarden.flows.rotating import edit_baseline, rotate
from orgwarden.privacy import Veil


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rotate-key", help="read the organization once under ORGWARDEN_NEW_HASH_KEY, and move what went by the old key"
    )
    parser.add_argument(
        "--edit-baseline", action="store_true", help="write the new ids and hashes into ORGWARDEN_BASELINE, to commit"
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.set_defaults(run=_rotate)


def _rotate(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    key = outside.needed(tools.settings.new_hash_key, "NEW_HASH_KEY", "make one (openssl rand -hex 32) and keep it")
    rotated = tools.call(rotate, Veil(key.encode()))
    path = tools.settings.baseline
    changed = edit_baseline(path, rotated.names) if path and arguments.edit_baseline else []
    if arguments.json:
        plain = {name: value for name, value in asdict(rotated).items() if name != "names"}
        show({**plain, "baseline": [str(file) for file in changed], "line": rotated.line})
        return 0
    print(f"{rotated.snapshot}: {rotated.line}")
    for file in changed:
        print(f"{file} names them anew: have it reviewed and commit it")
    print("From now on set ORGWARDEN_HASH_KEY to the new key, wherever Orgwarden runs.")
    if rotated.left or rotated.left_approved:
        print("Keep the old key: this command, run again with both, moves what it meets then.")
        print("Not met: " + ", ".join((*rotated.left, *rotated.left_approved)))
    return 0
