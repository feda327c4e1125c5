"""What is shown is what is taken: a form that was filled in as it was shown comes back as the answers it holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.asking import Asks, Facts, Field, Kind, Question, put
from orgwarden.attestations.assigning import Assignment
from orgwarden.attestations.forms import NOTHING_CHOSEN, fields_of, taken_of, unasked
from orgwarden.attestations.words import Calls, choices, word
from orgwarden.model import Period

TODAY = date(2026, 11, 21)
PEOPLE = {"anna": "Anna Berg", "bjorn": "Bjorn Dahl", "chen": "Chen Li"}
DRILL = Question(
    id="root.drill",
    asks=Asks.PASSWORD,
    text="Did it work?",
    evidence="the log",
    fields=(
        Field(name="outcome", title="Outcome", options={"worked": "", "failed": "it failed"}),
        Field(name="who", title="Who", kind=Kind.PEOPLE, needs=2),
        Field(name="day", title="Day", kind=Kind.DAY),
        Field(name="ticket", title="Record", kind=Kind.REFERENCE, only_if=("outcome", frozenset({"failed"}))),
    ),
)
SIMPLE = Question(
    id="root.simple",
    asks=Asks.PHONE,
    text="Is it so?",
    evidence="",
    fields=(Field(name="so", title="So", options={"yes": ""}),),
)
MINE = [Assignment(question=DRILL, about="", person="anna", second="bjorn"),
        Assignment(question=SIMPLE, about="111111111111", person="anna", second="bjorn")]  # fmt: skip


def taken(given):
    return {one.assignment.question.id: one for one in taken_of(given, MINE, PEOPLE, today=TODAY)}


def test_each_question_has_a_section_and_each_field_a_name_of_its_own():
    shown = fields_of(MINE, PEOPLE)
    assert len({one.name for one in shown}) == len(shown)
    assert {one.section for one in shown} == {"1. Did it work?", "2. Is it so? · 111111111111"}
    assert shown[0].options == (NOTHING_CHOSEN, "worked", "failed")
    assert next(one for one in shown if one.title == "Record").hint.startswith("Only with: failed. The number of")


def test_what_was_filled_in_is_taken_by_question():
    found = taken(
        {"q01_outcome": "worked", "q01_who_1": "anna", "q01_who_3": "chen", "q01_day": " 2026-11-03 ", "q02_so": "yes"}
    )
    assert found["root.drill"].form == {"outcome": "worked", "who": "anna, chen", "day": "2026-11-03"}
    assert found["root.simple"].form == {"so": "yes"}
    assert not any(one.problems for one in found.values())


def test_a_question_that_was_left_alone_was_not_answered_and_one_that_was_begun_is_incomplete():
    assert taken({"q01_outcome": NOTHING_CHOSEN, "q01_who_1": "", "q02_so": None}) == {}
    assert taken({"q01_outcome": "worked"})["root.drill"].problems == ("Who: is missing", "Day: is missing")


def test_one_person_named_twice_is_one():
    assert taken({"q01_who_1": "anna", "q01_who_2": "anna"})["root.drill"].form["who"] == "anna"


def test_what_nobody_asked_for_is_counted():
    assert unasked({"q01_outcome": "worked", "phone": "1", "q03_x": "2"}, MINE, PEOPLE) == 2


KEY, Q4, ACCOUNT = b"key", Period("2026-Q4"), "222222222222"
CALL = Question(
    id="contacts.call",
    asks=Asks.CALLERS,
    text="Did you call?",
    evidence="",
    fields=(Field(name="word", title="Word", kind=Kind.WORD, options={"right": "", "another": "it was another"}),),
)
CALLED = [Assignment(question=CALL, about=ACCOUNT, person="anna", second="bjorn")]
CALLS = Calls(key=KEY, quarter=Q4)


def heard(picked, calls=CALLS):
    (found,) = taken_of({"q01_word": picked}, CALLED, PEOPLE, today=TODAY, calls=calls)
    return found


def test_the_words_of_a_call_are_shown_and_whether_it_was_the_right_one_is_taken():
    (shown,) = fields_of(CALLED, PEOPLE, CALLS)
    right = word(KEY, Q4, ACCOUNT)
    assert shown.options == (NOTHING_CHOSEN, *choices(KEY, Q4, ACCOUNT))
    assert {one: heard(one).form["word"] for one in choices(KEY, Q4, ACCOUNT)} == {
        one: "right" if one == right else "another" for one in choices(KEY, Q4, ACCOUNT)
    }
    assert heard(right).problems == ()


@pytest.mark.parametrize("calls", [CALLS, None])
@pytest.mark.parametrize("picked", ["right", "another", "no such word", "+47 938 51 274"])
def test_what_is_no_word_of_the_list_is_none_whatever_it_is(picked, calls):
    found = heard(picked, calls)
    assert found.problems == ("Word: choose one of the words of the list",)
    assert picked not in found.form.values()


@given(st.binary(min_size=1, max_size=8), st.integers(1, 4), st.integers(0, 5), st.sampled_from(["1", "2"]))
def test_the_word_is_never_in_what_was_taken(key, quarter, at, account):
    calls = Calls(key=key, quarter=Period(f"2026-Q{quarter}"))
    mine = [Assignment(question=CALL, about=account * 12, person="anna", second="bjorn")]
    picked = calls.choices(account * 12)[at]
    (found,) = taken_of({"q01_word": picked}, mine, PEOPLE, today=TODAY, calls=calls)
    assert found.form == {"word": "right" if picked == calls.word(account * 12) else "another"}
    assert key.hex() not in repr(calls)
    assert repr(key) not in repr(calls)


def test_no_more_people_are_asked_for_than_may_be_named():
    sole = Question(
        id="root.sole", asks=Asks.PHONE, text="Who?", evidence="",
        fields=(Field(name="who", title="Who", kind=Kind.PEOPLE, most=1),),
    )  # fmt: skip
    mine = [Assignment(question=sole, about="", person="anna", second="bjorn")]
    assert [shown.name for shown in fields_of(mine, PEOPLE)] == ["q01_who_1"]


@given(
    st.dictionaries(
        st.sampled_from([one.name for one in fields_of(MINE, PEOPLE)]),
        st.sampled_from([None, 7, "", "worked", "anna", "zoe", "2026-10-14", "+47 938 51 274", NOTHING_CHOSEN]),
    )
)
def test_whatever_comes_back_nothing_breaks_and_nothing_unchecked_is_taken(given):
    for one in taken(given).values():
        for field in one.assignment.question.fields:
            if not one.problems and field.kind is Kind.CHOICE and field.name in one.form:
                assert one.form[field.name] in field.options


REVIEW = Question(
    id="root.review",
    asks=Asks.REVIEWERS,
    text="Does it stay?",
    evidence="",
    fields=tuple(Field(name=name, title=name.title(), options={"keep": "", "remove": "still there"})
                 for name in ("console", "mail")),
)  # fmt: skip
ABOUT = put(REVIEW, Facts(name="Anna: her work", told={"console": {"reader": "Reader through group x"}, "mail": {}}))


def test_what_is_known_stands_beside_its_field_and_what_is_not_there_is_not_asked():
    (shown,) = fields_of([Assignment(question=ABOUT, about="anna", person="chen", second="dina")], PEOPLE)
    assert (shown.section, shown.title, shown.hint) == (
        "1. Anna: her work",
        "Console",
        "Reader through group x.",
    )
    assert shown.options == (NOTHING_CHOSEN, "keep", "remove")


def test_a_decision_is_taken_with_what_was_shown():
    mine = [Assignment(question=ABOUT, about="anna", person="chen", second="dina")]
    (one,) = taken_of({"q01_console": "keep"}, mine, PEOPLE, today=TODAY)
    assert (one.form, one.problems) == ({"console": "keep", "console.shown": "reader"}, ())
    assert taken_of({"q01_console": NOTHING_CHOSEN}, mine, PEOPLE, today=TODAY) == []
    assert unasked({"q01_mail": "keep"}, mine, PEOPLE) == 1
