"""``orgwarden controls`` and ``orgwarden docs``: what is checked and why, for people and for the documentation."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orgwarden import baseline
from orgwarden.cli.output import show, table
from orgwarden.collect.actions import every_action
from orgwarden.control import Control
from orgwarden.controls import catalogue
from orgwarden.errors import BadInput
from orgwarden.reports.access import access_page
from orgwarden.reports.controls import controls_page
from orgwarden.reports.dags import dags_page
from orgwarden.reports.iam_templates import templates


def add_to(commands: Any) -> None:
    """Add the two commands."""
    controls = commands.add_parser("controls", help="what is checked, and why")
    verbs = controls.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = verbs.add_parser("list", help="every control in a line")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    shown = verbs.add_parser("show", help="one control: why, how to fix, what it needs")
    shown.add_argument("id", metavar="CONTROL")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=_show)
    docs = commands.add_parser("docs", help="write the generated pages of a checkout")
    docs.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="the checkout; default: this folder")
    docs.add_argument("--check", action="store_true", help="write nothing, and fail where a page is out of date")
    docs.set_defaults(run=_docs)


def _list(arguments: argparse.Namespace) -> int:
    if arguments.json:
        for control in catalogue():
            show(_plain(control))
        return 0
    rows = ((c.id, c.severity.name.lower(), c.ticket.value, c.title) for c in catalogue())
    print(table(rows, ("control", "severity", "ticket by", "title")))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    control = next((c for c in catalogue() if c.id == arguments.id), None)
    if control is None:
        raise BadInput(f"there is no control {arguments.id!r}: orgwarden controls list shows them")
    if arguments.json:
        show(_plain(control))
        return 0
    print(f"{control.id}: {control.title}\nAbout {control.about.name}; severity {control.severity.name.lower()}.\n")
    print(control.guidance)
    return 0


def _plain(control: Control) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": control.title,
        "about": control.about.name,
        "severity": control.severity.name.lower(),
        "ticket": control.ticket.value,
        "authority": control.authority.value,
        "practices": list(control.practices),
        "why": control.paragraph("Why"),
        "fix": control.paragraph("Fix"),
    }


def _generated(root: Path) -> dict[str, str]:
    """Give the text of each generated file by its place in a checkout."""
    grants = {f"include/iam/{name}": text for name, text in templates(every_action()).items()}
    return {
        "docs/ACCESS.md": access_page(every_action()),
        "docs/CONTROLS.md": controls_page(),
        "docs/DAGS.md": dags_page(root / "dags"),
        "include/baseline/baseline.schema.json": _json(baseline.schema()),
        **grants,
    }


def _docs(arguments: argparse.Namespace) -> int:
    pages = _generated(arguments.root)
    stale = [name for name, text in pages.items() if _text(arguments.root / name) != text]
    if arguments.check and stale:
        raise BadInput(f"out of date: {', '.join(stale)}; run `make docs` and commit what it writes")
    for name in stale:
        (arguments.root / name).parent.mkdir(parents=True, exist_ok=True)
        (arguments.root / name).write_text(pages[name], encoding="utf-8")
    print(f"written: {', '.join(stale)}" if stale else "the generated pages are up to date")
    return 0


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
