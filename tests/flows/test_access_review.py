"""Reviewers decide on what each person has, never on what they have themselves; what has changed is asked again."""

import json
from datetime import date

import pytest

from orgwarden.asking import Facts, put
from orgwarden.attestations.accepting import SIGN
from orgwarden.attestations.assigning import Assignment
from orgwarden.attestations.forms import NOTHING_CHOSEN
from orgwarden.attestations.telling import Asking, assignments_of
from orgwarden.attestations.words import Calls
from orgwarden.baseline import Baseline
from orgwarden.controls.management_account.access_review_current import QUESTION
from orgwarden.flows.access_validation import questions
from tests.flows.test_access_validation import BASELINE, PEOPLE, Q4, Place, here, read

__all__ = ["here", "read"]
CONTROL = QUESTION.id
ACCESS = {id_: {"why": "their work"} for id_ in ("anna", "bjorn", "chen")}
DECLARED = {**BASELINE.model_dump(exclude_unset=True), "management_account": {"access": ACCESS}}
KEPT_BY_ALL = {
    "password": {"place": "safe", "people": ("anna", "chen")},
    "phone": {"place": "desk", "people": ("bjorn",)},
}


def declared(here: Place, **sections) -> None:
    here.baseline = Baseline.model_validate({**DECLARED, **sections})


def numbered(task, about):
    return next(at for at, (id_, of, *_) in enumerate(task["questions"], 1) if (id_, of) == (CONTROL, about))


def decided(task, **about):
    """A form: decisions by kind of access, by person."""
    return {f"q{numbered(task, who):02}_{kind}": text for who, form in about.items() for kind, text in form.items()}


def said(here: Place, user: str, form: dict[str, str]):
    return {**here.said(user), "params_input": form}


def reviewed(here: Place, source="1", **about):
    """Chen, who is called 4 by Airflow, answers, and Dina signs."""
    task = here.open()["chen"]
    signing = here.record(task, said(here, "4", decided(task, **about)), source=source)
    return here.sign(signing, here.said("dina", SIGN), source=source)


def findings(here: Place):
    return {one.subject.resource: one.reason for one in here.findings.open_findings("o-1") if one.control == CONTROL}


def test_a_form_shows_what_each_has_and_decides_nothing_beforehand(here: Place):
    declared(here)
    task = here.open()["chen"]
    fields = [one for one in task["form"] if one["section"].endswith("Anna: their work")]
    assert [(one["title"], one["hint"]) for one in fields] == [("The root user's password", "safe.")]
    assert fields[0]["options"] == (NOTHING_CHOSEN, "keep", "remove", "change")
    assert task["body"].count(QUESTION.text) == 1
    assert "The snapshot is of 2026-" in task["body"]


def test_a_decision_is_recorded_with_what_was_shown_and_what_the_second_person_sees(here: Place):
    declared(here)
    task = here.open()["chen"]
    signing = here.record(task, said(here, "4", decided(task, anna={"password": "keep"})))
    assert "? · Anna**\n- The root user's password: keep (password)" in signing["body"]
    (entry,) = here.attestations.entries("o-1")
    assert entry.entry.form == {"password": "keep", "password.shown": "password"}
    assert here.sign(signing, here.said("dina", SIGN))["refused"] == []
    assert here.review()["answered"] == 1


@pytest.mark.parametrize("decision", [{"password": NOTHING_CHOSEN}, {"phone": "keep"}, {"password": "fine"}])
def test_an_answer_without_a_decision_on_what_they_have_or_with_one_on_what_they_have_not_is_refused(here, decision):
    declared(here)
    task = here.open()["chen"]
    recorded = here.record(task, said(here, "4", decided(task, anna=decision)))
    assert (recorded["answers"], here.attestations.entries("o-1")) == ([], [])
    assert recorded["refused"]


def test_a_part_of_the_decisions_about_somebody_is_refused(here: Place):
    declared(here, custody={**KEPT_BY_ALL, "phone": {"place": "desk", "people": ("anna",)}})
    task = here.open()["chen"]
    recorded = here.record(task, said(here, "4", decided(task, anna={"password": "keep"})))
    assert (recorded["answers"], recorded["refused"][0]) == ([], f"{CONTROL}: The phone: is missing")


def test_what_is_to_be_removed_is_a_finding_and_asked_again_only_by_another_run_for_the_quarter(here: Place):
    declared(here)
    assert reviewed(here, anna={"password": "remove"}, bjorn={"phone": "keep"})["refused"] == []
    here.review()
    assert findings(here) == {"anna": "it was decided that they lose the root user's password, and they still have it"}
    again = here.open()["chen"]
    assert [about for id_, about, *_ in again["questions"] if id_ == CONTROL] == ["anna"]
    assert reviewed(here, source="2", anna={"password": "keep"})["refused"] == []
    here.review()
    assert CONTROL not in {id_ for id_, *_ in here.open()["chen"]["questions"]}


def test_what_somebody_gained_since_is_a_finding_and_asked_about(here: Place):
    declared(here)
    reviewed(here, anna={"password": "keep"}, bjorn={"phone": "keep"})
    here.review()
    assert findings(here) == {}
    declared(here, custody={**KEPT_BY_ALL, "phone": {"place": "desk", "people": ("bjorn", "anna")}})
    here.review()
    assert findings(here)["anna"] == "The phone: nobody has decided on desk"
    assert "anna" in {about for id_, about, *_ in here.open()["chen"]["questions"] if id_ == CONTROL}


def test_a_reviewer_neither_answers_nor_signs_about_themselves(here: Place):
    people = {**PEOPLE, "dina": {"name": "Dina", "deputy": "chen"}, "eli": {"name": "Eli"}}
    declared(here, people=people, custody=KEPT_BY_ALL, attestations={"reviewers": ("chen", "eli", "dina")})
    tasks = here.open()
    (mine,) = [name for name, task in tasks.items() if [CONTROL, "chen"] in [one[:2] for one in task["questions"]]]
    task = tasks[mine]
    assert (mine, "chen" in task["may_answer"]) == ("dina", True)
    own = here.record(task, said(here, "4", decided(task, chen={"password": "keep"})))
    assert own["answers"] == []
    assert f"{CONTROL}: nobody answers about themselves" in own["refused"][0]
    form = decided(task, chen={"password": "keep"})
    signing = here.record(task, said(here, "dina", form), source="2")
    assert signing["may_answer"][-1] == "chen"
    refused = here.sign(signing, here.said("4", SIGN))
    assert (refused["signed"], refused["others"]) == ([], ["eli"])
    assert here.sign(signing, here.said("eli", SIGN), source="2")["refused"] == []


def test_what_one_may_not_sign_another_signs_and_nothing_is_signed_twice(here: Place):
    people = {**PEOPLE, "eli": {"name": "Eli"}}
    declared(here, people=people, custody=KEPT_BY_ALL, attestations={"reviewers": ("chen", "dina", "eli")})
    (task,) = [one for one in here.open().values() if len([q for q in one["questions"] if q[0] == CONTROL]) > 1]
    everybody = {who: {"phone" if who == "bjorn" else "password": "keep"} for who in ("anna", "bjorn", "chen")}
    signing = here.record(task, said(here, task["users"][0]["id"], decided(task, **everybody)))
    assert signing["may_answer"] == ["dina", "chen"]
    first = here.sign(signing, here.said("4", SIGN), source="1")
    assert (len(first["signed"]), len(first["refused"])) == (2, 1)
    second = here.sign(signing, here.said("dina", SIGN), source="2")
    assert (len(second["signed"]), second["refused"]) == (1, [])


def test_where_a_reviewer_is_the_only_one_who_could_sign_about_themselves_the_remedy_is_told(here: Place, caplog):
    declared(here, custody=KEPT_BY_ALL)
    here.open()
    assert "it is about chen, and nobody else may answer and sign: name the reviewers" in caplog.text


def test_whoever_has_nothing_any_more_is_not_counted_as_asked(here: Place):
    declared(here)
    here.open()
    asked = here.review()["asked"]
    declared(here, custody={"password": KEPT_BY_ALL["password"]})
    assert here.review()["asked"] < asked


def test_a_form_for_forty_people_is_some_kilobytes():
    told = {
        "console": {"Administrator": "Administrator through group platform"},
        "phone": {"phone": "desk of operations"},
    }
    asked = [
        Assignment(
            question=put(QUESTION, Facts(name=f"Somebody {n}", told=told)), about=f"p{n}", person="anna", second="bjorn"
        )
        for n in range(40)
    ]
    baseline = Baseline.model_validate(DECLARED)
    calls = Calls(key=b"key", quarter=Q4)
    asking = Asking(organization="o-1", quarter=Q4, due=date(2026, 10, 31), baseline=baseline, calls=calls)
    task = json.loads(json.dumps(asking.task("anna", asked)))
    assert len(json.dumps(task)) < 40_000
    back = assignments_of(task, questions())
    assert [[field.name for field in one.question.fields] for one in back] == [["console", "phone"]] * 40
