"""``python -m orgwarden.demo``: serves the demo organization until Ctrl-C."""

import argparse
import sys
from pathlib import Path

from orgwarden.demo.service import DEFAULT_PORT, serve
from orgwarden.errors import BadInput


def main() -> int:
    """Serve as the arguments say; 2 where they cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m orgwarden.demo", description=__doc__)
    parser.add_argument("--empty", action="store_true", help="an organization with the management account alone")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument(
        "--dns-port", type=int, help="the name server; a free port where it is left out and 5653 is in use"
    )
    parser.add_argument("--faults", type=Path, help="a JSON file with a list of faults, see docs/DEMO.md")
    given = parser.parse_args()
    try:
        serve(port=given.port, empty=given.empty, faults=given.faults, dns_port=given.dns_port, ready=_tell)
    except BadInput as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


def _tell(url: str) -> None:
    sys.stdout.write(f"The demo organization answers at {url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
