"""People are asked in turn, what counts is what is recorded, and an answer settles what was overdue."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden.attestations.accepting import ANSWER, KEEPS_THE_PHONE, NO_ANSWER, NOT_ME, REFUSE, SIGN
from orgwarden.attestations.records import AttestationStore
from orgwarden.attestations.words import choices, word
from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.flows import accepting, contact_review, management_account_review, organization_review
from orgwarden.flows import access_validation as flow
from orgwarden.flows.attested import declared_uses, questions
from orgwarden.model import Period
from orgwarden.parts.attested import ROOT_USES
from orgwarden.store import FileStore
from tests.attested_worlds import sound_form
from tests.flows.test_organization_inventory import VEIL, A, opened, sealed, swept

Q4 = Period("2026-Q4")
BEGAN = datetime(2026, 10, 1, 7, tzinfo=UTC)
DUE = datetime(2026, 10, 31, 7, tzinfo=UTC)
PEOPLE = {
    "anna": {"name": "Anna", "deputy": "dina"},
    "bjorn": {"name": "Bjorn"},
    "chen": {"name": "Chen", "sign_in": "4"},
    "dina": {"name": "Dina"},
}
BASELINE = Baseline.model_validate(
    {
        "people": PEOPLE,
        "custody": {
            "password": {"place": "safe", "people": ("anna",)},
            "phone": {"place": "desk", "people": ("bjorn",)},
        },
        "attestations": {"reviewers": ("chen", "dina")},
    }
)
PASSWORD = {
    "strength": "long, random and used nowhere else",
    "rotation": "on suspicion only",
    "kept": "on paper, whole or in pieces",
    "circle": "no",
}
CONTROL, DRILL, CALL = "root.password_policy_attested", "root.access_drill_current", "contacts.phone_answers"


@dataclass
class Place:
    store: FileStore
    attestations: AttestationStore
    findings: FindingStore
    now: datetime = BEGAN
    baseline: Baseline = BASELINE
    tasks: dict[str, Any] = field(default_factory=dict)

    def open(self, period: Period = Q4) -> dict[str, Any]:
        tasks = flow.open_quarter(
            period, store=self.store, baseline=self.baseline, veil=VEIL, attestations=self.attestations,
            clock=lambda: self.now,
        )  # fmt: skip
        self.tasks = {task["person"]: task for task in tasks}
        return self.tasks

    def name(self, person: str, question: str, field: str) -> str:
        """Give the name that a field has in the form of a person."""
        number = [one for one, *_ in self.tasks[person]["questions"]].index(question) + 1
        return f"q{number:02}_{field}"

    def record(self, task: Any, said: Any, source: str = "run/ask/0/1") -> dict[str, Any]:
        return flow.record(
            task, said, source=source, baseline=self.baseline, veil=VEIL, attestations=self.attestations,
            clock=lambda: self.now,
        )  # fmt: skip

    def sign(self, signing: Any, said: Any, source: str = "run/sign/0/1") -> dict[str, Any]:
        return flow.sign(signing, said, source=source, baseline=self.baseline, attestations=self.attestations)

    def review(self) -> dict[str, Any]:
        return flow.review(
            store=self.store, baseline=self.baseline, veil=VEIL, attestations=self.attestations,
            findings=self.findings, clock=lambda: self.now,
        )  # fmt: skip

    def said(self, user: str, option: str = ANSWER, **form: str) -> dict[str, Any]:
        """Somebody's response; a form is that of the password, which is one of Anna's questions."""
        filled = {self.name("anna", CONTROL, name): text for name, text in form.items()}
        return self.answered(user, filled, option)

    def answered(self, user: str, form: dict[str, str], option: str = ANSWER) -> dict[str, Any]:
        by = {"id": user, "name": user}
        return {"chosen_options": [option], "params_input": form, "responded_at": self.now, "responded_by_user": by}

    def open_controls(self) -> set[str]:
        return {one.control for one in self.findings.open_findings("o-1")}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one sealed snapshot."""
    folder = tmp_path_factory.mktemp("read")
    store = FileStore(folder)
    reading = opened(store)
    swept(store, reading)
    sealed(store, reading)
    return folder


@pytest.fixture
def here(tmp_path: Path, read: Path) -> Iterator[Place]:
    shutil.copytree(read, tmp_path / "store")
    store = FileStore(tmp_path / "store")
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    yield Place(store, AttestationStore(engine), FindingStore(engine))
    engine.dispose()


def test_each_person_has_one_task_with_all_their_questions_and_deputies_may_answer_it(here: Place):
    tasks = here.open()
    assert tasks.keys() == {"anna", "bjorn", "chen"}
    anna = tasks["anna"]
    assert (anna["may_answer"], anna["may_sign"], anna["due"]) == (
        ["anna", "dina"],
        ["bjorn", "chen", "dina"],
        "2026-10-31",
    )
    assert [question for question, *_ in anna["questions"]] == [CALL, DRILL, "root.custodians_present", CONTROL]
    assert tasks["chen"]["users"] == [{"id": "4", "name": "Chen"}]
    assert "Is the password" in anna["body"]


def test_the_month_that_opens_a_quarter_is_about_it_and_another_is_refused(here: Place):
    assert here.open(Period("2026-10"))["anna"]["quarter"] == "2026-Q4"
    with pytest.raises(BadInput, match="in the midst of a quarter"):
        here.open(Period("2026-11"))


def test_two_people_make_an_answer_count(here: Place):
    task = here.open()["anna"]
    signing = here.record(task, here.said("anna", **PASSWORD))
    assert (here.review()["answered"], len(signing["answers"]), signing["may_answer"]) == (
        0,
        1,
        ["bjorn", "chen", "dina"],
    )
    assert "- It is changed: on suspicion only" in signing["body"]
    assert here.sign(signing, here.said("4", SIGN))["refused"] == []
    counts = here.review()
    assert (counts["answered"], counts["signed_off"], counts["overdue"]) == (1, 1, 0)
    assert CONTROL not in [question for question, *_ in here.open()["anna"]["questions"]]


def test_nobody_signs_their_own_answer(here: Place):
    task = here.open()["anna"] | {"may_sign": ["anna", "chen"]}
    signing = here.record(task, here.said("anna", **PASSWORD))
    assert here.sign(signing, here.said("anna", SIGN))["signed"] == []
    forged = signing | {"may_answer": ["anna"]}
    assert "have somebody else sign it off" in here.sign(forged, here.said("anna", SIGN))["refused"][0]
    assert here.review()["answered"] == 0


@pytest.mark.parametrize(
    "said",
    [
        lambda _: None,  # set to success by hand
        lambda here: here.said("bjorn", **PASSWORD),  # not asked
        lambda here: here.said("zoe", **PASSWORD),  # unknown
        lambda here: here.said("anna", NO_ANSWER, **PASSWORD),
        lambda here: here.said("anna", NOT_ME, **PASSWORD),
        lambda here: here.said("anna", **{**PASSWORD, "kept": "call +47 22 00 00 00"}),  # walked around the form
        lambda here: here.said("anna", kept="by nobody's policy"),  # incomplete
        lambda here: {**here.said("anna", **PASSWORD), "responded_by_user": None},
    ],
)
def test_what_does_not_count_leaves_no_entry(here: Place, said):
    recorded = here.record(here.open()["anna"], said(here))
    assert (recorded["answers"], bool(recorded["refused"])) == ([], True)
    assert here.attestations.entries("o-1") == []
    assert "+47" not in str(recorded)


@pytest.mark.parametrize(
    "said", [lambda _: None, lambda here: here.said("4", REFUSE), lambda here: here.said("zoe", SIGN)]
)
def test_what_was_not_signed_does_not_count(here: Place, said):
    signing = here.record(here.open()["anna"], here.said("anna", **PASSWORD))
    assert here.sign(signing, said(here)) == {"signed": [], "refused": ["1 answers of Anna were not signed off"]}
    assert here.review()["answered"] == 0


def test_what_is_left_of_a_form_is_told_and_both_parts_are_signed_together(here: Place):
    task = here.open()["anna"]
    first = here.record(task, here.said("anna", **PASSWORD), source="1")
    assert (len(first["answers"]), first["refused"]) == (1, ["3 of 4 questions are not answered"])
    rest = here.answered("anna", {here.name("anna", "root.custodians_present", "access"): "I get at it"})
    second = here.record(task, rest, source="2")
    assert (second["answers"], second["refused"]) == (first["answers"], ["2 of 4 questions are not answered"])


def test_what_is_signed_already_is_not_signed_again(here: Place):
    task = here.open()["anna"]
    here.sign(here.record(task, here.said("anna", **PASSWORD)), here.said("4", SIGN))
    assert here.record(task, None)["answers"] == []


def test_a_deputy_answers_and_is_the_one_who_answered(here: Place):
    here.record(here.open()["anna"], here.said("dina", **PASSWORD))
    assert [one.entry.by for one in here.attestations.entries("o-1")] == ["dina"]


def test_a_task_that_is_recorded_again_adds_nothing(here: Place):
    task = here.open()["anna"]
    first, second = (here.record(task, here.said("anna", **PASSWORD)) for _ in range(2))
    assert first == second
    assert len(here.attestations.entries("o-1")) == 1


def test_before_the_due_date_nothing_deviates_past_it_it_does_and_an_answer_settles_it(here: Place):
    tasks = here.open()
    task, asked = tasks["anna"], sum(len(one["questions"]) for one in tasks.values())
    here.now = DUE
    assert here.review()["overdue"] == 0
    assert here.open_controls() == set()
    here.now = DUE + timedelta(days=1)
    assert here.review()["overdue"] == asked
    assert CONTROL in here.open_controls()
    here.sign(here.record(task, here.said("anna", **PASSWORD)), here.said("4", SIGN))
    assert here.review()["resolved"] == 1
    assert CONTROL not in here.open_controls()


def test_an_answer_counts_until_the_next_quarters_is_due_and_no_longer(here: Place):
    here.sign(here.record(here.open()["anna"], here.said("anna", **PASSWORD)), here.said("4", SIGN))
    here.now = datetime(2027, 1, 31, 7, tzinfo=UTC)
    here.open(Period("2027-Q1"))
    assert here.review()["answered"] == 1
    assert CONTROL not in here.open_controls()
    here.now += timedelta(days=1)
    here.review()
    assert CONTROL in here.open_controls()


def test_an_answer_against_the_practice_deviates_at_once(here: Place):
    form = {**PASSWORD, "rotation": "by a schedule"}
    here.sign(here.record(here.open()["anna"], here.said("anna", **form)), here.said("4", SIGN))
    here.review()
    (finding,) = [one for one in here.findings.open_findings("o-1") if one.control == CONTROL]
    assert finding.reason.startswith("the password is changed by a schedule")


def test_a_question_that_nobody_can_answer_is_told_and_asked_of_nobody(here: Place, caplog):
    here.baseline = Baseline.model_validate({"people": PEOPLE, "attestations": {"reviewers": ("chen", "dina")}})
    assert set(here.open()) < {"chen", "dina"}
    assert "root.password_policy_attested is asked of nobody: nobody is registered" in caplog.text
    for _ in range(2):
        here.now += timedelta(hours=1)
        here.review()
    (finding,) = [one for one in here.findings.open_findings("o-1") if one.control == CONTROL]
    assert "say who keeps the password under custody.password" in finding.reason


def test_a_month_that_nobody_reviewed_is_a_finding_of_that_month_once_its_time_is_over(here: Place):
    months = "attestations.review_held"
    here.now = datetime(2026, 12, 10, 7, tzinfo=UTC)
    here.review()
    assert months not in here.open_controls()
    here.now += timedelta(days=1)
    here.review()
    (finding,) = [one for one in here.findings.open_findings("o-1") if one.control == months]
    assert (finding.subject.scope, finding.subject.resource) == ("2026-11", "2026-11")
    assert accepting.acceptable([finding]) == [finding]


def test_a_month_that_was_reviewed_and_seen_is_none(here: Place):
    at = datetime(2026, 11, 21, 8, tzinfo=UTC)
    flows = (contact_review, management_account_review, organization_review)
    tools = {"store": here.store, "baseline": None, "veil": VEIL, "findings": here.findings, "clock": lambda: at}
    for one in flows:
        record = {"attestations": here.attestations} if one is management_account_review else {}
        one.review("snapshots/2026-11/1", **tools, **record)
    # Organization and contacts alone were read here: a bound that asks for no more.
    attestations = BASELINE.attestations.model_copy(update={"least_coverage": 0.0})
    here.baseline = BASELINE.model_copy(update={"attestations": attestations})
    here.now = datetime(2026, 12, 11, 7, tzinfo=UTC)
    here.review()
    assert "attestations.review_held" not in here.open_controls()
    here.baseline = BASELINE
    here.review()
    (finding,) = [one for one in here.findings.open_findings("o-1") if one.control == "attestations.review_held"]
    assert "_review saw " in finding.reason


def test_without_people_or_a_snapshot_nobody_is_asked(here: Place, tmp_path: Path):
    here.baseline = Baseline()
    with pytest.raises(BadInput, match="nobody is declared who could be asked"):
        here.open()
    here.baseline, here.store = BASELINE, FileStore(tmp_path / "empty")
    with pytest.raises(BadInput, match="run organization_inventory first"):
        here.open()


# --- the call


def called(here: Place, word_said: str = "", who: str = "anna") -> tuple[dict[str, Any], str]:
    """Anna, whose turn it is to call, answers; give what was recorded, and the word."""
    task, said = here.open()["anna"], word(VEIL.key, Q4, A)
    form = {here.name("anna", CALL, "how"): "a custodian answered", here.name("anna", CALL, "word"): word_said or said}
    return here.record(task, here.answered(who, form)), said


def test_whoever_calls_picks_from_six_words_and_only_that_it_was_right_is_kept(here: Place):
    recorded, said = called(here)
    (entry,) = here.attestations.entries("o-1")
    assert (entry.entry.question, entry.entry.about, entry.entry.form["word"]) == (CALL, A, "the word of this call")
    assert said not in f"{recorded} {entry}"
    shown = next(one for one in here.tasks["anna"]["form"] if one["name"] == here.name("anna", CALL, "word"))
    assert list(shown["options"])[1:] == list(choices(VEIL.key, Q4, A))
    assert said in shown["options"]
    assert {told for told in here.tasks["anna"]["body"].split() if told.strip(".,:*()`") == said} == set()
    assert here.sign(recorded, here.answered("bjorn", {}, SIGN))["refused"] == []
    here.review()
    assert CALL not in here.open_controls()


def test_another_word_of_the_list_is_a_deviation_and_what_is_on_no_list_counts_for_nothing(here: Place):
    another = next(one for one in choices(VEIL.key, Q4, A) if one != word(VEIL.key, Q4, A))
    assert called(here, "the word of this call")[0]["answers"] == []
    recorded, _ = called(here, another)
    assert another not in f"{recorded} {here.attestations.entries('o-1')}"
    here.sign(recorded, here.answered("4", {}, SIGN))
    here.review()
    (finding,) = [one for one in here.findings.open_findings("o-1") if one.control == CALL]
    assert finding.reason == "whoever answered did not know the word of the call"


def test_a_deputy_who_keeps_the_phone_cannot_say_that_they_were_called(here: Place):
    people = {**PEOPLE, "anna": {"name": "Anna", "deputy": "bjorn"}}
    here.baseline = Baseline.model_validate({**BASELINE.model_dump(mode="python", exclude_none=True), "people": people})
    recorded, _ = called(here, who="bjorn")
    assert recorded["answers"] == []
    assert f"{CALL}: {KEEPS_THE_PHONE}" in recorded["refused"]


# --- the drill


def drilled(here: Place, by: str = "anna", **said: str) -> None:
    """Anna tells of the drill of 1 October, 06:00 to 06:30, and Chen signs."""
    sound = sound_form(questions()[DRILL], day="2026-10-01") | {"since": "06:00", "until": "06:30"} | said
    people = {"people_1": "anna", "people_2": "bjorn", "whom_1": "anna"}
    plain = {name: text for name, text in sound.items() if name not in {"people", "whom"}}
    form = {here.name("anna", DRILL, name): text for name, text in (plain | people).items()}
    here.sign(here.record(here.open()["anna"], here.answered(by, form)), here.answered("4", {}, SIGN))


def test_a_signed_drill_declares_its_window_to_the_monthly_review(here: Place):
    here.open()
    assert declared_uses(here.attestations, "o-1") == ({ROOT_USES: {}}, {})
    drilled(here)
    rows, _ = declared_uses(here.attestations, "o-1")
    (use,) = rows[ROOT_USES][A]
    assert (use.first, use.last) == (BEGAN.replace(hour=6), BEGAN.replace(hour=6, minute=30))


def test_what_a_drill_said_to_change_is_asked_of_its_owner_in_the_next_quarter(here: Place):
    here.open()
    drilled(here, lessons="one thing", lesson1="OPS-7", owner1_1="dina", by1="2026-12-24")
    here.now = datetime(2027, 1, 1, 7, tzinfo=UTC)
    here.review()
    assert "attestations.lessons_followed" in here.open_controls()
    task = here.open(Period("2027-Q1"))["dina"]
    assert ["attestations.lessons_followed", "dina/OPS-7", "chen"] in [list(one) for one in task["questions"]]
    form = {here.name("dina", "attestations.lessons_followed", "state"): "done"}
    here.sign(here.record(task, here.answered("dina", form)), here.answered("4", {}, SIGN))
    here.review()
    assert "attestations.lessons_followed" not in here.open_controls()


def test_a_day_and_times_that_cannot_be_leave_no_entry(here: Place):
    here.open()
    drilled(here, until="12:31")
    drilled(here, since="6:00")
    assert here.attestations.entries("o-1") == []
