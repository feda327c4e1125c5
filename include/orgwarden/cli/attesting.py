"""``orgwarden attest``: what waits for you in Airflow, and your answer to it, by your own token; and what is due.

The token stands in the environment alone: an argument is seen by everybody on the machine.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from orgwarden import wiring
from orgwarden.attestations.accepting import ANSWER, NOT_ME, REFUSE, SIGN
from orgwarden.attestations.waiting import Tasks
from orgwarden.cli.output import show, table
from orgwarden.errors import BadInput
from orgwarden.flows import calendars, probing

URL, TOKEN = "ORGWARDEN_AIRFLOW_URL", "ORGWARDEN_AIRFLOW_TOKEN"


def add_to(commands: Any) -> None:
    """Add the command."""
    attest = commands.add_parser("attest", help="see what the access validation asks of people, and answer it")
    verbs = attest.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = verbs.add_parser("list", help="what waits for somebody")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    showing = verbs.add_parser("show", help="a form, with its fields and what may be chosen")
    showing.add_argument("id", metavar="ID")
    showing.add_argument("--json", action="store_true")
    showing.set_defaults(run=_show)
    answer = verbs.add_parser("answer", help="answer a form, or sign off what somebody else answered")
    answer.add_argument("id", metavar="ID")
    answer.add_argument("--set", action="append", default=[], metavar="FIELD=CHOICE", help="once for each field")
    answer.add_argument("--file", type=Path, metavar="FILE", help="a JSON object of choices by field")
    answer.add_argument("--sign", dest="option", action="store_const", const=SIGN, help="sign off")
    answer.add_argument("--refuse", dest="option", action="store_const", const=REFUSE, help="do not sign off")
    answer.add_argument("--not-me", dest="option", action="store_const", const=NOT_ME, help="leave it to your deputy")
    answer.set_defaults(run=_answer, option=ANSWER)
    bounced = verbs.add_parser(
        "bounced", help="note a message to a mailbox that came back, as a mail server reports it"
    )
    bounced.add_argument("file", nargs="?", default="-", metavar="FILE", help="the mail; -, or nothing: standard input")
    bounced.set_defaults(run=_bounced)
    calendar = verbs.add_parser("calendar", help="what is due, for programs that read calendars (RFC 5545)")
    calendar.add_argument("--person", default="", metavar="ID", help="whose; without one, everybody's")
    calendar.set_defaults(run=_calendar)


def _list(arguments: argparse.Namespace) -> int:
    found = _tasks().waiting()
    if arguments.json:
        for one in found:
            show({"id": one.id, "subject": one.subject, "users": list(one.users), "options": list(one.options)})
        return 0
    rows = [(one.id, one.subject, ", ".join(one.users.values())) for one in found]
    print(table(rows, ("id", "what is asked", "who may answer")) if rows else "Nothing waits for anybody.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    one = _tasks().named(arguments.id)
    if arguments.json:
        form = {name: field["schema"].get("enum") for name, field in one.form.items()}
        show({"id": one.id, "subject": one.subject, "body": one.body, "form": form})
        return 0
    print(f"{one.subject}\n\n{one.body}\n")
    for name, field in one.form.items():
        choices, hint = " | ".join(field["schema"].get("enum", [])), field.get("description") or ""
        print(f"{name}  {field['schema'].get('title', '')}: {choices or hint or 'a text'}")
        if choices and hint:
            print(f"    {hint}")
    return 0


def _answer(arguments: argparse.Namespace) -> int:
    tasks = _tasks()
    one = tasks.named(arguments.id)
    is_form = arguments.option == ANSWER and ANSWER in one.options
    tasks.respond(one, arguments.option, _given(arguments) if is_form else {})
    print(f"{arguments.option}: {one.subject}")
    return 0


def _bounced(arguments: argparse.Namespace) -> int:
    """Take one mail. A mail server may call this of every mail: what is no report of ours is no error."""
    try:
        data = sys.stdin.buffer.read() if arguments.file == "-" else Path(arguments.file).read_bytes()
    except OSError as error:
        raise BadInput(
            f"{arguments.file} cannot be read: give a file that has a mail, or - for standard input"
        ) from error
    probe = wiring.tools().call(probing.bounced, data)
    print(f"{probe.masked}, {probe.period}: {probe.text}" if probe else "No message of ours came back: nothing noted.")
    return 0


def _calendar(arguments: argparse.Namespace) -> int:
    # As it is: its lines end as RFC 5545 has them end.
    sys.stdout.buffer.write(wiring.tools().call(calendars.due_days, arguments.person).encode())
    return 0


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    """Give the choices by field. Raises ``BadInput``."""
    found: dict[str, str] = {}
    if arguments.file:
        try:
            told = json.loads(arguments.file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(f"{arguments.file} cannot be read: write a JSON object of choices by field") from error
        if not isinstance(told, dict):
            raise BadInput(f"{arguments.file} is no JSON object: write choices by field")
        found |= {str(name): str(choice) for name, choice in told.items()}
    for pair in arguments.set:
        name, sign, choice = pair.partition("=")
        if not sign:
            raise BadInput(f"--set {name}: write FIELD=CHOICE; `orgwarden attest show {arguments.id}` has both")
        found[name] = choice
    if not found:
        raise BadInput(f"nothing is answered: give --set FIELD=CHOICE; `orgwarden attest show {arguments.id}` has both")
    return found


def _tasks() -> Tasks:
    url, token = os.environ.get(URL, ""), os.environ.get(TOKEN, "")
    if not url:
        raise BadInput(f"{URL} is not set: give where Airflow answers, such as https://airflow.corp.example")
    if not token:
        raise BadInput(f"{TOKEN} is not set: sign in to Airflow and take a token (POST /auth/token)")
    return Tasks(url, token)
