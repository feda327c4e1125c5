"""``python -m orgwarden.demo``: serves a demo organization until Ctrl-C."""

import argparse
import sys

from orgwarden.demo.service import add_arguments, serve_as_asked
from orgwarden.errors import BadInput


def main() -> int:
    """Serve as the arguments say; 2 where they cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m orgwarden.demo", description=__doc__)
    add_arguments(parser)
    try:
        serve_as_asked(parser.parse_args())
    except BadInput as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
