"""The wiki answers with https at its own name through the server, and shows each page as the state says it stands."""

import ssl

import pytest

from orgwarden.baseline import load
from orgwarden.collect.links import Links
from orgwarden.demo import seed
from orgwarden.errors import SkipAndNote
from orgwarden.parts.runbooks import LinkState

USING, CLOSING = "https://wiki.northwind.example/root/using", "https://wiki.northwind.example/root/closing?version=7"


@pytest.fixture
def links(seeded, monkeypatch: pytest.MonkeyPatch) -> Links:
    monkeypatch.setenv("HTTPS_PROXY", seeded.served.url)
    monkeypatch.setenv("NO_PROXY", "")
    return Links(ssl.create_default_context(cadata=seeded.served.authority))


def test_the_documents_of_the_demo_are_there_but_for_the_one_that_drifted(links):
    assert {document.link for document in load(seed.BASELINE).runbooks.documents or ()} == {USING, CLOSING, None}
    assert (links.led_to(USING), links.led_to(CLOSING)) == (LinkState.THERE, LinkState.GONE)


@pytest.mark.parametrize(("status", "state"), [(200, LinkState.THERE), (401, LinkState.SIGN_IN), (410, LinkState.GONE)])
def test_a_page_answers_as_it_is_said_to(seeded, links, status, state):
    assert seeded.http("PATCH", "/demo/state", {"wiki": {"/root/using": status}})[0] == 200
    assert links.led_to(USING) is state


def test_a_page_that_answers_no_get_answers_a_head_alike(seeded, links):
    seeded.http("PATCH", "/demo/state", {"wiki": {"/root/using": 405}})
    with pytest.raises(SkipAndNote, match=r"wiki\.northwind\.example answered 405"):
        links.led_to(USING)


@pytest.mark.parametrize("wiki", [{"root": 200}, {"/root": 99}, {"/root": "gone"}])
def test_what_no_page_can_answer_is_refused(seeded, wiki):
    assert seeded.http("PATCH", "/demo/state", {"wiki": wiki})[0] == 400


def test_the_server_is_a_proxy_to_nothing_else(links):
    with pytest.raises(SkipAndNote, match=r"wiki\.corp\.example cannot be reached from here: the proxy refuses"):
        links.led_to("https://wiki.corp.example/")


@pytest.mark.usefixtures("links")
def test_whoever_does_not_trust_its_authority_is_told_so():
    with pytest.raises(SkipAndNote, match="certificate that is not trusted here"):
        Links().led_to(USING)


def test_everybody_is_told_which_authority_to_trust(seeded):
    assert seeded.http("GET", "/demo/where")[1]["authority"] == seeded.served.authority
