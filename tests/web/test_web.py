"""A person sees what waits for them and nothing else, fills it in, and what is wrong is told on the same page."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from orgwarden.asking import Asks, Facts, Field, Question, put
from orgwarden.attestations.assigning import Assignment
from orgwarden.attestations.calling import Call
from orgwarden.attestations.confirming import Followed, Standing
from orgwarden.attestations.telling import Asking
from orgwarden.attestations.waiting import Waiting
from orgwarden.attestations.words import Calls
from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput, Refused
from orgwarden.model import Period
from orgwarden.web import User, create_app

NASTY = "<script>alert(1)</script>"
FORM = {
    "q01_access": {
        "value": "(not answered)",
        "schema": {"title": "I", "section": "1. Do you get at it?", "enum": ["(not answered)", "get at it"]},
    },
    "q01_day": {"value": None, "schema": {"title": "On", "section": "1. Do you get at it?"}, "description": "A day."},
}


BODY = """
**Please**
answer.

**1. Do you get at it?** Go and `look`.

**What Bjorn answered**
- It is: here
- On: 2026-10-02
""".strip()


def waiting(name="Anna", **changed):
    usual = {
        "place": f"/x/{name}", "subject": f"{name}: 1 question {NASTY}", "body": BODY,
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


@dataclass
class Room:
    standing: Standing = Standing.OPEN
    pressed: list = field(default_factory=list)
    broken: Exception | None = None

    def follow(self, link, sign_in, *, presses):
        if self.broken:
            raise self.broken
        self.pressed += [(link, sign_in)] if presses else []
        standing = Standing.CONFIRMED if presses and self.standing is Standing.OPEN else self.standing
        return Followed(standing=standing, mailbox="a•••@corp.example", period="2026-Q4", due="2026-10-31")

    def address(self, sign_in):
        return f"of-{sign_in}"

    def calendar(self, address):
        if self.broken:
            raise self.broken
        return "BEGIN:VCALENDAR\r\n" if address == "of-anna" else None


@pytest.fixture
def tasks():
    return Tasks()


@pytest.fixture
def room():
    return Room()


def made(tasks, room, current_user, called=lambda: ()):
    app = create_app(
        current_user=current_user, asks=lambda: tasks, called=called, probes=lambda: room, calendars=lambda: room,
        sign_in=lambda request: f"/login?next={request.url.path}",
    )  # fmt: skip
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def client(tasks, room):
    def signed_in():
        return User(id="anna", name=f"Anna {NASTY}")

    return made(tasks, room, signed_in)


def nobody():
    raise HTTPException(401)


@pytest.fixture
def stranger(tasks, room):
    return made(tasks, room, nobody)


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
    assert "<p>Please answer.</p>" in told
    assert '<p class="note">Go and look.</p>' in told
    assert told.count("Do you get at it?") == 1
    assert "<p>What Bjorn answered</p>" in told
    assert "<li>On: 2026-10-02</li>" in told


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
    assert client.post(path, data=data, headers={"origin": "null"}).status_code == 403
    assert client.post(path, data=data, headers={"origin": "http://testserver"}).status_code == 303
    # Else a browser sends our own form with the origin null.
    assert client.get(path).headers["referrer-policy"] == "same-origin"


def test_what_was_refused_is_told_on_a_page(client):
    answer = client.get("/mine/00000000", headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "Nothing waits for you here" in answer.text
    assert '<a href="/mine">' in answer.text


def test_whoever_keeps_a_phone_reads_what_to_say_on_their_list_and_others_read_nothing_of_it(client, tasks, room):
    call = Call(account="111111111111", word="copper", due=date(2026, 10, 31))
    called = made(tasks, room, lambda: User(id="anna", name="Anna"), called=lambda: [call])
    told = called.get("/mine").text
    assert "The phone of account 111111111111, until 2026-10-31</dt>\n<dd>copper</dd>" in told
    assert "If you are called" not in client.get("/mine").text
    assert "copper" not in called.get(f"/mine/{waiting().id}").text
    assert called.get("/mine").headers["cache-control"] == "no-store"


def test_a_stranger_is_refused_before_anybody_looks_for_a_word(tasks, room):
    def nobody():
        raise HTTPException(401)

    def looked():
        raise AssertionError

    stranger = made(tasks, room, nobody, called=looked)
    assert stranger.get("/mine").status_code == 401


PATHS = (
    "/mine",
    "/mine/00000000",
    "/mine/style.css",
    "/probe/x",
    "/docs",
    "/openapi.json",
    "/calendar/",
    "/calendar/docs",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_sees_nothing(path, stranger):
    assert stranger.get(path).status_code in {401, 404}
    assert stranger.post("/mine/00000000", data={"option": "Answer"}).status_code == 401
    assert stranger.post("/probe/x").status_code == 401


@pytest.mark.parametrize("status", [401, 403])
def test_a_browser_without_a_good_session_is_sent_to_sign_in_and_comes_back(tasks, room, status):
    def refused():
        raise HTTPException(status)

    answer = made(tasks, room, refused).get("/probe/x", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/probe/x")


def test_a_link_is_opened_without_confirming_anything(client, room):
    told = client.get("/probe/x").text
    assert "Did the message to a•••@corp.example reach you?" in told
    assert "by 2026-10-31" in told
    assert room.pressed == []


def test_a_press_confirms_and_says_thank_you(client, room):
    answer = client.post("/probe/x", data={"confirm": "yes"})
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    assert room.pressed == [("x", "anna")]


@pytest.mark.parametrize(
    ("standing", "status", "says"),
    [
        (Standing.UNKNOWN, 404, "There is nothing here"),
        (Standing.STRANGER, 403, "Your sign-in belongs to nobody who is registered"),
        (Standing.EXPIRED, 410, "This link has expired"),
        (Standing.CONFIRMED, 200, "You have confirmed"),
    ],
)
def test_where_there_is_nothing_to_confirm_the_page_says_why_and_has_no_button(client, room, standing, status, says):
    room.standing = standing
    for answer in (client.get("/probe/x"), client.post("/probe/x")):
        assert (answer.status_code, says in answer.text) == (status, True)
        assert "<button" not in answer.text
        assert ("corp.example" in answer.text) == (standing is Standing.CONFIRMED)
        assert answer.headers["cache-control"] == "no-store"


def test_a_press_on_another_site_confirms_nothing(client, room):
    assert client.post("/probe/x", headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert client.post("/probe/x", headers={"origin": "null"}).status_code == 403
    assert room.pressed == []


def test_a_browser_is_let_tell_where_a_form_comes_from(client):
    # Under no-referrer it would send the origin null, which is refused.
    assert client.get("/probe/x").headers["referrer-policy"] == "same-origin"


def test_a_calendar_is_given_to_whoever_has_its_address_and_to_nobody_else(client, stranger):
    assert 'href="calendar/of-anna.ics"' in client.get("/mine").text
    answer = stranger.get("/calendar/of-anna.ics")
    assert (answer.status_code, answer.text) == (200, "BEGIN:VCALENDAR\r\n")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert stranger.get("/calendar/of-bjorn.ics").status_code == 404


def test_what_is_not_set_up_is_told_to_whoever_runs_it_alone(client, stranger, room, caplog):
    room.broken = BadInput("ORGWARDEN_HASH_KEY is not set")
    for answer in (client.get("/probe/x"), stranger.get("/calendar/of-anna.ics")):
        assert answer.status_code == 503
        assert "ORGWARDEN" not in answer.text
    assert "ORGWARDEN_HASH_KEY is not set" in caplog.text


def test_the_style_is_ours_alone(client):
    answer = client.get("/mine/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "url(" not in answer.text


def test_what_goes_with_a_choice_alone_is_folded_away_and_unfolded_once_it_is_filled_in(client, tasks):
    def field(title, hint="", **schema):
        return {"value": None, "schema": {"title": title, "section": "1. How was it?", **schema}, "description": hint}

    when = "Only with: one or two. "
    form = {
        "q01_many": field("How many", enum=["(not answered)", "none", "one", "two"]),
        "q01_ref": field("Record", f"{when}The number of a record."),
        "q01_whom_1": field("Whose", f"{when}At least 2."),
        "q01_whom_2": field("Whose, and"),
        "q01_last": field("Last", input="date"),
    }
    tasks.found = [waiting(form=form, body="**1 to 2. Is it?** Look.\n\n**3. Another** Else.")]
    told = client.get(f"/mine/{waiting().id}").text
    folded = told.split("<details>")[1].split("</details>")[0]
    assert "<summary>Only with: one or two</summary>" in folded
    assert [name for name in form if f'name="{name}"' in folded] == ["q01_ref", "q01_whom_1", "q01_whom_2"]
    assert "<small>The number of a record.</small>" in folded
    assert ('type="text" id="q01_ref"' in folded, 'type="date" id="q01_last"' in told) == (True, True)
    assert told.index("<p>Is it? Look.</p>") < told.index("<legend>1. How was it?</legend>")
    tasks.refuses = BadInput("no")
    wrong = client.post(f"/mine/{waiting().id}", data={"option": "Answer", "q01_ref": "OPS-1"})
    assert "<details open>" in wrong.text


def test_the_page_of_a_form_finds_each_text_where_telling_writes_it(client, tasks):
    def question(id_, text):
        return Question(id=id_, asks=Asks.REVIEWERS, text=text, evidence=f"Look at {id_}.", fields=(FIELD,))

    access, people = question("access", "Does this person need it?"), {"anna": {"name": "Anna"}}
    facts = [put(access, Facts(name=name, told={"it": {"x": "by x"}})) for name in ("Chen: works", "Dina: works")]
    asked = [
        question("phone", "Does it ring?"),
        *facts,
        put(question("pack", "Approved?"), Facts(name="Pack", told={"it": {"p": "p"}})),
    ]
    theirs = [Assignment(question=one, about="", person="anna", second="chen") for one in asked]
    told = Asking(
        organization="o-1", quarter=Period("2026-Q4"), due=date(2026, 10, 31),
        baseline=Baseline.model_validate({"people": people}), calls=Calls(key=b"key", quarter=Period("2026-Q4")),
    ).task("anna", theirs)  # fmt: skip
    form = {
        one["name"]: {"value": None, "schema": {"title": one["title"], "section": one["section"]}}
        for one in told["form"]
    }
    tasks.found = [waiting(form=form, body=told["body"])]
    text = client.get(f"/mine/{waiting().id}").text
    places = [text.index(words) for words in (
        "<legend>1. Does it ring?</legend>", "Look at phone.", "<p>Does this person need it? Look at access.",
        "<legend>2. Chen: works</legend>", "<legend>3. Dina: works</legend>", "<p>Approved? Look at pack.",
        "<legend>4. Pack</legend>",
    )]  # fmt: skip
    assert places == sorted(places)


FIELD = Field(name="it", title="It", options={"yes": "", "no": "it is not"})
