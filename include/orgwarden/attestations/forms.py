"""The form that a person fills in, with all their questions on it, and what is taken from it.

A form is plain data: fields by name, in order, each with a title, the section that it stands in, and what may stand
there. Whoever shows it (Airflow's own page, ours, a terminal) shows the same, and what comes back is checked here
again, whatever checked it before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orgwarden.asking import Field, Kind, Question, problems, shown_with
from orgwarden.attestations.assigning import Assignment
from orgwarden.attestations.words import Calls

NOTHING_CHOSEN = "(not answered)"
INPUTS = {Kind.DAY: "date", Kind.DAY_TO_COME: "date", Kind.TIME: "time"}
# What no list of words has, in the place of what was typed.
NO_WORD = "(no word of the list)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A field as it is shown: its name in the form, its section and title, and what may be chosen, empty: a text.

    ``input`` is the kind of text, as HTML's inputs have it, where a page may help with it: ``date``, ``time``.
    """

    name: str
    section: str
    title: str
    options: tuple[str, ...] = ()
    hint: str = ""
    input: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What was taken of a form for one question: its fields by name, or what is wrong with them."""

    assignment: Assignment
    form: Mapping[str, str]
    problems: tuple[str, ...] = ()


def fields_of(assignments: Sequence[Assignment], people: Mapping[str, str], calls: Calls | None = None) -> list[Shown]:
    """Give the fields of a person's form; ``people`` has the names of those whom they may name, by id.

    ``calls`` has the words from which somebody who called picks; without them there is none to pick.
    """
    return [shown for number, one in enumerate(assignments, 1) for shown in _fields(number, one, people, calls)]


def taken_of(
    given: Mapping[str, Any],
    assignments: Sequence[Assignment],
    people: Mapping[str, str],
    *,
    today: date,
    calls: Calls | None = None,
) -> list[Taken]:
    """Take the answers from what came back; a question of which no field was filled in was not answered.

    Of a word only whether it was the right one is taken.
    """
    found = []
    for number, one in enumerate(assignments, 1):
        form = {field.name: text for field in one.question.fields if (text := _text(number, field, given))}
        form |= {
            field.name: _outcome(field, one.about, form[field.name], calls)
            for field in one.question.fields
            if field.kind is Kind.WORD and field.name in form
        }
        if form:
            wrong = tuple(problems(one.question, form, people=people, today=today))
            found.append(Taken(assignment=one, form=shown_with(one.question, form), problems=wrong))
    return found


def unasked(given: Mapping[str, Any], assignments: Sequence[Assignment], people: Mapping[str, str]) -> int:
    """Give how many names came back that stand on no form of theirs; the names themselves are not repeated."""
    return len(given.keys() - {shown.name for shown in fields_of(assignments, people)})


def about_words(about: str, person: str) -> str:
    """Give what a question is about as it follows on its text: of a thing of whoever is asked the thing alone."""
    thing = about.removeprefix(f"{person}/")
    return f" · {thing}" if thing else ""


def _fields(number: int, one: Assignment, people: Mapping[str, str], calls: Calls | None) -> Iterator[Shown]:
    section = f"{number}. {_headline(one)}"
    for field in one.question.fields:
        hint = _hint(one.question, field)
        match field.kind:
            case Kind.CHOICE:
                options = (NOTHING_CHOSEN, *field.options)
                yield Shown(name=_name(number, field), section=section, title=field.title, options=options, hint=hint)
            case Kind.PEOPLE:
                options = (NOTHING_CHOSEN, *people)
                for at in range(1, field.most + 1):
                    title = field.title if at == 1 else f"{field.title}, and"
                    name = f"{_name(number, field)}_{at}"
                    yield Shown(name=name, section=section, title=title, options=options, hint=hint if at == 1 else "")
            case Kind.WORD:
                options = (NOTHING_CHOSEN, *(calls.choices(one.about) if calls else ()))
                yield Shown(name=_name(number, field), section=section, title=field.title, options=options, hint=hint)
            case _:
                kind = INPUTS.get(field.kind, "")
                yield Shown(name=_name(number, field), section=section, title=field.title, hint=hint, input=kind)


def _headline(one: Assignment) -> str:
    """Give what stands above the fields: of many things that are asked about alike, the name alone."""
    if one.question.facts:
        return one.question.facts.name
    return f"{one.question.text}{about_words(one.about, one.person)}"


def _hint(question: Question, field: Field) -> str:
    """Say when a field is to be filled in, what is known already, and how."""
    told = question.told_of(field.name)
    known = f"{'; '.join(told.values())}. " if told else ""
    when = f"Only with: {' or '.join(_choices(question, field))}. " if field.only_if else ""
    how = {
        Kind.DAY: "A day, such as 2026-10-14.",
        Kind.DAY_TO_COME: "A day to come, such as 2026-12-31.",
        Kind.TIME: "A time in UTC, such as 14:05.",
        Kind.REFERENCE: "The number of a record, such as OPS-123.",
        Kind.PEOPLE: f"At least {field.needs}." if field.needs > 1 else "",
        Kind.CHOICE: "",
        Kind.WORD: "The word that you heard.",
    }[field.kind]
    return f"{when}{known}{how}".strip()


def _choices(question: Question, field: Field) -> list[str]:
    """Give the choices with which a field is asked for, in their order."""
    name, asking = field.only_if or ("", frozenset())
    return [option for one in question.fields if one.name == name for option in one.options if option in asking]


def _text(number: int, field: Field, given: Mapping[str, Any]) -> str:
    """Give what stands in a field, empty: nothing; several people become one text."""
    if field.kind is not Kind.PEOPLE:
        return _chosen(given.get(_name(number, field)))
    named = (_chosen(given.get(f"{_name(number, field)}_{at}")) for at in range(1, field.most + 1))
    return ", ".join(dict.fromkeys(person for person in named if person))


def _outcome(field: Field, account: str, picked: str, calls: Calls | None) -> str:
    """Give what a word comes to: the first of the field's options, or the second; never the word."""
    if calls is None or picked not in calls.choices(account):
        return NO_WORD
    right, another = field.options
    return right if picked == calls.word(account) else another


def _chosen(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "" if text == NOTHING_CHOSEN else text


def _name(number: int, field: Field) -> str:
    return f"q{number:02}_{field.name}"
