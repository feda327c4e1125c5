"""What the demo's people did with their mail is held against what comes of it."""

from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from orgwarden.demo import confirming
from orgwarden.demo.confirming import COMES_BACK, READERS, confirmed, judged
from orgwarden.parts.probed import REACHES_TWO
from orgwarden.privacy import Veil

VEIL = Veil(b"key")
MAILBOXES = {"by two": "m-2", "by one": "m-1", "came back": "m-0"}
AS_DONE = {"m-2": "PASS", "m-1": "UNKNOWN", "m-0": "FAIL", "m-9": "UNKNOWN"}


def rows(**changed):
    statuses = {**AS_DONE, **{name.replace("_", "-"): status for name, status in changed.items()}}
    cause = "asked, due 2026-10-31"
    return [{"control": REACHES_TWO, "resource": m, "status": s, "cause": cause} for m, s in statuses.items()]


def test_two_make_it_count_one_is_too_few_one_came_back_and_the_rest_waits():
    assert judged(rows(), MAILBOXES) == confirming.Messages(counts={"PASS": 1, "FAIL": 1, "UNKNOWN": 2}, wrong=())


@pytest.mark.parametrize("changed", [{"m_2": "UNKNOWN"}, {"m_1": "PASS"}, {"m_0": "UNKNOWN"}])
def test_whatever_came_of_it_otherwise_is_told(changed):
    assert len(judged(rows(**changed), MAILBOXES).wrong) == 1


def test_what_is_unknown_for_another_cause_is_told():
    silent = [{**row, "cause": "no message was sent yet"} for row in rows()]
    assert len(judged(silent, MAILBOXES).wrong) == 2


class Api:
    def __init__(self, name, visited):
        self.name, self.visited = name, visited

    def visit(self, method, path):
        self.visited.append((self.name, method, path))

    def send(self, *said):
        self.visited.append(said)


def test_each_reader_opens_the_link_and_presses(monkeypatch):
    visited, letters = [], {}
    for number, mailbox in enumerate(READERS):
        message = EmailMessage()
        message.set_content(f"Open\n\n   http://127.0.0.1:8080/orgwarden/probe/{number}\n\nby today")
        letters[mailbox] = [message]
    people = SimpleNamespace(apis={name: Api(name, visited) for who in READERS.values() for name in who})
    monkeypatch.setattr(confirming, "People", lambda _: people)
    demo = SimpleNamespace(
        mailroom=SimpleNamespace(to=letters.get), api=Api("admin", visited), tell=lambda _: None, veil=VEIL
    )
    chain = SimpleNamespace(
        looked=lambda: [{"control": REACHES_TWO, "resource": VEIL.mailbox(COMES_BACK), "status": "FAIL", "cause": ""}]
    )
    found = confirmed(demo, chain)
    pressed = [(name, path) for name, method, path in visited if method == "POST"]
    assert pressed == [
        ("astrid", "/orgwarden/probe/0"), ("henrik", "/orgwarden/probe/0"), ("astrid", "/orgwarden/probe/0"),
        ("oluf", "/orgwarden/probe/1"), ("oluf", "/orgwarden/probe/1"),
    ]  # fmt: skip
    assert (dict(found.counts), len(found.wrong)) == ({"PASS": 0, "FAIL": 1, "UNKNOWN": 0}, 2)
