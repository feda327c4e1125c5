"""The demo's people answer soundly, and whoever calls hears the word as a person would."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from orgwarden.attestations.assigning import Assignment
from orgwarden.attestations.calling import Call
from orgwarden.attestations.forms import fields_of, taken_of
from orgwarden.attestations.words import Calls
from orgwarden.demo.attesting import PAGE, People, _chosen
from orgwarden.flows.attested import questions
from orgwarden.model import Period
from orgwarden.web import User, create_app

NAMES = {"astrid": "Astrid", "henrik": "Henrik", "maren": "Maren"}
CALLS = Calls(key=b"key", quarter=Period("2026-Q4"))
ACCOUNTS = ("123456789012", "997309114170")


def form_of(question, about=""):
    """A question's form as Airflow has it, and what it is a form of."""
    mine = [Assignment(question=question, about=about, person="astrid", second="maren")]
    shown = fields_of(mine, NAMES, CALLS)
    return mine, {
        one.name: {"schema": {"section": one.section, **({"enum": list(one.options)} if one.options else {})}}
        for one in shown
    }


def problems(mine, said):
    (found,) = taken_of(said, mine, NAMES, today=datetime.now(UTC).date(), calls=CALLS)
    return found.problems


@pytest.mark.parametrize("question", [one for id_, one in questions().items() if id_ != "contacts.phone_answers"])
def test_every_question_is_answered_whole_and_without_a_fault(question):
    mine, form = form_of(question)
    said = {name: _chosen(name, field, dict.fromkeys(NAMES)) for name, field in form.items()}
    assert problems(mine, said) == ()


class Api:
    """Airflow as one person sees it: our pages alone."""

    def __init__(self, called: list[Call]) -> None:
        app = create_app(
            current_user=lambda: User(id="a", name="A"),
            asks=lambda: SimpleNamespace(waiting=list),
            called=lambda: called,
            probes=lambda: None,
            calendars=lambda: SimpleNamespace(address=lambda _: ""),
            sign_in=lambda _: "/login",
        )
        self.client = TestClient(app)

    def visit(self, method: str, path: str) -> str:
        assert (method, path) == ("GET", PAGE)
        return self.client.get(path.removeprefix("/orgwarden")).text


@pytest.mark.parametrize("account", ACCOUNTS)
def test_whoever_calls_hears_the_word_of_that_account_from_whoever_keeps_the_phone(account):
    due = datetime(2026, 10, 31, tzinfo=UTC).date()
    calls = [Call(account=one, word=CALLS.word(one), due=due) for one in ACCOUNTS]
    people: Any = People.__new__(People)
    people.apis = {"astrid": Api([]), "maren": Api(calls[:1]), "oluf": Api(calls[1:])}
    mine, form = form_of(questions()["contacts.phone_answers"], account)
    said = {name: people._said(name, field) for name, field in form.items()}  # noqa: SLF001 - as the demo says it
    assert problems(mine, said) == ()
    (taken,) = taken_of(said, mine, NAMES, today=datetime.now(UTC).date(), calls=CALLS)
    assert taken.form["word"] == "the word of this call"
