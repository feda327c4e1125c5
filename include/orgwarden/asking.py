"""Questions to people: what is asked, what may be answered, and what an answer comes to.

Nothing is asked for in free text, where somebody could type a number that must not be kept: a field is a choice, a day,
a time of day, people of the register, or a reference. What a choice says against the practice stands beside it, so that
a control judges an answer without knowing its question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from orgwarden.approvable import read_of
from orgwarden.model import EVERYTHING, Answer, Deviation, Evidence, Pass, Unseen, World
from orgwarden.parts.attested import ANSWERED, ASKED, Answered, Asked, key_of

# The number of a record: some letters, then at most six digits, which no phone number is.
REFERENCE = re.compile(r"[A-Za-z][A-Za-z-]{0,20}-\d{1,6}")
# A time of day (UTC), to the minute.
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
# How long what has a beginning and an end may last: the root user is not used for a day.
LONGEST = timedelta(hours=6)
BETWEEN = ", "
# Behind the name of a field: what was shown beside it. No field has a dot in its name.
SHOWN = ".shown"
# Came after the quarter's questions were put.
ASKED_NEXT = "asked by the next run of access_validation"
QUARTER = timedelta(days=92)
NEVER_ASKED = "nobody was asked yet: access_validation has not run with this question"


class Kind(StrEnum):
    """What may stand in a field.

    A word is heard over the phone and picked from a list; kept is whether it was the right one.
    """

    CHOICE = "choice"
    DAY = "day"
    DAY_TO_COME = "day to come"
    TIME = "time"
    PEOPLE = "people"
    REFERENCE = "reference"
    WORD = "word"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing that an answer says.

    ``options`` has what may be chosen, with what is wrong where that is the case, and of a word that it was the right
    one and that it was another; ``needs`` and ``most`` are how many people are named. ``after`` names the time at which
    began what ends at this one. ``only_if`` names a field and its options with which this one is asked for.
    """

    name: str
    title: str
    kind: Kind = Kind.CHOICE
    options: Mapping[str, str] = field(default_factory=dict)
    needs: int = 1
    most: int = 4
    after: str = ""
    only_if: tuple[str, frozenset[str]] | None = None

    def is_asked(self, form: Mapping[str, str]) -> bool:
        """Say whether the rest of the form asks for it."""
        return self.only_if is None or form.get(self.only_if[0], "") in self.only_if[1]


class Asks(StrEnum):
    """Whose question it is, by what they keep."""

    PASSWORD = "password"  # noqa: S105 - a thing that is kept
    DEVICES = "devices"
    PHONE = "phone"
    CUSTODIANS = "custodians"
    REVIEWERS = "reviewers"
    FINANCE = "finance"
    CALLERS = "callers"
    OWNER = "owner"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of one thing before anybody is asked about it.

    ``name`` is what it is called where people read. ``told`` has by field what is there, in words by what it is known
    by from reading to reading: each is shown beside its field, and a field without any is not asked for. ``whose`` is
    the directory id of the person whom it is about, who neither answers nor signs; empty: it is about nobody.
    """

    name: str
    told: Mapping[str, Mapping[str, str]]
    whose: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What somebody is asked; ``id`` is that of the control that judges the answer, ``asks`` whose question it is.

    ``evidence`` says what to look at before answering. ``needs_second``: another person signs the answer off.
    ``facts`` stand where it is put about one thing of which something is known. ``quarters``: an answer counts until
    one is due so many quarters later; None: for good.
    """

    id: str
    asks: Asks
    text: str
    evidence: str
    fields: tuple[Field, ...]
    needs_second: bool = True
    quarters: int | None = 1
    facts: Facts | None = None

    def told_of(self, name: str) -> Mapping[str, str]:
        """Give what is known of a field, in words by what it is known by."""
        return self.facts.told.get(name, {}) if self.facts else {}


def put(question: Question, facts: Facts) -> Question:
    """Give the question as it is put about a thing of which something is known."""
    fields = tuple(one for one in question.fields if facts.told.get(one.name))
    return replace(question, fields=fields, facts=facts)


def shown_with(question: Question, form: Mapping[str, str]) -> dict[str, str]:
    """Give a form together with what was known of each field when it was filled in: a decision is about that alone."""
    shown = {f"{name}{SHOWN}": "\n".join(question.told_of(name)) for name in form if question.told_of(name)}
    return {**form, **shown}


def unsettled(question: Question, form: Mapping[str, str]) -> Iterator[str]:
    """Give what of a question with facts an answer leaves open.

    That is what was not there when it was given, and what it decided against and is still there.
    """
    for one in question.fields:
        there, shown = question.told_of(one.name), form.get(f"{one.name}{SHOWN}", "").split("\n")
        if fresh := [words for thing, words in there.items() if thing not in shown]:
            yield f"{one.title}: nobody has decided on {BETWEEN.join(fresh)}"
        elif fault := one.options.get(form.get(one.name, ""), ""):
            yield fault


def problems(
    question: Question, form: Mapping[str, str], *, people: Mapping[str, object], today: date
) -> Iterator[str]:
    """Give what is wrong with a form: what is missing, what may not be chosen, what nobody asked for."""
    for name in sorted(form.keys() - {one.name for one in question.fields}):
        yield f"{name}: nobody asked for it"
    for one in question.fields:
        text = form.get(one.name, "").strip()
        if not one.is_asked(form):
            if text:
                yield f"{one.title}: left out, for it does not go with the rest"
        elif not text:
            yield f"{one.title}: is missing"
        elif wrong := _wrong(one, text, form, people, today):
            yield f"{one.title}: {wrong}"


def lasts(since: str, until: str) -> timedelta:
    """Give how long it is from one time of day to the next of another; past midnight it is the day after."""
    began, ended = (datetime.strptime(time, "%H:%M") for time in (since, until))  # noqa: DTZ007 - times without a day
    return timedelta(seconds=(ended - began).seconds)


def _wrong(one: Field, text: str, form: Mapping[str, str], people: Mapping[str, object], today: date) -> str:
    """Say what is wrong with one value; the value itself is not repeated, whatever somebody typed."""
    match one.kind:
        case Kind.REFERENCE:
            return "" if REFERENCE.fullmatch(text) else "write the number of a record, such as OPS-123"
        case Kind.TIME:
            return _wrong_time(text, form.get(one.after, "").strip() if one.after else "")
        case Kind.PEOPLE:
            return _wrong_people(one, [person.strip() for person in text.split(",")], people)
        case Kind.DAY | Kind.DAY_TO_COME:
            return _wrong_day(text, today, is_to_come=one.kind is Kind.DAY_TO_COME)
    listed = "the words of the list" if one.kind is Kind.WORD else BETWEEN.join(one.options)
    return "" if text in one.options else f"choose one of {listed}"


def _wrong_people(one: Field, named: Sequence[str], people: Mapping[str, object]) -> str:
    if len(set(named)) < one.needs:
        return f"name at least {one.needs} people"
    if len(set(named)) > one.most:
        return f"name at most {one.most}"
    return "" if set(named) <= people.keys() else "name people of the register, by their ids"


def _wrong_day(text: str, today: date, *, is_to_come: bool) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return f"write a day such as {today}"
    if is_to_come:
        return "" if day > today else "is not to come any more"
    return "" if day <= today else "is still to come"


def _wrong_time(text: str, began: str) -> str:
    if not TIME.fullmatch(text):
        return "write a time (UTC) such as 14:05"
    if not TIME.fullmatch(began):
        return ""
    hours = LONGEST.seconds // 3600
    return "" if timedelta() < lasts(began, text) <= LONGEST else f"is not within {hours} hours after the beginning"


def attested(question: Question, about: str, world: World) -> Answer:
    """Judge the answer that counts: what it says against the practice, one that is overdue, or that it holds."""
    found = answer_of(question, about, world)
    if isinstance(found, Deviation):
        return found
    wrong = tuple(faults(question, found.form))
    if wrong:
        return Deviation(wrong[0], {**told(found), "wrong": wrong})
    return Pass(told(found))


def answer_of(question: Question, about: str, world: World) -> Answered | Deviation:
    """Give the answer that counts today, or that none does; raise ``Unseen`` while there is time to answer."""
    key = key_of(question.id, about)
    answered = read_of(ANSWERED, world).get(key)
    if answered is not None and world.today <= answered.until:
        return world.of(ANSWERED, key)
    # What could not be read may have been an answer.
    for unseen in world.missing(ANSWERED):
        raise unseen
    asked = read_of(ASKED, world).get(key)
    if asked is None:
        for unseen in world.missing(ASKED):
            if unseen.key in {key, EVERYTHING}:
                raise unseen
        raise Unseen(ASKED, key, ASKED_NEXT if _is_asking(world) else NEVER_ASKED)
    due = due_of(asked, answered)
    if world.today <= due:
        raise Unseen(ANSWERED, key, f"asked, due {due}")
    return Deviation(f"nobody answered by {due}", {"asked": asked.person, "since": str(due)})


def due_of(asked: Asked, answered: Answered | None) -> date:
    """Give the last day on which a question is not overdue: its first one, or until when the last answer counted."""
    return asked.first_due if answered is None else answered.until


def _is_asking(world: World) -> bool:
    """Say whether people were asked anything of late: then what is new is asked when the next quarter opens."""
    return any(world.today <= row.last_due + QUARTER for row in read_of(ASKED, world).values())


def faults(question: Question, form: Mapping[str, str]) -> Iterator[str]:
    """Give what an answer says against the practice."""
    for one in question.fields:
        if fault := one.options.get(form.get(one.name, ""), ""):
            yield fault


def told(answered: Answered) -> Evidence:
    """Give what is shown of an answer: who said so and when, and not what the form has."""
    signed = {"signed_by": answered.signed_by} if answered.signed_by else {}
    return {"answered": f"{answered.by} on {answered.on}", **signed, "period": answered.period}
