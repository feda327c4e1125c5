"""A form is checked to the last field; an answer counts until the next is due, and what is overdue deviates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.asking import (
    LONGEST,
    NEVER_ASKED,
    Asks,
    Facts,
    Field,
    Kind,
    Question,
    answer_of,
    attested,
    lasts,
    problems,
    put,
    shown_with,
    unsettled,
)
from orgwarden.model import Deviation, Pass, Unseen, World
from orgwarden.parts.attested import ANSWERED, ASKED, Answered, Asked

TODAY = date(2026, 11, 21)
PEOPLE = {"anna": object(), "bjorn": object()}
QUESTION = Question(
    id="root.drill",
    asks=Asks.PASSWORD,
    text="Did it work?",
    evidence="the log",
    fields=(
        Field(name="outcome", title="Outcome", options={"worked": "", "failed": "the sign-in failed"}),
        Field(name="who", title="Who took part", kind=Kind.PEOPLE, needs=2),
        Field(name="day", title="Day", kind=Kind.DAY),
        Field(name="ticket", title="Record", kind=Kind.REFERENCE, only_if=("outcome", frozenset({"failed"}))),
    ),
)
GOOD = {"outcome": "worked", "who": "anna, bjorn", "day": "2026-11-03"}


def wrong(**changed):
    form = {name: text for name, text in {**GOOD, **changed}.items() if text is not None}
    return list(problems(QUESTION, form, people=PEOPLE, today=TODAY))


def test_a_form_that_is_whole_has_no_problem():
    assert wrong() == wrong(outcome="failed", ticket="OPS-17") == wrong(day=str(TODAY)) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"outcome": None}, "Outcome: is missing"),
        ({"outcome": " "}, "Outcome: is missing"),
        ({"outcome": "fine"}, "Outcome: choose one of worked, failed"),
        ({"who": "anna"}, "Who took part: name at least 2 people"),
        ({"who": "anna, anna"}, "Who took part: name at least 2 people"),
        ({"who": "anna, zoe"}, "Who took part: name people of the register, by their ids"),
        ({"day": "3.11.2026"}, "Day: write a day such as 2026-11-21"),
        ({"day": "2026-11-22"}, "Day: is still to come"),
        ({"outcome": "failed"}, "Record: is missing"),
        ({"outcome": "failed", "ticket": "+47 22 00 00 00"}, "Record: write the number of a record, such as OPS-123"),
        ({"outcome": "failed", "ticket": "call-4722000000"}, "Record: write the number of a record, such as OPS-123"),
        ({"ticket": "OPS-17"}, "Record: left out, for it does not go with the rest"),
        ({"more": "x"}, "more: nobody asked for it"),
    ],
)
def test_what_is_wrong_is_told_by_field(changed, why):
    assert wrong(**changed) == [why]


@given(st.text(st.characters(codec="ascii"), min_size=1), st.sampled_from(["outcome", "who", "day", "ticket"]))
def test_no_value_is_ever_repeated(text, name):
    said = " ".join(wrong(**{"outcome": "failed", name: f"<{text}>"}))
    assert f"<{text}>" not in said


WHEN = Question(
    id="root.when",
    asks=Asks.PASSWORD,
    text="When?",
    evidence="",
    fields=(
        Field(name="since", title="From", kind=Kind.TIME),
        Field(name="until", title="To", kind=Kind.TIME, after="since"),
        Field(name="by", title="By", kind=Kind.DAY_TO_COME),
        Field(name="whose", title="Whose", kind=Kind.PEOPLE, most=1),
        Field(name="word", title="Word", kind=Kind.WORD, options={"right": "", "another": "it was another"}),
    ),
)
THEN = {"since": "23:30", "until": "00:30", "by": "2026-11-22", "whose": "anna", "word": "right"}


def wrong_then(**changed):
    return list(problems(WHEN, {**THEN, **changed}, people=PEOPLE, today=TODAY))


def test_a_window_may_pass_midnight_and_a_day_to_come_is_not_today():
    assert wrong_then() == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"since": "9:30"}, "From: write a time (UTC) such as 14:05"),
        ({"since": "24:00"}, "From: write a time (UTC) such as 14:05"),
        ({"until": "00:30:00"}, "To: write a time (UTC) such as 14:05"),
        ({"until": "٠٠:٣٠"}, "To: write a time (UTC) such as 14:05"),
        ({"until": "23:30"}, "To: is not within 6 hours after the beginning"),
        ({"until": "23:29"}, "To: is not within 6 hours after the beginning"),
        ({"until": "05:31"}, "To: is not within 6 hours after the beginning"),
        ({"by": "2026-11-21"}, "By: is not to come any more"),
        ({"by": "soon"}, "By: write a day such as 2026-11-21"),
        ({"whose": "anna, bjorn"}, "Whose: name at most 1"),
        ({"word": "copper"}, "Word: choose one of the words of the list"),
    ],
)
def test_what_is_wrong_with_times_days_to_come_and_words_is_told(changed, why):
    assert wrong_then(**changed) == [why]


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_a_window_lasts_from_a_minute_to_six_hours(since, until):
    first, last = (f"{minute // 60:02}:{minute % 60:02}" for minute in (since, until))
    minutes = next(n for n in range(1440) if (since + n) % 1440 == until)
    assert lasts(first, last) == timedelta(minutes=minutes)
    assert (wrong_then(since=first, until=last) == []) == (0 < minutes <= LONGEST.seconds // 60)


@given(st.text(st.characters(categories=["Nd", "Lu"], include_characters=":-+. "), max_size=6))
def test_only_an_hour_and_a_minute_are_a_time(text):
    hour, colon, minute = text[:2], text[2:3], text[3:]
    is_time = text.isascii() and colon == ":" and hour.isdigit() and minute.isdigit() and len(hour + minute) == 4
    is_time = is_time and int(hour) < 24 and int(minute) < 60
    assert ("From" not in " ".join(wrong_then(since=text))) == bool(is_time)


def world(answered=None, asked=None, gaps=None):
    parts = {
        ANSWERED: {"root.drill/": answered} if answered else {},
        ASKED: {"root.drill/": asked} if asked else {},
    }
    return World(organization="o-1", management="1", today=TODAY, parts=parts, gaps=gaps or {})


def answer(until=TODAY, form=GOOD):
    return Answered(period="2026-Q3", by="anna", on=date(2026, 7, 3), signed_by="bjorn", form=form, until=until)


def asked(due=TODAY):
    return Asked(first="2026-Q4", first_due=due, last="2026-Q4", last_due=due, person="anna")


def test_an_answer_counts_through_the_day_on_which_the_next_is_due():
    said = attested(QUESTION, "", world(answer()))
    assert said == Pass({"answered": "anna on 2026-07-03", "signed_by": "bjorn", "period": "2026-Q3"})
    late = attested(QUESTION, "", world(answer(TODAY - timedelta(days=1)), asked()))
    assert late == Deviation("nobody answered by 2026-11-20", {"asked": "anna", "since": "2026-11-20"})


def test_an_answer_against_the_practice_deviates():
    said = attested(QUESTION, "", world(answer(form={**GOOD, "outcome": "failed"})))
    assert isinstance(said, Deviation)
    assert (said.reason, said.evidence["wrong"]) == ("the sign-in failed", ("the sign-in failed",))


def test_while_there_is_time_to_answer_it_is_unknown_with_the_day_and_afterwards_it_deviates():
    with pytest.raises(Unseen) as told:
        answer_of(QUESTION, "", world(asked=asked()))
    assert told.value.cause == "asked, due 2026-11-21"
    late = answer_of(QUESTION, "", world(asked=asked(TODAY - timedelta(days=1))))
    assert isinstance(late, Deviation)


def test_what_nobody_was_asked_is_unknown():
    with pytest.raises(Unseen, match=NEVER_ASKED.partition(":")[0]):
        answer_of(QUESTION, "", world())


@pytest.mark.parametrize("part", [ANSWERED, ASKED], ids=lambda part: part.name)
def test_what_could_not_be_read_may_have_been_an_answer(part):
    with pytest.raises(Unseen, match="the database is away"):
        answer_of(QUESTION, "", world(gaps={(part.name, "*"): "the database is away"}))


def test_why_nobody_can_be_asked_is_told_of_that_question_alone():
    for about, cause in (("", "name a reviewer"), ("222222222222", "nobody was asked yet")):
        with pytest.raises(Unseen, match=cause):
            answer_of(QUESTION, about, world(gaps={(ASKED.name, "root.drill/"): "name a reviewer"}))


def test_an_answer_about_something_else_is_none():
    with pytest.raises(Unseen):
        answer_of(QUESTION, "222222222222", world(answer()))


REVIEW = Question(
    id="root.review",
    asks=Asks.REVIEWERS,
    text="Does it stay?",
    evidence="",
    fields=(
        Field(name="console", title="Console", options={"keep": "", "remove": "console is still there"}),
        Field(name="mail", title="Mail", options={"keep": "", "remove": "mail is still there"}),
    ),
)
THINGS = ("reader", "writer", "device of the bank")


def about(**told):
    found = {name: {thing: thing.title() for thing in things} for name, things in told.items()}
    return put(REVIEW, Facts(name="Anna", told=found))


def test_only_that_of_which_something_is_known_is_asked():
    assert [one.name for one in about(mail=("mailbox",), console=()).fields] == ["mail"]
    assert list(problems(about(mail=("mailbox",)), {"console": "keep"}, people=PEOPLE, today=TODAY)) == [
        "console: nobody asked for it",
        "Mail: is missing",
    ]


def test_what_came_since_or_was_decided_against_is_left_open():
    form = shown_with(about(console=("reader",), mail=("mailbox",)), {"console": "keep", "mail": "remove"})
    now = about(console=("reader", "writer"), mail=("mailbox",))
    assert list(unsettled(now, form)) == ["Console: nobody has decided on Writer", "mail is still there"]
    assert list(unsettled(about(console=("reader",)), form)) == []
    assert "Console: nobody has decided on Reader, Writer" in unsettled(now, {"console": "keep", "mail": "keep"})


@given(st.sets(st.sampled_from(THINGS)), st.sets(st.sampled_from(THINGS)), st.sampled_from(["keep", "remove"]))
def test_nothing_is_settled_but_what_was_shown_and_is_kept(shown, there, decision):
    form = shown_with(about(console=sorted(shown)), {"console": decision}) if shown else {}
    open_ = list(unsettled(about(console=sorted(there)), form))
    assert bool(open_) == (bool(there) and (not there <= shown or decision == "remove"))
