"""What a response comes to: whose it is by the sign-in that Airflow vouches for, and which of it counts.

A response that nobody gave (a task that was set to success by hand, a time-out) or that somebody gave whose question it
is not counts for nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from orgwarden.asking import Asks
from orgwarden.attestations.assigning import Assignment, phone_keepers
from orgwarden.attestations.forms import Taken, taken_of, unasked
from orgwarden.attestations.words import Calls
from orgwarden.baseline import Baseline

ANSWER, NOT_ME, NO_ANSWER = "Answer", "Not me", "No answer"
OF_THEMSELVES = "nobody answers about themselves, nor signs that: somebody else does"
SIGN, REFUSE = "Sign off", "Do not sign off"
KEEPS_THE_PHONE = "who keeps the phone, and sees the word, does not answer for whoever called"


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What came back from the task that asked: the option, the form, when, and the sign-in of whoever gave it."""

    option: str
    form: Mapping[str, Any]
    at: datetime | None
    sign_in: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What counts of a response: who gave it, empty: nobody who may, what was taken, and why the rest was not."""

    person: str
    taken: tuple[Taken, ...] = ()
    refused: tuple[str, ...] = ()


def response_of(said: Mapping[str, Any] | None) -> Response:
    """Read what Airflow hands on of a person's response; ``None``, and what is no response, is none."""
    told = said if isinstance(said, Mapping) else {}
    options, user, at = told.get("chosen_options"), told.get("responded_by_user"), told.get("responded_at")
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    form = told.get("params_input")
    return Response(
        option=str(options[0]) if isinstance(options, list | tuple) and len(options) == 1 else "",
        form=form if isinstance(form, Mapping) else {},
        at=at if isinstance(at, datetime) else None,
        sign_in=str(user.get("id", "")) if isinstance(user, Mapping) else "",
    )


def person_of(sign_in: str, baseline: Baseline) -> str:
    """Give the directory id of whom a sign-in belongs to; empty: nobody's, or more than one person's."""
    people = (baseline.people or {}).items()
    found = [id_ for id_, person in people if sign_in and (person.sign_in or id_) == sign_in]
    return found[0] if len(found) == 1 else ""


def heard(  # noqa: PLR0913 - what was said, whose it may be, and what it is held against
    response: Response,
    assignments: Sequence[Assignment],
    allowed: Collection[str],
    baseline: Baseline,
    *,
    today: date,
    calls: Calls | None = None,
) -> Heard:
    """Take the answers of a response; ``allowed`` are those who may give them."""
    person = person_of(response.sign_in, baseline)
    if response.option != ANSWER or response.at is None:
        return Heard(person="", refused=("nobody answered",))
    if not person or person not in allowed:
        return Heard(person="", refused=("whoever answered is none of those who were asked",))
    people = {id_: one.name for id_, one in (baseline.people or {}).items()}
    found = taken_of(response.form, assignments, people, today=today, calls=calls)
    taken = [_by_another(one, person, baseline) for one in found]
    refused = [f"{one.assignment.question.id}: {problem}" for one in taken for problem in one.problems]
    if more := unasked(response.form, assignments, people):
        refused.append(f"{more} {'field' if more == 1 else 'fields'} more than was asked for")
    own = [one for one in taken if one.assignment.question.facts and one.assignment.about == person]
    refused += [f"{one.assignment.question.id}: {OF_THEMSELVES}" for one in own]
    whole = tuple(one for one in taken if not one.problems and one not in own)
    return Heard(person=person, taken=whole, refused=tuple(refused))


def _by_another(one: Taken, person: str, baseline: Baseline) -> Taken:
    """Refuse what a deputy says of a call who was the one to be called: they need not have heard the word."""
    is_call = one.assignment.question.asks is Asks.CALLERS
    if not is_call or person not in phone_keepers(one.assignment.about, baseline):
        return one
    return replace(one, problems=(*one.problems, KEEPS_THE_PHONE))
