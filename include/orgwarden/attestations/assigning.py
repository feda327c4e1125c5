"""Whose question it is: a custodian of the thing that is asked about, in turn, and another one who signs.

Each quarter the next custodian answers, so that all of them take part in time. Who signs is never who answers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orgwarden.asking import Asks, Question
from orgwarden.baseline import Baseline
from orgwarden.model import Period

NOBODY = "nobody is registered whose question it is: {remedy}"
NO_OTHER = "it is about {whose}, and nobody else may answer and sign: {remedy}"
NO_SECOND = "{person} would have to sign their own answer: {remedy}"
NOBODY_CALLED = "nobody is registered who could be called: {remedy}"
REMEDIES: Mapping[Asks, str] = {
    Asks.PASSWORD: "say who keeps the password under custody.password in the baseline",
    Asks.DEVICES: "say who keeps the MFA devices under root.mfa_devices, custody, in the baseline",
    Asks.PHONE: "say who keeps the phone under custody.phone in the baseline",
    Asks.CUSTODIANS: "name the person under people in the baseline",
    Asks.FINANCE: "name whoever approves the finance packs under attestations.finance in the baseline",
    Asks.REVIEWERS: "name the reviewers under attestations.reviewers in the baseline",
    Asks.CALLERS: "name somebody who does not keep that phone under attestations.reviewers in the baseline",
    Asks.OWNER: "name the person under people in the baseline",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A question about one thing, who answers it, and who signs the answer off, empty: nobody has to."""

    question: Question
    about: str
    person: str
    second: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unassigned:
    """A question that nobody can answer, or sign, with the remedy."""

    question: Question
    about: str
    why: str


def assign(
    asked: Iterable[tuple[Question, str]], quarter: Period, baseline: Baseline
) -> Iterator[Assignment | Unassigned]:
    """Give who answers and who signs each question, or why nobody does."""
    for question, about in asked:
        whose = question.facts.whose if question.facts else ""
        able = candidates(question.asks, about, baseline)
        people = [person for person in _in_turn(able, quarter) if person != whose]
        second = _second(question, about, people, quarter, baseline) if question.needs_second else ""
        if people and second is not None:
            yield Assignment(question=question, about=about, person=people[0], second=second)
            continue
        yield Unassigned(question=question, about=about, why=_why(question, able, people, whose))


def candidates(asks: Asks, about: str, baseline: Baseline) -> Sequence[str]:
    """Give the ids of those whose question it is, each once."""
    custody = baseline.custody
    match asks:
        case Asks.PASSWORD:
            found: Iterable[str] = custody.password.people if custody.password else ()
        case Asks.PHONE:
            found = custody.phone.people if custody.phone else ()
        case Asks.DEVICES:
            kept = (device.custody for device in baseline.root.mfa_devices or ())
            found = (person for one in kept if one is not None for person in one.people)
        case Asks.CALLERS:
            found = _callers(about, baseline)
        case Asks.CUSTODIANS | Asks.OWNER:
            found = (about.partition("/")[0],)
        case Asks.FINANCE:
            found = baseline.attestations.finance or ()
        case Asks.REVIEWERS:
            found = baseline.attestations.reviewers or ()
    return _known(found, baseline)


def deputies(person: str, baseline: Baseline) -> Iterator[str]:
    """Give who answers in somebody's place, and in theirs, as far as that leads to somebody new."""
    people, seen = baseline.people or {}, {person}
    while person in people and (deputy := people[person].deputy) and deputy not in seen:
        seen.add(deputy)
        yield deputy
        person = deputy


def _in_turn(people: Sequence[str], quarter: Period) -> Sequence[str]:
    """Give them all, whose turn it is first."""
    first = quarter.ordinal % len(people) if people else 0
    return [*people[first:], *people[:first]]


def phone_keepers(account: str, baseline: Baseline) -> Sequence[str]:
    """Give the ids of those who keep an account's phone: as named for it, else that of the management account's."""
    named = baseline.attestations.called_accounts.get(account)
    return candidates(Asks.PHONE, "", baseline) if named is None else _known(named, baseline)


def _callers(account: str, baseline: Baseline) -> Iterator[str]:
    """Give who may call a phone: reviewers and custodians, but for those who keep it and see the word."""
    others = (Asks.REVIEWERS, Asks.PASSWORD, Asks.DEVICES, Asks.PHONE)
    called = phone_keepers(account, baseline)
    yield from (one for asks in others for one in candidates(asks, "", baseline) if one not in called)


def _known(people: Iterable[str], baseline: Baseline) -> list[str]:
    return [person for person in dict.fromkeys(people) if person in (baseline.people or {})]


def _second(question: Question, about: str, people: Sequence[str], quarter: Period, baseline: Baseline) -> str | None:
    """Give who signs for the first: the next whose turn it is, else a reviewer; None: there is only that one person.

    Whose the thing is does not sign either. A call is signed by whoever is called.
    """
    if question.asks is Asks.CALLERS:
        return next(iter(_in_turn(phone_keepers(about, baseline), quarter)), None)
    whose = question.facts.whose if question.facts else ""
    others = [*people[1:], *candidates(Asks.REVIEWERS, "", baseline)]
    return next((one for one in others if one not in {*people[:1], whose}), None)


def _why(question: Question, able: Sequence[str], people: Sequence[str], whose: str) -> str:
    """Say why nobody is asked, and what to declare."""
    if not able:
        return NOBODY.format(remedy=REMEDIES[question.asks])
    if question.asks is Asks.CALLERS:
        return NOBODY_CALLED.format(remedy=REMEDIES[Asks.PHONE])
    remedy = REMEDIES[Asks.REVIEWERS]
    if whose in able:
        return NO_OTHER.format(whose=whose, remedy=remedy)
    return NO_SECOND.format(person=people[0], remedy=remedy)
