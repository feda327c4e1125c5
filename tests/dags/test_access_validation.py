"""People answer in Airflow, in this process: what they are asked, and what counts of what they do."""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import yaml

from orgwarden.attestations.words import word
from orgwarden.model import Period
from orgwarden.store import FileStore
from tests.attested_worlds import filled
from tests.flows.test_access_validation import BASELINE, CALL, CONTROL, DRILL, PEOPLE
from tests.flows.test_organization_inventory import A, opened, sealed, swept

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
SIGN = "Sign off"
WORD = word(b"key", Period("2026-Q4"), A)
ASKED = (CALL, DRILL, "root.custodians_present", CONTROL)
FORM = filled(*ASKED, day=str(datetime.now(UTC).date())) | {"q01_word": WORD}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Give the record of an organization that was read, to which the settings lead."""
    from orgwarden.attestations.records import AttestationStore
    from orgwarden.findings.database import connect, migrate

    store = FileStore(tmp_path / "store")
    reading = opened(store)
    swept(store, reading)
    sealed(store, reading)
    declared = {
        "people": PEOPLE,
        "custody": BASELINE.model_dump(mode="json", exclude_none=True)["custody"],
        # Long over: who does not answer is not asked again.
        "attestations": {"reviewers": ["chen", "dina"], "due_days": 1},
    }
    (tmp_path / "baseline.yaml").write_text(yaml.safe_dump(declared))
    url = f"sqlite:///{tmp_path / 'orgwarden.db'}"
    for name, value in {
        "STORE": store.uri, "DATABASE_URL": url, "BASELINE": str(tmp_path / "baseline.yaml"), "HASH_KEY": "key",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ORGWARDEN_{name}", value)
    engine = connect(url)
    migrate(engine)
    yield AttestationStore(engine)
    engine.dispose()


@contextmanager
def answering(reply):
    """Answer whatever waits for somebody; ``reply`` gives user, option and form by the headline."""
    from airflow.models.hitl import HITLDetail, HITLUser
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    asked, over = [], threading.Event()

    def once():
        with create_session() as session:
            waiting = select(TaskInstance).where(TaskInstance.state == "awaiting_input")
            for instance in session.scalars(waiting).all():
                detail = session.scalar(select(HITLDetail).where(HITLDetail.ti_id == instance.id))
                if detail is None or detail.responded_at:
                    continue
                asked.append((detail.subject, [user["id"] for user in detail.assignees], detail.params))
                user, option, form = reply(detail.subject, len(asked))
                detail.responded_by = HITLUser(id=user, name=user) if user else None
                detail.responded_at, detail.chosen_options = datetime.now(UTC), [option]
                detail.params_input = {name: one["value"] for name, one in detail.params.items()} | form
                event = TriggerEvent(detail.as_resume_event_payload(timedout=not user))
                handle_event_submit(event, task_instance=instance, session=session)

    def loop():
        while not over.is_set():
            once()
            time.sleep(0.2)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()


def run(bag, patch):
    dag = bag.get_dag("access_validation")
    patch.setattr(dag, "deadline", None)
    done = dag.test(run_conf={"period": "2026-Q4"})
    return done.state, {(task.task_id, task.map_index): str(task.state) for task in done.get_task_instances()}


def test_two_people_make_an_answer_count_and_no_answer_reddens_nothing(bag, place, monkeypatch, caplog):
    def reply(subject, _):
        if subject.startswith("Anna"):
            return "anna", "Answer", FORM
        return ("4", SIGN, {}) if subject.startswith("Sign off what Anna") else (None, "No answer", {})

    with answering(reply) as asked:
        state, tasks = run(bag, monkeypatch)
    assert state == "success"
    assert {one for name, one in tasks.items() if name[0] == "each.judge"} == {"success"}
    entries = [(one.entry.kind.value, one.entry.by, one.entry.question) for one in place.entries("o-1")]
    assert entries == [
        *(("answer", "anna", question) for question in ASKED),
        ("sign_off", "chen", CALL),
        ("sign_off", "chen", DRILL),
        ("sign_off", "chen", CONTROL),
    ]
    assert place.entries("o-1")[0].entry.form["word"] == "the word of this call"
    assert WORD not in str(place.entries("o-1")) + caplog.text
    first = next(one for one in asked if one[0].startswith("Anna"))
    assert first[1] == ["anna", "dina"]
    assert first[2]["q04_kept"]["schema"]["enum"][0] == "(not answered)"


def test_whoever_does_not_sign_off_is_not_asked_again(bag, place, monkeypatch):
    def reply(subject, _):
        if subject.startswith("Anna"):
            return "anna", "Answer", FORM
        return ("4", "Do not sign off", {}) if subject.startswith("Sign off") else (None, "No answer", {})

    with answering(reply) as asked:
        assert run(bag, monkeypatch)[0] == "success"
    assert sum(one[0].startswith("Sign off") for one in asked) == 1
    assert {one.entry.kind.value for one in place.entries("o-1")} == {"answer"}


def test_what_does_not_count_is_asked_again_and_nothing_that_was_typed_goes_on(bag, place, monkeypatch, caplog):
    typed = "call +47 938 51 274"

    def reply(subject, number):
        if not subject.startswith("Anna"):
            return None, "No answer", {}
        return ("anna", "Answer", {"q04_kept": typed}) if number < 4 and not again else ("anna", "Answer", FORM)

    again = []

    def counted(subject, number):
        found = reply(subject, number)
        if subject.startswith("Anna"):
            again.append(number)
        return found

    with answering(counted) as asked:
        state, _ = run(bag, monkeypatch)
    assert (state, len(again)) == ("success", 2)
    assert [one.entry.by for one in place.entries("o-1")] == ["anna"] * 4
    assert typed not in caplog.text
    assert len(asked) >= 4


def test_what_was_attested_is_judged_again_without_asking_anybody(bag, place, monkeypatch):
    dag = bag.get_dag("attestation_review")
    monkeypatch.setattr(dag, "deadline", None)
    assert place.entries("o-1") == []
    done = dag.test(run_conf={"period": "2026-10"})
    ended = {task.task_id: task.state for task in done.get_task_instances()}
    assert (done.state, ended["judge"]) == ("success", "success")
