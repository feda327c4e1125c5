"""``orgwarden demo``: the demo organization served for anybody's tests, and the whole of Orgwarden run on it."""

import argparse
from pathlib import Path
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command with its subcommands."""
    parser = commands.add_parser("demo", help="a demo organization, and Orgwarden run on it")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve = verbs.add_parser("serve", help="answer AWS's API for a demo organization (docs/DEMO.md)")
    serve.add_argument("--empty", action="store_true", help="the management account alone, to be filled by you")
    serve.add_argument("--port", type=int, default=5600, help="default: 5600")
    serve.add_argument("--dns-port", type=int, help="serve the organization's DNS there, too")
    serve.add_argument("--faults", type=Path, metavar="FILE", help="a JSON list of faults to answer with")
    serve.set_defaults(run=_serve)
    run = verbs.add_parser("run", help="run every workflow on the demo organization in an Airflow of its own")
    run.add_argument("--stay-up", action="store_true", help="keep it running until Ctrl-C")
    run.add_argument("--port", type=int, help="of Airflow's pages; default: 8080, or a free one where that is taken")
    run.set_defaults(run=_run)


def _serve(arguments: argparse.Namespace) -> int:
    from orgwarden.demo.service import serve  # noqa: PLC0415 - brings moto, which nothing else needs

    serve(
        port=arguments.port,
        empty=arguments.empty,
        faults=arguments.faults,
        dns_port=arguments.dns_port,
        ready=lambda url: print(f"The demo organization answers at {url}", flush=True),
    )
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from orgwarden.demo.run import run  # noqa: PLC0415 - the same

    return run(stay_up=arguments.stay_up, ui_port=arguments.port)
