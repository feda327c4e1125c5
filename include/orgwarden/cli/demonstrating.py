"""``orgwarden demo``: the demo organization served for anybody's tests, and the whole of Orgwarden run on it."""

import argparse
from typing import Any

from orgwarden.demo.service import DEFAULT, add_arguments, serve_as_asked


def add_to(commands: Any) -> None:
    """Add the command with its subcommands."""
    parser = commands.add_parser("demo", help="a demo organization, and Orgwarden run on it")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve = verbs.add_parser("serve", help="answer AWS's API for a demo organization (docs/DEMO.md)")
    add_arguments(serve)
    serve.set_defaults(run=_serve)
    run = verbs.add_parser("run", help="run every workflow on the demo organization in an Airflow of its own")
    run.add_argument("--profile", default=DEFAULT, help="the organization: northwind (the default) or messy")
    run.add_argument("--stay-up", action="store_true", help="keep it running until Ctrl-C")
    run.add_argument("--port", type=int, help="of Airflow's pages; default: 8080, or a free one where that is taken")
    run.set_defaults(run=_run)


def _serve(arguments: argparse.Namespace) -> int:
    serve_as_asked(arguments)
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from orgwarden.demo.run import run  # noqa: PLC0415 - brings moto, which nothing else needs

    return run(profile=arguments.profile, stay_up=arguments.stay_up, ui_port=arguments.port)
