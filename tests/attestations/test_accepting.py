"""An answer is that of a known person who was asked; what nobody gave, or somebody else, counts for nothing."""

from datetime import UTC, date, datetime

import pytest

from orgwarden.attestations.accepting import ANSWER, KEEPS_THE_PHONE, NO_ANSWER, heard, person_of, response_of
from orgwarden.baseline import Baseline
from tests.attestations.test_forms import ACCOUNT, CALLED, CALLS, MINE

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE = {"anna": {"name": "Anna"}, "bjorn": {"name": "Bjorn", "sign_in": "4"}, "chen": {"name": "Chen"}}
BASELINE = Baseline.model_validate({"people": PEOPLE})
FORM = {"q02_so": "yes"}


def said(option=ANSWER, form=FORM, at=AT, user="anna"):
    by = {"id": user, "name": "whatever"} if user else None
    return {"chosen_options": [option], "params_input": form, "responded_at": at, "responded_by_user": by}


def result(told, allowed=("anna",), baseline=BASELINE):
    return heard(response_of(told), MINE, allowed, baseline, today=TODAY)


def test_the_answer_of_whoever_was_asked_is_taken():
    found = result(said())
    assert (found.person, [one.assignment.question.id for one in found.taken], found.refused) == (
        "anna",
        ["root.simple"],
        (),
    )
    assert result(said(at=AT.isoformat())) == found


def test_a_person_is_known_by_the_sign_in_of_the_register():
    assert result(said(user="4"), ("bjorn",)).person == "bjorn"
    assert result(said(user="bjorn"), ("bjorn",)).person == ""


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        "success",
        said(user=None),
        said(user="zoe"),
        said(user="chen"),
        said(option=NO_ANSWER),
        said(option="anything"),
        said(at=None),
        {**said(), "chosen_options": [ANSWER, NO_ANSWER]},
        {**said(), "chosen_options": []},
        {**said(), "responded_by_user": "anna"},
    ],
)
def test_what_nobody_gave_or_somebody_else_counts_for_nothing(told):
    found = result(told)
    assert (found.person, found.taken) == ("", ())
    assert found.refused


def test_an_incomplete_answer_is_refused_and_a_whole_one_beside_it_taken():
    found = result(said(form={**FORM, "q01_outcome": "worked", "note": "call +47 22 00 00 00"}))
    assert [one.assignment.question.id for one in found.taken] == ["root.simple"]
    assert found.refused == (
        "root.drill: Who: is missing",
        "root.drill: Day: is missing",
        "1 field more than was asked for",
    )


def test_a_sign_in_of_two_people_is_nobodys():
    shared = Baseline.model_validate({"people": {**PEOPLE, "dina": {"name": "Dina", "sign_in": "4"}}})
    assert (person_of("4", shared), person_of("", shared), person_of("anna", shared)) == ("", "", "anna")


@pytest.mark.parametrize(("user", "refused"), [("anna", ()), ("bjorn", (f"contacts.call: {KEEPS_THE_PHONE}",))])
def test_whoever_keeps_the_phone_does_not_answer_for_whoever_called(user, refused):
    keepers = {"attestations": {"called_accounts": {ACCOUNT: ("bjorn",)}}}
    people = {"people": {id_: {"name": id_} for id_ in PEOPLE}}
    told = response_of(said(form={"q01_word": CALLS.word(ACCOUNT)}, user=user))
    declared = Baseline.model_validate({**people, **keepers})
    found = heard(told, CALLED, ("anna", "bjorn"), declared, today=TODAY, calls=CALLS)
    assert (bool(found.taken), found.refused) == (not refused, refused)
