"""Each question that people are asked is judged alike: by its options, by its day, and where nobody could be heard."""

from datetime import date

import pytest

from orgwarden.controls import arriving
from orgwarden.engine import evaluate
from orgwarden.parts.attested import ANSWERED, ASKED
from orgwarden.population import Arrival
from orgwarden.tickets.draft import SHOWN
from tests.attested_worlds import answered, attested, sound_form
from tests.worlds import gap

CONTROLS = {control.id: control for control in arriving(Arrival.ATTESTATION) if control.question}
FAULTS = [
    (control.id, field.name, option)
    for control in CONTROLS.values()
    for field in control.question.fields
    for option, fault in field.options.items()
    if fault
]


def said(control, parts=None, gaps=None):
    return list(evaluate([CONTROLS[control]], attested(parts, gaps)))


def rows(control, **changed):
    keys = [key for key in attested().parts[ANSWERED] if key.startswith(f"{control}/")]
    form = changed.pop("form", sound_form(CONTROLS[control].question))
    return {ANSWERED: {key: answered(form, **changed) for key in keys}}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_question_bears_the_id_of_its_control_and_asks_what_can_be_answered(control):
    question = CONTROLS[control].question
    assert question.id == control
    assert question.text.endswith("?")
    assert len({field.name for field in question.fields}) == len(question.fields)
    assert all(field.options for field in question.fields if field.kind == "choice")
    assert any(option for field in question.fields for option in field.options.values()), "no answer is wrong"


@pytest.mark.parametrize("control", CONTROLS)
def test_a_sound_answer_passes(control):
    found = said(control)
    assert found
    assert {one.status.value for one in found} == {"PASS"}


@pytest.mark.parametrize(("control", "field", "option"), FAULTS)
def test_an_answer_against_the_practice_deviates_and_says_why(control, field, option):
    form = {**sound_form(CONTROLS[control].question), field: option}
    found = said(control, rows(control, form=form))
    fault = next(one.options[option] for one in CONTROLS[control].question.fields if one.name == field)
    assert {one.status.value for one in found} == {"FAIL"}
    assert {one.reason for one in found} == {fault}
    assert {key for one in found for key in one.evidence} <= SHOWN


@pytest.mark.parametrize("control", CONTROLS)
def test_an_answer_that_ended_deviates_with_the_day(control):
    found = said(control, rows(control, until=date(2026, 11, 20)))
    assert {(one.status.value, one.reason) for one in found} == {("FAIL", "nobody answered by 2026-11-20")}
    assert {key for one in found for key in one.evidence} <= SHOWN


@pytest.mark.parametrize("part", [ANSWERED, ASKED], ids=lambda part: part.name)
@pytest.mark.parametrize("control", CONTROLS)
def test_what_could_not_be_read_is_unknown(control, part):
    found = said(control, rows(control, until=date(2026, 11, 20)) if part is ANSWERED else None, gap(part))
    assert {one.status.value for one in found} <= ({"UNKNOWN"} if part is ANSWERED else {"PASS"})
