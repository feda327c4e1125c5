"""Airflow's way to ask a person: a task that waits for them, as long as there is time, and never fails for it.

What Airflow keeps of a response is a prompt. It is checked and recorded here, in the task that took it, before anything
goes on: what goes on are numbers of our record, so that nothing which somebody typed stands in an XCom.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator  # noqa: TID253 - a class of ours is one of it, and it is small
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import AirflowSkipException

from orgwarden.attestations.accepting import ANSWER, NO_ANSWER, NOT_ME, REFUSE, SIGN

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)
Take = Callable[[Mapping[str, Any], Mapping[str, Any], str], dict[str, Any]]
# At least so long a task waits, also when it is started late.
LEAST = timedelta(minutes=1)


class Ask(HITLOperator):
    """Asks whoever may answer, and gives what ``take`` made of the response; asks again while there is time.

    ``asked`` is what they are shown, as ``open_quarter`` and ``record`` give it. ``take`` is called with it, with the
    response, and with a text that names the response; what it gives has ``refused``, empty where all of it counts.
    """

    template_fields = (*HITLOperator.template_fields, "asked")

    def __init__(self, *, asked: Any, take: Take, options: list[str], **named: Any) -> None:
        super().__init__(subject="", options=[*options, NO_ANSWER], defaults=[NO_ANSWER], **named)
        self.asked = asked
        self.take = take
        # Who is told by mail; empty: the first of those who may answer.
        self.told: list[str] = []

    def execute(self, context: "Context") -> None:
        # None: whatever was to give it was set to success by hand.
        asked = self.asked or {}
        if not asked.get("users") or not (asked.get("form") or asked.get("answers")):
            raise AirflowSkipException("There is nothing to ask.")
        self.subject, self.body = self.asked["subject"], self.asked["body"]
        self.assigned_users = self.asked["users"]
        self.params = ParamsDict({one["name"]: _param(one) for one in self.asked.get("form", ())})
        self.response_timeout = waits(self.asked, datetime.now(UTC))
        for person in self.told or self.asked["may_answer"][:1]:
            mail_person(person, self.subject, getattr(context["ti"], "log_url", ""))
        super().execute(context)

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> dict[str, Any]:
        is_late = datetime.now(UTC) >= _end(self.asked["due"])
        has_nobody = event.get("timedout", False) or "error" in event
        if has_nobody and not is_late:
            log.info("Nobody has answered yet: reminding")
            self.execute(context)  # parks the task again
        taken = self.take(self.asked, event, _source(context, event))
        for why in taken["refused"]:
            log.warning("Not counted: %s", why)
        chosen = event.get("chosen_options", ())
        if NOT_ME in chosen:
            self.told = self.asked["may_answer"][1:]
        self.told = taken.get("others", self.told)
        # Whoever does not sign off has decided.
        if taken["refused"] and not has_nobody and REFUSE not in chosen:
            self.execute(context)
        return taken

    def validate_params_input(self, params_input: Mapping[str, Any]) -> None:
        """Leave the check to ``take``: Airflow's own would repeat in the log what somebody typed."""


class Answer(Ask):
    """Asks a person all their questions."""

    def __init__(self, **named: Any) -> None:
        super().__init__(options=[ANSWER, NOT_ME], take=_recorded, **named)


class SignOff(Ask):
    """Asks another person to sign what was answered."""

    def __init__(self, **named: Any) -> None:
        super().__init__(options=[SIGN, REFUSE], take=_signed, **named)


def _recorded(asked: Mapping[str, Any], response: Mapping[str, Any], source: str) -> dict[str, Any]:
    from orgwarden.flows import access_validation as flow
    from orgwarden.on_airflow import call

    return call(flow.record, asked, response, source=source)


def _signed(asked: Mapping[str, Any], response: Mapping[str, Any], source: str) -> dict[str, Any]:
    from orgwarden.flows import access_validation as flow
    from orgwarden.on_airflow import call

    return call(flow.sign, asked, response, source=source)


def _param(field: Mapping[str, Any]) -> Param:
    """Give a field as Airflow's form has it: nothing is chosen before somebody does."""
    options = list(field["options"])
    shape: dict[str, Any] = {"enum": options} if options else {"maxLength": 40}
    # For our own page; Airflow's passes it over.
    shape |= {"input": field["input"]} if field["input"] else {}
    return Param(
        options[0] if options else None,
        type="string" if options else ["null", "string"],
        title=field["title"],
        section=field["section"],
        description=field["hint"] or None,
        **shape,
    )


def waits(asked: Mapping[str, Any], now: datetime) -> timedelta:
    """Give how long a task waits: until the next reminder, else until the day is over, or for who is late."""
    end = _end(asked["due"])
    marks = [end - timedelta(days=days) for days in asked["remind_days"]]
    coming = [mark for mark in (*sorted(marks), end) if mark > now]
    return max(coming[0] - now if coming else timedelta(days=asked["late_days"]), LEAST)


def mail_person(person: str, subject: str, link: str) -> None:
    """Tell a person by mail what waits for them, where they have an address and Airflow a connection for mail."""
    from orgwarden.on_airflow import baseline
    from orgwarden.on_airflow.mail import mail

    declared = baseline()
    address = declared.people[person].mail if declared and declared.people and person in declared.people else None
    if address:
        mail(address, subject, f"{subject}\n\nIt takes ten minutes, and your sign-in: {link}")


def _end(day: str) -> datetime:
    """Give the end of a day (UTC)."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)


def _source(context: "Context", event: Mapping[str, Any]) -> str:
    """Name a response: the task that took it, and when it was given."""
    one = context["ti"]
    return f"{one.dag_id}/{one.run_id}/{one.task_id}/{one.map_index}/{event.get('responded_at', '')}"
