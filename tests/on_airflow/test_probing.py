"""Messages go through Airflow's connection as plain text; what a mail server says is told without the address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.attestations.bounces import MARKED, bounce_of
from orgwarden.attestations.links import MARK, probe_of, token
from orgwarden.demo.embedded import port
from orgwarden.flows.mailing import Letter
from orgwarden.flows.probing import NotTaken, Returned
from orgwarden.model import Period
from tests.attestations.test_bounces import KEY, PROBE, report
from tests.mailboxes import serving

TO = "aws+prod@corp.example"
SIGNED = token(KEY, PROBE, MARK)
LINK = f"https://airflow.corp.example/orgwarden/probe/{token(KEY, PROBE)}"


def letter(to=TO):
    return Letter(
        to=to, subject="Please confirm", text=f"To a•••@corp.example:\n\n   {LINK}\n", files={},
        headers={MARKED: SIGNED},
    )  # fmt: skip


def connection(at, extra="from_email=orgwarden%40corp.example&disable_ssl=true&disable_tls=true&retry_limit=0"):
    return f"smtp://127.0.0.1:{at}/?{extra}"


@pytest.fixture(scope="module")
def probing():
    from orgwarden.on_airflow import probing

    return probing


@pytest.fixture
def mail(monkeypatch):
    with serving() as found:
        monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", connection(found.port))
        yield found


@pytest.fixture
def post(probing):
    with probing.Post(pause=0.0) as found:
        yield found


def test_a_message_is_plain_text_with_its_link_whole_and_its_mark(mail, post):
    post(letter())
    (taken,) = mail.taken
    assert taken.get_content_type() == "text/plain"
    assert LINK in taken.get_content().split()
    assert (taken["To"], taken["From"], taken["Subject"]) == (TO, "orgwarden@corp.example", "Please confirm")
    assert taken["Auto-Submitted"] == "auto-generated"
    assert probe_of(KEY, taken[MARKED], MARK) == PROBE
    assert taken["Message-ID"] == f"<{SIGNED}@corp.example>"
    assert taken["Date"]


def test_a_report_that_brings_our_own_headers_back_leads_to_the_message(mail, post):
    post(letter())
    headers = "\n".join(f"{name}: {value}" for name, value in mail.taken[0].items() if name != "To")
    assert bounce_of(report(mark=headers), KEY).probe == PROBE


def test_all_messages_go_by_one_connection(mail, post):
    for _ in range(3):
        post(letter())
    assert (len(mail.taken), len(mail.connections)) == (3, 1)


def test_a_mailbox_that_the_server_does_not_know_is_refused_once_and_the_next_is_sent(mail, post):
    mail.refused.add(TO)
    with pytest.raises(Returned, match=r"550 5\.1\.1 <a•••@corp.example>: nobody of that name") as error:
        post(letter())
    assert "prod" not in str(error.value)
    post(letter("labs@corp.example"))
    assert [one["To"] for one in mail.taken] == ["labs@corp.example"]


@pytest.mark.parametrize(
    ("changed", "says", "is_passing"),
    [
        ({"said": {TO: "451 4.7.1 come back later"}}, "451 4.7.1 come back later", True),
        ({"said": {TO: "421 4.3.2 going down"}}, "421 4.3.2 going down", True),
        ({"said": {TO: "530 5.7.0 sign in first"}}, "530 5.7.0 sign in first", False),
        ({"sender": "550 5.7.1 you may not send"}, "550 5.7.1 you may not send", False),
        ({"data": "554 5.7.1 looks like spam"}, "554 5.7.1 looks like spam", False),
        ({"data": "452 4.3.1 disk full"}, "452 4.3.1 disk full", True),
    ],
    ids=("greylisted", "going down", "sign in first", "sender", "spam", "full"),
)
def test_what_says_nothing_about_the_mailbox_is_no_bounce(mail, post, changed, says, is_passing):
    for name, value in changed.items():
        setattr(mail, name, value)
    with pytest.raises(NotTaken, match=says) as error:
        post(letter())
    assert error.value.is_passing is is_passing


def test_a_server_that_closed_the_connection_is_connected_to_again(mail, post):
    mail.said[TO] = "421 4.3.2 going down"
    for _ in range(2):
        with pytest.raises(NotTaken):
            post(letter())
    post(letter("labs@corp.example"))
    assert len(mail.taken) == 1


def test_a_server_that_does_not_listen_is_tried_once_for_all_messages(monkeypatch, post):
    at = port()
    monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", connection(at))
    for _ in range(2):
        with pytest.raises(NotTaken, match="the mail server cannot be reached: ConnectionRefusedError") as error:
            post(letter())
        assert error.value.is_passing
        with serving() as mail:  # listens elsewhere, and gets nothing
            assert mail.taken == []


def test_a_connection_without_a_sender_is_told_with_the_remedy(monkeypatch, mail, post):
    monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", connection(mail.port, "disable_ssl=true&disable_tls=true"))
    with pytest.raises(NotTaken, match="add from_email to its extra") as error:
        post(letter())
    assert not error.value.is_passing


@settings(max_examples=40, deadline=None)
@given(st.from_regex(r"\A[^\s<>()\[\],;:\\\"@\x00-\x1f]{1,30}\Z"))
def test_whatever_stands_before_the_at_nothing_but_our_own_errors_is_raised(local):
    from orgwarden.on_airflow.probing import Post

    class Client:
        def __init__(self):
            self.sent = []

        def ehlo_or_helo_if_needed(self):
            pass

        def has_extn(self, _):
            return True

        def send_message(self, message, to_addrs, **_):
            self.sent.append((message.as_bytes(), to_addrs))

    client = Client()
    Post(pause=0.0)._send(client, "orgwarden@corp.example", letter(f"{local}@corp.example"))  # noqa: SLF001 - no server for each
    assert client.sent[0][1] == [f"{local}@corp.example"]


@pytest.mark.parametrize(
    ("base_url", "with_connection", "says"),
    [("", True, "api.base_url"), ("https://airflow.corp.example", False, "Airflow has no connection orgwarden_smtp")],
)
def test_what_is_not_set_up_is_noted_with_each_mailbox(probing, monkeypatch, base_url, with_connection, says):
    if with_connection:
        monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", connection(1))
    else:
        monkeypatch.setattr(probing.connections, "connection", lambda _: None)
    monkeypatch.setattr(probing, "address", lambda: base_url)
    told = []

    def called(flow, quarter, post, **named):
        with pytest.raises(NotTaken, match=says) as error:
            post(letter())
        told.append((flow.__name__, quarter, named["opening"], error.value.is_passing))
        return {}

    monkeypatch.setattr(probing, "call", called)
    probing.send_probes(Period("2026-Q4"), opening=True)
    assert told == [("send", Period("2026-Q4"), True, False)]


def test_the_address_at_which_people_reach_airflow_is_its_own_setting(probing, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.corp.example/team/")
    assert probing.address() == "https://airflow.corp.example/team"
    monkeypatch.delenv("AIRFLOW__API__BASE_URL")
    assert probing.address() == ""
