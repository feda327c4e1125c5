"""A person lists what waits, sees its form, and answers it with their own token; what is wrong is told at once."""

import json

import httpx
import pytest

from orgwarden.attestations import waiting
from orgwarden.cli import attesting, main

FORM = {
    "q01_access": {
        "value": "(not answered)",
        "schema": {"title": "I", "enum": ["(not answered)", "get at it", "cannot"]},
        "description": "The safe in Oslo.",
    },
    "q01_day": {"value": None, "schema": {"title": "On"}, "description": "A day, such as 2026-10-14."},
}


def detail(task, index, options, form, state="awaiting_input"):
    return {
        "subject": f"Anna: {task}", "body": "Please answer.", "options": options, "params": form,
        "assigned_users": [{"id": "anna", "name": "Anna"}],
        "task_instance": {
            "dag_id": "access_validation", "dag_run_id": "r1", "task_id": f"each.{task}", "map_index": index,
            "state": state,
        },
    }  # fmt: skip


class Airflow:
    """Answers as the REST API does."""

    def __init__(self):
        self.details = [
            detail("answer", 0, ["Answer", "Not me", "No answer"], FORM),
            detail("sign_off", 1, ["Sign off", "Do not sign off", "No answer"], {}),
            detail("answer", 2, ["Answer"], FORM, state="success"),
        ]
        self.status, self.patched = 200, []

    def __call__(self, request):
        if request.method == "PATCH" and self.status == httpx.codes.OK:
            self.patched.append((request.url.path, json.loads(request.content)))
        body = {"hitl_details": self.details} if request.method == "GET" else {}
        return httpx.Response(self.status, json=body)


@pytest.fixture
def airflow(monkeypatch):
    found, real = Airflow(), httpx.Client
    monkeypatch.setenv(attesting.URL, "https://airflow.corp.example/")
    monkeypatch.setenv(attesting.TOKEN, "token")
    monkeypatch.setattr(waiting.httpx, "Client", lambda **named: real(**named, transport=httpx.MockTransport(found)))
    return found


def ids(capsys):
    assert main(["attest", "list", "--json"]) == 0
    return [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]


def test_what_waits_is_listed_with_who_may_answer(airflow, capsys):
    assert main(["attest", "list"]) == 0
    told = capsys.readouterr().out
    assert "Anna: answer" in told
    assert "Anna: sign_off" in told
    airflow.details = []
    assert main(["attest", "list"]) == 0
    assert capsys.readouterr().out == "Nothing waits for anybody.\n"


@pytest.mark.usefixtures("airflow")
def test_a_form_is_shown_with_what_may_be_chosen(capsys):
    assert main(["attest", "show", ids(capsys)[0]]) == 0
    told = capsys.readouterr().out
    assert "q01_access  I: (not answered) | get at it | cannot\n    The safe in Oslo.\n" in told
    assert "q01_day  On: A day, such as 2026-10-14." in told


def test_an_answer_is_the_whole_form_and_a_signature_has_none(airflow, capsys, tmp_path):
    first, second = ids(capsys)
    assert main(["attest", "answer", first, "--set", "q01_access=get at it"]) == 0
    (tmp_path / "form.json").write_text('{"q01_day": "2026-10-14"}')
    assert main(["attest", "answer", first, "--file", str(tmp_path / "form.json")]) == 0
    assert main(["attest", "answer", second, "--sign"]) == 0
    place = "/api/v2/dags/access_validation/dagRuns/r1/taskInstances"
    forms = ({"q01_access": "get at it", "q01_day": None}, {"q01_access": "(not answered)", "q01_day": "2026-10-14"})
    assert airflow.patched == [
        *((f"{place}/each.answer/0/hitlDetails", {"chosen_options": ["Answer"], "params_input": one}) for one in forms),
        (f"{place}/each.sign_off/1/hitlDetails", {"chosen_options": ["Sign off"], "params_input": {}}),
    ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--set", "q01_access=perhaps"], "q01_access takes one of: (not answered) | get at it | cannot"),
        (["--set", "q09=x"], "q09 is no field of"),
        (["--set", "q01_access"], "write FIELD=CHOICE"),
        ([], "nothing is answered"),
        (["--sign"], "takes Answer, Not me, No answer, and not Sign off"),
        (["--file", "nowhere.json"], "nowhere.json cannot be read"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_sent(airflow, capsys, arguments, why):
    first = ids(capsys)[0]
    assert main(["attest", "answer", first, *arguments]) == 2
    assert why in capsys.readouterr().err
    assert airflow.patched == []


@pytest.mark.parametrize(
    ("status", "why"),
    [(401, "the token is not valid any more"), (403, "this is not asked of you"),
     (409, "somebody has answered meanwhile"),
     (503, "Airflow answered 503"), (422, "Airflow answered 422")],
)  # fmt: skip
def test_what_airflow_refuses_is_told_in_words(airflow, capsys, status, why):
    airflow.status = status
    assert main(["attest", "list"]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.usefixtures("airflow")
def test_an_id_that_waits_for_nobody_is_told(capsys):
    assert main(["attest", "show", "00000000"]) == 2
    assert "nothing of the id '00000000' waits for anybody" in capsys.readouterr().err


@pytest.mark.usefixtures("airflow")
@pytest.mark.parametrize("name", [attesting.URL, attesting.TOKEN])
def test_without_a_place_or_a_token_the_remedy_is_told(monkeypatch, capsys, name):
    monkeypatch.delenv(name)
    assert main(["attest", "list"]) == 2
    assert f"{name} is not set" in capsys.readouterr().err
