"""What waits for people in Airflow, by its REST API and with the token of whoever looks: seen, and answered.

Airflow is asked here as any client asks it; whoever may not answer is refused by it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from orgwarden.errors import BadInput, Refused, RetryLater

WORKFLOW = "access_validation"
TOO_OLD = "the token is not valid any more: sign in to Airflow again, and take a new one"
REFUSALS = {
    httpx.codes.UNAUTHORIZED: TOO_OLD,
    httpx.codes.FORBIDDEN: "this is not asked of you, and not of somebody whose deputy you are",
    httpx.codes.CONFLICT: "somebody has answered meanwhile: look at the list again",
    httpx.codes.NOT_FOUND: "this is not asked any more: look at the list again",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for somebody: where it stands in Airflow, the headline, who may answer, the choices and the form.

    ``users`` has names by the ids of sign-ins; ``form`` is by field, as Airflow gives it: ``value`` and ``schema``.
    """

    place: str
    subject: str
    body: str
    users: Mapping[str, str]
    options: tuple[str, ...]
    form: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Give a short name that stays the same."""
        return hashlib.sha256(self.place.encode()).hexdigest()[:8]

    def filled(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Give the whole form with what was chosen. Raises ``BadInput`` for what it does not have."""
        for name, choice in given.items():
            if name not in self.form:
                raise BadInput(f"{name} is no field of {self.id}: it has {', '.join(self.form)}")
            choices = self.form[name]["schema"].get("enum")
            if choices and choice not in choices:
                raise BadInput(f"{name} takes one of: {' | '.join(choices)}")
        return {name: given.get(name, field.get("value")) for name, field in self.form.items()}


class Tasks:
    """Airflow's tasks that wait for people, as one person sees them."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=60)

    def waiting(self) -> list[Waiting]:
        """Give what waits for an answer now. Raises ``Refused``, ``RetryLater``, ``BadInput``."""
        path = f"/dags/{WORKFLOW}/dagRuns/~/hitlDetails"
        told = self._asked("GET", path, params={"response_received": "false", "limit": 1000})
        return [_read(one) for one in told["hitl_details"] if one["task_instance"]["state"] == "awaiting_input"]

    def named(self, id_: str) -> Waiting:
        """Give what waits under an id. Raises ``BadInput``, and as ``waiting`` does."""
        one = next((one for one in self.waiting() if one.id == id_), None)
        if one is None:
            raise BadInput(f"nothing of the id {id_!r} waits for anybody: look at the list again")
        return one

    def respond(self, one: Waiting, option: str, given: Mapping[str, str]) -> None:
        """Answer. Raises ``BadInput`` for what may not be chosen, and as ``waiting`` does."""
        if option not in one.options:
            raise BadInput(f"{one.id} takes {', '.join(one.options)}, and not {option}")
        body = {"chosen_options": [option], "params_input": one.filled(given) if given else {}}
        self._asked("PATCH", f"{one.place}/hitlDetails", json=body)

    def _asked(self, method: str, path: str, **said: Any) -> Any:
        try:
            answer = self._client.request(method, f"/api/v2{path}", **said)
        except httpx.HTTPError as error:
            raise RetryLater(f"Airflow cannot be reached at {self._client.base_url}: {type(error).__name__}") from error
        if answer.status_code in REFUSALS:
            raise Refused(REFUSALS[httpx.codes(answer.status_code)])
        if answer.is_server_error:
            raise RetryLater(f"Airflow answered {answer.status_code}")
        if not answer.is_success:
            raise BadInput(f"Airflow answered {answer.status_code} to {method} {path}")
        return answer.json()


def _read(one: Mapping[str, Any]) -> Waiting:
    task = one["task_instance"]
    place = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}/{task['map_index']}"
    return Waiting(
        place=place,
        subject=one["subject"],
        body=one["body"] or "",
        users={user["id"]: user["name"] for user in one["assigned_users"]},
        options=tuple(one["options"]),
        form=one["params"],
    )
