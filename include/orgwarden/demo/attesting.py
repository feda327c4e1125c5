"""The demo's people: they sign in to Airflow, answer what they are asked and sign what others answered; one is late."""

import json
import re
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
SETTLED = 9.0
# What is said, by the name of a field without its number; of all other choices the first is the sound one.
MINUTE, DAY = 60, 86_400
TOLD = {"record": "OPS-100", "lessons": "one thing", "lesson1": "OPS-101"}
# How many people are named.
NAMED = {"people": 2, "whom": 1, "owner1": 1}
# The fields of changes and uses that nobody has to tell.
LEFT_OUT = re.compile(r"(lesson|owner|by)[23](_1)?|use[123](_.*)?")
WORD = "word"
PAGE = "/orgwarden/mine"
SAID_WHEN_CALLED = re.compile(r"The phone of account (\d{12}), [^<]*</dt>\s*<dd>([a-z]+)</dd>")


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

    def __init__(self, demo: Demo, apis: Mapping[str, Airflow] | None = None) -> None:
        self.demo = demo
        # When each question was seen first.
        self._seen: dict[str, float] = {}
        self.apis = _by_password(demo) if apis is None else apis

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
                elif self._has_settled(one):
                    self._answer(one)
            if self.demo.api.get(f"/dags/{ATTESTING}/dagRuns/{run}")["state"] in ENDED:
                return list(left.values())
            time.sleep(PAUSE)
        raise StopAndTell(f"{ATTESTING} did not end within {PATIENCE:.0f} s; look at {self.demo.api.url}")

    def _has_settled(self, one: Waiting) -> bool:
        """Say whether a question may be answered; one that is asked again has to settle again."""
        return time.monotonic() >= self._seen.setdefault(one.place, time.monotonic()) + SETTLED

    def _answer(self, one: Waiting) -> None:
        del self._seen[one.place]
        user = next(name for name in one.users if name in self.apis)
        signs = one.task.endswith("sign_off")
        form = {} if signs else {name: self._said(name, field) for name, field in one.params.items()}
        body = {"chosen_options": [SIGN if signs else ANSWER], "params_input": form}
        self.apis[user].send("PATCH", f"{one.place}/hitlDetails", body)
        self.demo.tell(f"{user} {'signed off' if signs else 'answered'}")

    def _said(self, name: str, field: Mapping[str, Any]) -> str | None:
        """Say what stands in a field; the word of a call is heard from whoever has it on their page."""
        if not name.endswith(f"_{WORD}"):
            return _chosen(name, field, self.apis)
        told = (pair for api in self.apis.values() for pair in SAID_WHEN_CALLED.findall(api.visit("GET", PAGE)))
        words: dict[str, str] = dict(told)
        return next(words[account] for account in words if account in field["schema"]["section"])


def _by_password(demo: Demo) -> dict[str, Airflow]:
    passwords: dict[str, str] = json.loads((demo.state / "airflow" / "passwords.json").read_text())
    return {name: demo.api.of(name, password) for name, password in passwords.items() if name != "admin"}


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
    options: list[str] = field["schema"].get("enum", [])
    sound = [one for one in options if one != NOTHING_CHOSEN]
    kind, _, number = what.rpartition("_")
    if kind in NAMED:
        return [one for one in options if one in people][int(number) - 1] if int(number) <= NAMED[kind] else options[0]
    if LEFT_OUT.fullmatch(what):
        return options[0] if options else None
    return (TOLD | _times()).get(what, sound[0] if sound else None)


def _times() -> dict[str, str]:
    """Give when things were and will be: the drill ended just now, and AWS tells of it by the next reading."""
    now = time.time()
    return {
        "day": time.strftime("%Y-%m-01", time.gmtime(now)),
        "held": time.strftime("%Y-%m-%d", time.gmtime(now - 30 * MINUTE)),
        "since": time.strftime("%H:%M", time.gmtime(now - 30 * MINUTE)),
        "until": time.strftime("%H:%M", time.gmtime(now)),
        "by1": time.strftime("%Y-%m-%d", time.gmtime(now + 30 * DAY)),
    }


def asked(demo: Demo, chain: Chain, people: People | None = None) -> Attested:
    """Let the schedule ask the demo's people; one answers too late, which a ticket tells until they do."""
    people = people or People(demo)
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
