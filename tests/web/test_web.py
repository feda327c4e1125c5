"""A person sees what waits for them and nothing else, fills it in, and what is wrong is told on the same page."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from orgwarden.attestations.calling import Call
from orgwarden.attestations.waiting import Waiting
from orgwarden.errors import BadInput, Refused
from orgwarden.web import User, create_app

NASTY = "<script>alert(1)</script>"
FORM = {
    "q01_access": {
        "value": "(not answered)",
        "schema": {"title": "I", "section": "1. Do you get at it?", "enum": ["(not answered)", "get at it"]},
    },
    "q01_day": {"value": None, "schema": {"title": "On", "section": "1. Do you get at it?"}, "description": "A day."},
}


def waiting(name="Anna", **changed):
    usual = {
        "place": f"/x/{name}", "subject": f"{name}: 1 question {NASTY}", "body": "**Please** answer.\n\nLook first.",
        "users": {name.lower(): name}, "options": ("Answer", "Not me", "No answer"), "form": FORM,
    }  # fmt: skip
    return Waiting(**{**usual, **changed})


@dataclass
class Tasks:
    found: list = field(default_factory=lambda: [waiting(), waiting("Bjorn")])
    said: list = field(default_factory=list)
    refuses: Exception | None = None

    def waiting(self):
        return self.found

    def named(self, id_):
        for one in self.found:
            if one.id == id_:
                return one
        raise BadInput("nothing of that id waits")

    def respond(self, one, option, given):
        if self.refuses:
            raise self.refuses
        self.said.append((one.subject.split(":")[0], option, given))


@pytest.fixture
def tasks():
    return Tasks()


@pytest.fixture
def client(tasks):
    def signed_in():
        return User(id="anna", name=f"Anna {NASTY}")

    return TestClient(create_app(current_user=signed_in, asks=lambda: tasks), follow_redirects=False)


def test_the_list_has_what_waits_for_this_person_alone(client, tasks):
    told = client.get("/mine").text
    assert "Anna: 1 question" in told
    assert "Bjorn" not in told
    tasks.found = []
    assert "Nothing waits for you" in client.get("/mine").text


def test_whatever_waits_for_somebody_else_is_not_there(client, tasks):
    for id_ in (waiting("Bjorn").id, "00000000"):
        assert client.get(f"/mine/{id_}").status_code == 404
        assert client.post(f"/mine/{id_}", data={"option": "Answer"}).status_code == 404
    assert tasks.said == []


def test_a_form_shows_its_sections_choices_and_hints_and_no_way_to_give_no_answer(client):
    told = client.get(f"/mine/{waiting().id}").text
    assert "<legend>1. Do you get at it?</legend>" in told
    assert "<option>get at it</option>" in told
    assert "<small>A day.</small>" in told
    assert 'value="Not me"' in told
    assert "No answer" not in told
    assert "Please answer." in told


def test_what_was_filled_in_is_sent_and_the_list_says_thank_you(client, tasks):
    sent = {"option": "Answer", "q01_access": "get at it", "q01_day": "", "more": "x"}
    answer = client.post(f"/mine/{waiting().id}", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "../mine?done=1")
    assert tasks.said == [("Anna", "Answer", {"q01_access": "get at it"})]
    assert "Thank you" in client.get("/mine?done=1").text


@pytest.mark.parametrize(
    "error", [BadInput("q01_access takes one of: get at it"), Refused("somebody has answered meanwhile")]
)
def test_what_is_wrong_is_told_on_the_form_which_keeps_what_was_chosen(client, tasks, error):
    tasks.refuses = error
    answer = client.post(f"/mine/{waiting().id}", data={"option": "Answer", "q01_access": "get at it", "q01_day": "x"})
    assert answer.status_code == 400
    assert str(error) in answer.text
    assert "<option selected>get at it</option>" in answer.text
    assert 'value="x"' in answer.text


def test_nothing_that_others_wrote_can_act(client):
    for path in ("/mine", f"/mine/{waiting().id}"):
        answer = client.get(path)
        assert NASTY not in answer.text
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"


def test_a_form_that_another_site_sends_is_refused(client, tasks):
    data, path = {"option": "Answer"}, f"/mine/{waiting().id}"
    assert client.post(path, data=data, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert tasks.said == []
    assert client.post(path, data=data, headers={"origin": "http://testserver"}).status_code == 303


def test_whoever_keeps_a_phone_reads_what_to_say_on_their_list_and_others_read_nothing_of_it(client, tasks):
    call = Call(account="111111111111", word="copper", due=date(2026, 10, 31))
    mine = create_app(current_user=lambda: User(id="anna", name="Anna"), asks=lambda: tasks, called=lambda: [call])
    called = TestClient(mine)
    told = called.get("/mine").text
    assert "The phone of account 111111111111, until 2026-10-31</dt>\n<dd>copper</dd>" in told
    assert "If you are called" not in client.get("/mine").text
    assert "copper" not in called.get(f"/mine/{waiting().id}").text
    assert called.get("/mine").headers["cache-control"] == "no-store"


def test_a_stranger_is_refused_before_anybody_looks_for_a_word(tasks):
    def nobody():
        raise HTTPException(401)

    def looked():
        raise AssertionError

    stranger = TestClient(create_app(current_user=nobody, asks=lambda: tasks, called=looked))
    assert stranger.get("/mine").status_code == 401


@pytest.mark.parametrize("path", ["/mine", "/mine/00000000", "/mine/style.css", "/docs", "/openapi.json"])
def test_a_stranger_sees_nothing(path, tasks):
    def nobody():
        raise HTTPException(401)

    stranger = TestClient(create_app(current_user=nobody, asks=lambda: tasks))
    assert stranger.get(path).status_code in {401, 404}
    assert stranger.post("/mine/00000000", data={"option": "Answer"}).status_code == 401


def test_the_style_is_ours_alone(client):
    answer = client.get("/mine/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "url(" not in answer.text
