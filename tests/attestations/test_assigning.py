"""Each custodian's turn comes, who signs never answered, and where nobody can the remedy is told."""

import pytest

from orgwarden.asking import Asks, Facts, Question, put
from orgwarden.attestations.assigning import Assignment, Unassigned, assign, candidates, deputies, phone_keepers
from orgwarden.attestations.quarters import after
from orgwarden.baseline import Baseline
from orgwarden.model import Period

PEOPLE = {id_: {"name": id_.title()} for id_ in ("anna", "bjorn", "chen", "dina")}
Q4 = Period("2026-Q4")


def baseline(password=("anna", "bjorn"), reviewers=("chen",), people=PEOPLE, **more):
    custody = {"password": {"place": "safe", "people": password}} if password else {}
    attestations = {"reviewers": reviewers} if reviewers else {}
    return Baseline.model_validate({"people": people, "custody": custody, "attestations": attestations, **more})


def question(asks=Asks.PASSWORD, *, needs_second=True):
    return Question(id="root.x", asks=asks, text="", evidence="", fields=(), needs_second=needs_second)


def assigned(asked=None, declared=None, quarter=Q4):
    (found,) = assign([(asked or question(), "a")], quarter, declared or baseline())
    return found


def test_all_custodians_take_their_turn_and_the_next_one_signs():
    quarters = [Q4]
    for _ in range(2):
        quarters.append(after(quarters[-1]))
    found = [assigned(declared=baseline(("anna", "bjorn", "dina")), quarter=one) for one in quarters]
    assert {one.person for one in found} == {"anna", "bjorn", "dina"}
    assert all(isinstance(one, Assignment) and one.second != one.person for one in found)
    assert {one.second for one in found} == {"anna", "bjorn", "dina"}


def test_a_sole_custodian_is_signed_for_by_a_reviewer():
    assert (assigned(declared=baseline(("anna",))).person, assigned(declared=baseline(("anna",))).second) == (
        "anna",
        "chen",
    )


@pytest.mark.parametrize("reviewers", [None, ("anna",)])
def test_where_nobody_else_can_sign_it_is_told(reviewers):
    found = assigned(declared=baseline(("anna",), reviewers))
    assert isinstance(found, Unassigned)
    assert found.why.startswith("anna would have to sign their own answer: name the reviewers")


def test_what_needs_no_second_person_has_none():
    found = assigned(question(needs_second=False), baseline(("anna",), None))
    assert (found.person, found.second) == ("anna", "")


@pytest.mark.parametrize("asks", Asks)
def test_where_nobody_is_registered_the_remedy_is_told(asks):
    found = assigned(question(asks), Baseline())
    assert isinstance(found, Unassigned)
    assert "in the baseline" in found.why


def test_each_kind_of_question_goes_to_those_who_keep_the_thing():
    declared = baseline(
        root={
            "mfa_devices": (
                {"kind": "fido2", "name": "one", "custody": {"place": "bank", "people": ("chen", "anna")}},
                {"kind": "fido2", "name": "other", "custody": {"place": "bank", "people": ("anna", "dina")}},
                {"kind": "fido2", "name": "third"},
            )
        },
    )
    assert candidates(Asks.DEVICES, "", declared) == ["chen", "anna", "dina"]
    assert candidates(Asks.CUSTODIANS, "bjorn/password", declared) == ["bjorn"]
    assert candidates(Asks.REVIEWERS, "", declared) == ["chen"]
    assert candidates(Asks.PHONE, "", declared) == []


def test_deputies_follow_on_each_other_and_end_where_they_come_round():
    people = {**PEOPLE, "anna": {"name": "A", "deputy": "bjorn"}, "bjorn": {"name": "B", "deputy": "chen"}}
    people["chen"] = {"name": "C", "deputy": "anna"}
    declared = baseline(people=people)
    assert list(deputies("anna", declared)) == ["bjorn", "chen"]
    assert list(deputies("dina", declared)) == list(deputies("zoe", declared)) == []


def about(whose, asks=Asks.REVIEWERS):
    return put(question(asks), Facts(name="", told={}, whose=whose))


@pytest.mark.parametrize(
    ("whose", "person", "second"), [("", "dina", "anna"), ("bjorn", "dina", "anna"), ("dina", "anna", "chen"),
                                    ("anna", "dina", "chen")]
)  # fmt: skip
def test_whoever_it_is_about_neither_answers_nor_signs_and_the_turn_goes_on(whose, person, second):
    found = assigned(about(whose), baseline(reviewers=("anna", "chen", "dina")))
    assert (found.person, found.second) == (person, second)


@pytest.mark.parametrize("reviewers", [("anna",), ("anna", "bjorn")])
def test_where_only_they_could_answer_or_sign_the_remedy_is_told(reviewers):
    found = assigned(about("anna"), baseline(reviewers=reviewers))
    assert isinstance(found, Unassigned)
    assert found.why.startswith("it is about anna, and nobody else may answer and sign: name the reviewers under")


PHONE = {"place": "desk", "people": ("dina", "bjorn")}


def called(**attestations):
    return Baseline.model_validate(
        {
            "people": PEOPLE,
            "custody": {"password": {"place": "safe", "people": ("anna", "bjorn")}, "phone": PHONE},
            "attestations": {"reviewers": ("chen", "dina"), **attestations},
        }
    )


def test_whoever_calls_does_not_keep_the_phone_and_whoever_is_called_signs():
    calls, quarter = [], Q4
    for _ in range(4):
        calls.append(assigned(question(Asks.CALLERS), called(), quarter))
        quarter = after(quarter)
    assert {one.person for one in calls} == {"chen", "anna"}
    assert {one.second for one in calls} == {"dina", "bjorn"}


def test_the_phone_of_another_account_is_kept_by_those_who_are_named_for_it():
    declared = called(called_accounts={"222222222222": ("anna",)})
    assert phone_keepers("222222222222", declared) == ["anna"]
    assert phone_keepers("111111111111", declared) == ["dina", "bjorn"]
    assert candidates(Asks.CALLERS, "222222222222", declared) == ["chen", "dina", "bjorn"]


def test_a_phone_that_nobody_keeps_or_that_all_keep_is_called_by_nobody():
    nobody = assigned(question(Asks.CALLERS), baseline())
    assert nobody.why == (
        "nobody is registered who could be called: say who keeps the phone under custody.phone in the baseline"
    )
    all_of_them = called(called_accounts={"222222222222": tuple(PEOPLE)})
    (everybody,) = assign([(question(Asks.CALLERS), "222222222222")], Q4, all_of_them)
    assert "name somebody who does not keep that phone" in everybody.why


def test_a_lesson_is_asked_of_its_owner_and_signed_by_a_reviewer():
    (found,) = assign([(question(Asks.OWNER), "bjorn/OPS-1")], Q4, baseline())
    assert (found.person, found.second) == ("bjorn", "chen")
