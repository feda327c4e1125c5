"""The command line: the same flows that the workflows run, for a person at a terminal.

Exit codes: 0 nothing deviates, 1 something does, 2 wrong use or could not run, 3 nothing but unknowns beside passes.
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from orgwarden.cli import (
    accepting,
    attesting,
    billing,
    collecting,
    deciding,
    declaring,
    demonstrating,
    describing,
    following,
    looking,
    migrating,
    rechecking,
    rotating,
)
from orgwarden.errors import OrgwardenError, RetryLater

COULD_NOT_RUN = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; an error is one sentence on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except RetryLater as error:
        print(f"orgwarden: {error}; try again in {error.after:.0f} s", file=sys.stderr)
    except OrgwardenError as error:
        print(f"orgwarden: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("orgwarden: interrupted", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    return COULD_NOT_RUN


def parser() -> argparse.ArgumentParser:
    """Give the parser of all commands; each sets ``run``, a function of the parsed arguments."""
    root = argparse.ArgumentParser(
        prog="orgwarden",
        description="Hold an AWS Organization against best practices and its owners' word.",
        epilog="Exit codes: 0 nothing deviates, 1 something does, 2 wrong use or could not run, 3 only unknowns.",
    )
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (
        looking,
        collecting,
        declaring,
        deciding,
        accepting,
        following,
        rechecking,
        rotating,
        migrating,
        attesting,
        billing,
        describing,
        demonstrating,
    ):
        module.add_to(commands)
    return root
