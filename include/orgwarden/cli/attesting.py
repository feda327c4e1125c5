"""``orgwarden attest``: what waits for you in Airflow, and your answer to it, by your own token.

The token stands in the environment alone: an argument is seen by everybody on the machine.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from orgwarden.attestations.accepting import ANSWER, NOT_ME, REFUSE, SIGN
from orgwarden.cli.output import show, table
from orgwarden.errors import BadInput, Refused, RetryLater

WORKFLOW = "access_validation"
URL, TOKEN = "ORGWARDEN_AIRFLOW_URL", "ORGWARDEN_AIRFLOW_TOKEN"
HELP_TOKEN = f"sign in to Airflow and take a token (POST /auth/token), then set {TOKEN}"
REFUSALS = {
    httpx.codes.UNAUTHORIZED: f"the token is not valid any more: {HELP_TOKEN}",
    httpx.codes.FORBIDDEN: "this is not asked of you, and not of somebody whose deputy you are",
    httpx.codes.CONFLICT: "somebody has answered meanwhile: look at `orgwarden attest list`",
    httpx.codes.NOT_FOUND: "this is not asked any more: look at `orgwarden attest list`",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for somebody: where it stands in Airflow, the headline, who may answer, the choices and the form."""

    place: str
    subject: str
    body: str
    users: tuple[str, ...]
    options: tuple[str, ...]
    form: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Give a short name that stays the same."""
        return hashlib.sha256(self.place.encode()).hexdigest()[:8]


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


def _list(arguments: argparse.Namespace) -> int:
    found = _waiting(_client())
    if arguments.json:
        for one in found:
            show({"id": one.id, "subject": one.subject, "users": list(one.users), "options": list(one.options)})
        return 0
    rows = [(one.id, one.subject, ", ".join(one.users)) for one in found]
    print(table(rows, ("id", "what is asked", "who may answer")) if rows else "Nothing waits for anybody.")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    one = _named(_waiting(_client()), arguments.id)
    if arguments.json:
        show({"id": one.id, "subject": one.subject, "body": one.body, "form": _choices(one)})
        return 0
    print(f"{one.subject}\n\n{one.body}\n")
    for name, field in one.form.items():
        schema = field["schema"]
        choices = " | ".join(schema.get("enum", [])) or (field.get("description") or "a text")
        print(f"{name}  {schema.get('title', '')}: {choices}")
    return 0


def _answer(arguments: argparse.Namespace) -> int:
    client = _client()
    one = _named(_waiting(client), arguments.id)
    if arguments.option not in one.options:
        raise BadInput(f"{one.id} takes {', '.join(one.options)}, and not {arguments.option}")
    form = _form(one, _given(arguments)) if arguments.option == ANSWER else {}
    body = {"chosen_options": [arguments.option], "params_input": form}
    _asked(client, "PATCH", f"{one.place}/hitlDetails", json=body)
    print(f"{arguments.option}: {one.subject}")
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


def _form(one: Waiting, given: Mapping[str, str]) -> dict[str, Any]:
    """Give the whole form with what was chosen. Raises ``BadInput`` for what it does not have."""
    for name, choice in given.items():
        if name not in one.form:
            raise BadInput(f"{name} is no field of {one.id}: it has {', '.join(one.form)}")
        choices = one.form[name]["schema"].get("enum")
        if choices and choice not in choices:
            raise BadInput(f"{name} takes one of: {' | '.join(choices)}")
    return {name: given.get(name, field.get("value")) for name, field in one.form.items()}


def _choices(one: Waiting) -> dict[str, Any]:
    return {name: field["schema"].get("enum") for name, field in one.form.items()}


def _named(found: list[Waiting], id_: str) -> Waiting:
    one = next((one for one in found if one.id == id_), None)
    if one is None:
        raise BadInput(f"nothing of the id {id_!r} waits for anybody: `orgwarden attest list` has the ids")
    return one


def _client() -> httpx.Client:
    url, token = os.environ.get(URL, ""), os.environ.get(TOKEN, "")
    if not url:
        raise BadInput(f"{URL} is not set: give where Airflow answers, such as https://airflow.corp.example")
    if not token:
        raise BadInput(f"{TOKEN} is not set: {HELP_TOKEN}")
    return httpx.Client(base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=60)


def _waiting(client: httpx.Client) -> list[Waiting]:
    """Give what waits for an answer now."""
    path = f"/dags/{WORKFLOW}/dagRuns/~/hitlDetails"
    told = _asked(client, "GET", path, params={"response_received": "false", "limit": 1000})
    return [_read(one) for one in told["hitl_details"] if one["task_instance"]["state"] == "awaiting_input"]


def _read(one: Mapping[str, Any]) -> Waiting:
    task = one["task_instance"]
    place = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/{task['map_index']}"
    return Waiting(
        place=place,
        subject=one["subject"],
        body=one["body"] or "",
        users=tuple(user["name"] for user in one["assigned_users"]),
        options=tuple(one["options"]),
        form=one["params"],
    )


def _asked(client: httpx.Client, method: str, path: str, **said: Any) -> Any:
    """Ask Airflow. Raises ``Refused``, ``RetryLater``, ``BadInput``."""
    try:
        answer = client.request(method, f"/api/v2{path}", **said)
    except httpx.HTTPError as error:
        raise RetryLater(f"Airflow cannot be reached at {client.base_url}: {type(error).__name__}") from error
    if answer.status_code in REFUSALS:
        raise Refused(REFUSALS[httpx.codes(answer.status_code)])
    if answer.is_server_error:
        raise RetryLater(f"Airflow answered {answer.status_code}")
    if not answer.is_success:
        raise BadInput(f"Airflow answered {answer.status_code} to {method} {path}")
    return answer.json()
