"""``orgwarden migrate``: brings the tables of findings, tickets and attestations to the newest revision.

Whatever opens the database does so by itself; here it is done once, before several that would begin at the same time.
"""

import argparse
from typing import Any

from orgwarden import wiring


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("migrate", help="make or upgrade the tables of ORGWARDEN_DATABASE_URL")
    parser.set_defaults(run=_migrate)


def _migrate(_: argparse.Namespace) -> int:
    tools = wiring.tools()
    try:
        print(f"The tables are up to date: {tools.engine.url.render_as_string(hide_password=True)}")
    finally:
        tools.close()
    return 0
