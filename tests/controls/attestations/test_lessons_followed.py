"""What a drill said to change is done, or has an owner and a day that has not passed."""

from dataclasses import replace
from datetime import date

import pytest

from orgwarden.controls.attestations.lessons_followed import DONE, NOT_YET, QUESTION
from orgwarden.parts.attested import ANSWERED, DRILLS, key_of
from orgwarden.population.drills import LESSONS_ASKED
from tests.attested_worlds import answered, attested, drill, lesson
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "attestations.lessons_followed"
NAME = "chen/OPS-2"
PASSED, COMING = date(2026, 11, 20), date(2026, 11, 21)


def world(form=None, *lessons, gaps=None, period="2026-Q4"):
    found = attested({DRILLS: {f"{A}/2026-Q4": drill("anna", "bjorn", lessons=lessons or (lesson(),))}}, gaps)
    rows = dict(found.parts[ANSWERED])
    rows.pop(key_of(CONTROL, NAME), None)
    if form:
        rows[key_of(CONTROL, NAME)] = answered(form, period=period)
    return replace(found, parts={**found.parts, ANSWERED: rows})


def said(*told, **named):
    return verdicts(CONTROL, world(*told, **named))["", NAME]


def test_the_question_is_that_which_the_population_reads():
    assert QUESTION.id == LESSONS_ASKED


def test_before_its_day_an_owner_and_a_day_will_do():
    found = said(None, lesson(by=COMING))
    assert (found.status, found.evidence) == ("PASS", {"ends": "2026-11-21"})


def test_past_its_day_it_deviates_until_somebody_says_that_it_is_done():
    found = said(None, lesson(by=PASSED))
    assert found.status == "FAIL"
    assert found.reason == (
        "what the drill of 2026-Q4 said to change was to be done by 2026-11-20, and nobody said that it is"
    )
    done = said({"state": DONE}, lesson(by=PASSED))
    assert (done.status, done.evidence["answered"]) == ("PASS", "anna on 2026-10-14")


@pytest.mark.parametrize(("by", "status"), [("2026-11-21", "PASS"), ("2026-11-20", "FAIL")])
def test_a_new_day_takes_the_place_of_the_first(by, status):
    assert said({"state": NOT_YET, "by": by}, lesson(by=PASSED)).status == status


def test_what_was_given_up_deviates():
    assert said({"state": "given up"}).reason == "what the drill said to change was given up"


def test_what_was_told_done_in_an_earlier_quarter_is_asked_no_more():
    found = said({"state": DONE}, lesson(period="2026-Q3"), period="2026-Q3")
    assert (found.status, found.reason) == ("NOT_APPLICABLE", "it is done, as was answered in 2026-Q3")


def test_what_a_later_drill_names_again_was_not_done_by_the_answer_of_before():
    assert said({"state": DONE}, lesson(by=PASSED), period="2026-Q3").status == "FAIL"


def test_of_a_lesson_that_two_drills_name_the_last_counts():
    drills = {
        f"{A}/2026-Q3": drill("anna", quarter="2026-Q3", lessons=(lesson(owner="dina", by=PASSED),)),
        f"{A}/2026-Q4": drill("anna", lessons=(lesson(),)),
    }
    assert set(statuses(CONTROL, attested({DRILLS: drills}))) == {("", NAME)}


def test_without_lessons_there_is_nothing_to_follow():
    assert statuses(CONTROL, attested({DRILLS: {f"{A}/2026-Q4": drill("anna", "bjorn")}})) == {}


@pytest.mark.parametrize("part", [ANSWERED, DRILLS], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert "UNKNOWN" in statuses(CONTROL, world(gaps=gap(part))).values()
