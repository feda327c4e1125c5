"""The demo's people: they sign in to Airflow, answer what they are asked and sign what others answered; one is late."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orgwarden.attestations.accepting import ANSWER, SIGN
from orgwarden.attestations.forms import NOTHING_CHOSEN
from orgwarden.demo.chain import ATTESTING, ENDED, PATIENCE, PAUSE, Chain
from orgwarden.demo.embedded import Airflow
from orgwarden.demo.standing import Demo
from orgwarden.demo.summary import Attested
from orgwarden.errors import StopAndTell

# Whoever is asked about the phone's contract answers when it is overdue: by a field of that question.
LATE = "_contract"
# An answer that comes within a second of the question fails the task of Airflow 3.3.2 that asked it.
SETTLED = 6.0
# By the name of a field without its number; of all others the first choice is the sound one.
DAY, WHOM = "day", "whom_1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for somebody: the task, who may answer, and the form."""

    place: str
    task: str
    map_index: int
    users: tuple[str, ...]
    params: Mapping[str, Any]


class People:
    """Those who may sign in, each with a connection of their own."""

    def __init__(self, demo: Demo) -> None:
        passwords: dict[str, str] = json.loads((demo.state / "airflow" / "passwords.json").read_text())
        self.demo = demo
        self.apis = {name: demo.api.of(name, password) for name, password in passwords.items() if name != "admin"}

    def waiting(self) -> list[Waiting]:
        """Give what waits for somebody now."""
        asked = self.demo.api.get(f"/dags/{ATTESTING}/dagRuns/~/hitlDetails", response_received="false", limit=100)
        return [_waiting(one) for one in asked["hitl_details"] if one["task_instance"]["state"] == "awaiting_input"]

    def answer(self, run: str, *, leaving: str = "") -> list[Waiting]:
        """Let everybody answer and sign until the run has ended; give what was left, by a field that it has."""
        left: dict[tuple[str, int], Waiting] = {}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for one in self.waiting():
                if leaving and any(name.endswith(leaving) for name in one.params):
                    left[one.task, one.map_index] = one
                else:
                    self._answer(one)
            if self.demo.api.get(f"/dags/{ATTESTING}/dagRuns/{run}")["state"] in ENDED:
                return list(left.values())
            time.sleep(PAUSE)
        raise StopAndTell(f"{ATTESTING} did not end within {PATIENCE:.0f} s; look at {self.demo.api.url}")

    def _answer(self, one: Waiting) -> None:
        time.sleep(SETTLED)
        user = next(name for name in one.users if name in self.apis)
        signs = one.task.endswith("sign_off")
        form = {} if signs else {name: _chosen(name, field, self.apis) for name, field in one.params.items()}
        body = {"chosen_options": [SIGN if signs else ANSWER], "params_input": form}
        self.apis[user].send("PATCH", f"{one.place}/hitlDetails", body)
        self.demo.tell(f"{user} {'signed off' if signs else 'answered'}")


def _waiting(one: Mapping[str, Any]) -> Waiting:
    task = one["task_instance"]
    place = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/{task['map_index']}"
    return Waiting(
        place=place,
        task=task["task_id"],
        map_index=task["map_index"],
        users=tuple(user["id"] for user in one["assigned_users"]),
        params=one["params"],
    )


def _chosen(name: str, field: Mapping[str, Any], people: Mapping[str, Airflow]) -> str | None:
    """Choose as a conscientious person would."""
    _, _, what = name.partition("_")
    if what == DAY:
        return time.strftime("%Y-%m-01", time.gmtime())
    options: list[str] = field["schema"].get("enum", [])
    if what == WHOM:
        return next(one for one in options if one in people)
    sound = [one for one in options if one != NOTHING_CHOSEN]
    return sound[0] if sound and not what.startswith("whom") else (options[0] if options else None)


def asked(demo: Demo, chain: Chain) -> Attested:
    """Let the schedule ask the demo's people; one answers too late, which a ticket tells until they do."""
    people = People(demo)
    demo.api.send("PATCH", f"/dags/{ATTESTING}", {"is_paused": False})
    run = chain.scheduled(ATTESTING)
    demo.tell("People are asked; one of them is late")
    late = people.answer(run, leaving=LATE)
    first = chain.attested(run)
    demo.tell("Whoever was late is asked again, and answers")
    again = {"dry_run": False, "only_failed": False, "include_downstream": True, "dag_run_id": run}
    tasks = [[one.task, one.map_index] for one in late]
    demo.api.send("POST", f"/dags/{ATTESTING}/clearTaskInstances", {**again, "task_ids": tasks})
    people.answer(run)
    return Attested(first=first, later=chain.attested(run))
