"""A link is there, behind a sign-in or gone by the status of its answer; what tells nothing is a gap with its cause."""

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from orgwarden.collect import links as asking
from orgwarden.collect.links import MOST_REDIRECTS, Links
from orgwarden.demo.certificates import Authority
from orgwarden.errors import SkipAndNote
from orgwarden.parts.runbooks import LinkState
from tests.collect.pages import Pages, links, serving

THERE, SIGN_IN, GONE = LinkState.THERE, LinkState.SIGN_IN, LinkState.GONE
LINKS = links()


@pytest.fixture(scope="module")
def served() -> Iterator[Pages]:
    with serving() as pages:
        yield pages


@pytest.fixture
def pages(served: Pages) -> Pages:
    served.answers.clear()
    served.asked.clear()
    return served


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, THERE), (204, THERE), (299, THERE), (401, SIGN_IN), (403, SIGN_IN), (404, GONE), (410, GONE)],
)
def test_the_status_tells_what_a_link_leads_to(pages: Pages, status: int, state: LinkState):
    pages.answers["/root"] = (status, "")
    assert LINKS.led_to(pages.link("/root")) is state


@pytest.mark.parametrize("status", [400, 407, 418, 429, 500, 503, 599])
def test_an_answer_that_tells_nothing_of_the_page_is_a_gap(pages: Pages, status: int):
    pages.answers["/root"] = (status, "")
    with pytest.raises(SkipAndNote, match=f"^localhost answered {status}$"):
        LINKS.led_to(pages.link("/root"))


@pytest.mark.parametrize(
    "location",
    [
        "/login?next=/root", "/users/sign_in", "/Sign-In", "/sso/start", "/saml2/idp", "/oauth2/authorize",
        "https://identity.corp.example/", "http://identity.corp.example/", "//identity.corp.example/x",
        "https://localhost:1/root", "https://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_a_redirect_to_a_sign_in_or_to_another_host_is_alive_and_not_followed(pages: Pages, location: str):
    pages.answers["/root"] = (302, location)
    assert LINKS.led_to(pages.link("/root")) is SIGN_IN
    assert [path for _, path, _ in pages.asked] == ["/root"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_host_is_followed_to_where_it_leads(pages: Pages, status: int):
    pages.answers |= {"/root": (status, "/moved"), "/moved": (status, "there"), "/there": (200, "")}
    assert LINKS.led_to(pages.link("/root")) is THERE
    pages.answers["/there"] = (404, "")
    assert LINKS.led_to(pages.link("/root")) is GONE


def test_redirects_end_somewhere(pages: Pages):
    pages.answers |= {f"/{number}": (302, f"/{number + 1}") for number in range(20)}
    with pytest.raises(SkipAndNote, match="localhost sends in circles"):
        LINKS.led_to(pages.link("/0"))
    assert len(pages.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "location", ["", "ftp://localhost/root", "javascript:alert(1)", "https://[x", "https://x:99999"]
)
def test_a_redirect_to_nothing_that_can_be_asked_is_a_gap(pages: Pages, location: str):
    pages.answers["/root"] = (302, location)
    with pytest.raises(SkipAndNote, match="nothing that can be asked"):
        LINKS.led_to(pages.link("/root"))


def test_a_redirect_to_plain_http_is_a_gap(pages: Pages):
    pages.answers["/root"] = (302, "http://localhost/root")
    with pytest.raises(SkipAndNote, match="plain http"):
        LINKS.led_to(pages.link("/root"))


@pytest.mark.parametrize("status", [405, 501])
def test_a_place_that_answers_no_get_is_asked_for_its_head(pages: Pages, status: int):
    pages.answers |= {"GET /root": (status, ""), "HEAD /root": (200, "")}
    assert LINKS.led_to(pages.link("/root")) is THERE
    assert [method for method, *_ in pages.asked] == ["GET", "HEAD"]


def test_no_credential_no_cookie_and_no_fragment_is_sent(pages: Pages):
    pages.answers |= {"/root?page=7": (302, "/next"), "/next": (200, "")}
    LINKS.led_to(pages.link("/root?page=7#step-2"))
    assert [path for _, path, _ in pages.asked] == ["/root?page=7", "/next"]
    assert {name for *_, headers in pages.asked for name in headers} == {"Host", "User-Agent", "Accept"}


def test_what_a_link_asks_for_stands_in_no_log_and_no_cause(pages: Pages, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    pages.answers |= {"/private?token=hush": (302, "/other?token=hush"), "/other?token=hush": (500, "")}
    with pytest.raises(SkipAndNote) as told:
        LINKS.led_to(pages.link("/private?token=hush"))
    assert "hush" not in caplog.text + str(told.value)


@pytest.mark.parametrize(
    ("authority", "good_for"),
    [(Authority.new(), timedelta(days=1)), (None, timedelta(days=-1))],
    ids=["of another authority", "past its day"],
)
def test_a_certificate_that_is_not_trusted_is_a_gap(authority: Authority | None, good_for: timedelta):
    with (
        serving(good_for, *([authority] if authority else [])) as pages,
        pytest.raises(SkipAndNote, match=r"localhost shows a certificate that is not trusted here: .+"),
    ):
        LINKS.led_to(pages.link("/root"))


def test_a_certificate_of_another_name_is_a_gap(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *more, **named: resolve("127.0.0.1", *more, **named))
    with pytest.raises(SkipAndNote, match=r"wiki.corp.example shows a certificate that is not trusted"):
        LINKS.led_to(pages.link("/root", "wiki.corp.example"))


def test_a_name_without_address_and_a_closed_port_are_gaps(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SkipAndNote, match=r"^localhost cannot be reached from here$"):
        LINKS.led_to(f"https://localhost:{free_port()}/root")

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(8, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SkipAndNote, match=r"^wiki.corp.example has no address, as seen from here$"):
        LINKS.led_to("https://wiki.corp.example/root")


def test_a_host_that_says_nothing_is_a_gap_after_a_while(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "SECONDS", {"connect": 0.05, "read": 0.05, "write": 0.05, "pool": 0.05})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(SkipAndNote, match=r"^127.0.0.1 does not answer in time$"):
            LINKS.led_to(f"https://127.0.0.1:{port}/root")


def test_a_host_that_breaks_off_is_a_gap():
    with socket.create_server(("127.0.0.1", 0)) as rude:

        def hang_up() -> None:
            rude.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(SkipAndNote, match=r"127.0.0.1 (broke off|cannot be reached)"):
            LINKS.led_to(f"https://127.0.0.1:{rude.getsockname()[1]}/root")
        thread.join()


NEVER = ["169.254.169.254", "169.254.170.2", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "0.0.0.0"]  # noqa: S104


@pytest.mark.parametrize("address", NEVER)
def test_an_address_that_hands_out_credentials_is_never_connected_to(address: str):
    with pytest.raises(SkipAndNote, match="is at an address that is never asked"):
        LINKS.led_to(f"https://{address}/latest/meta-data/")


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254"])
def test_nor_by_a_name_that_resolves_to_it(address: str, monkeypatch: pytest.MonkeyPatch):
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (a, 443)) for a in ("127.0.0.1", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(SkipAndNote, match=r"wiki.corp.example is at an address that is never asked"):
        LINKS.led_to("https://wiki.corp.example/root")


def test_what_this_machine_trusts_counts_where_nothing_else_is_said(pages: Pages):
    with pytest.raises(SkipAndNote, match="certificate"):
        Links().led_to(pages.link("/root"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
