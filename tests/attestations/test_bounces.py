"""Only a report of failure about a message of ours is a bounce, and what it says names nobody."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.attestations.bounces import LONGEST, MARKED, NO_REASON, bounce_of, told
from orgwarden.attestations.links import MARK, token

KEY, PROBE = b"key", "ab" * 16
SIGNED = token(KEY, PROBE, MARK)


def report(  # noqa: PLR0913 - each is one thing that a report may have or lack
    *,
    action="failed",
    status="5.1.1",
    diagnostic="smtp; 550 5.1.1 <aws@corp.example>: Recipient address rejected",
    mark=f"{MARKED}: {SIGNED}",
    returned="text/rfc822-headers",
    kind="delivery-status",
    top="",
):
    """A report as mail servers write it."""
    return f"""\
From: MAILER-DAEMON@mx.corp.example
To: orgwarden@corp.example
Subject: Undelivered Mail Returned to Sender
{top}MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/{kind}

Reporting-MTA: dns; mx.corp.example
X-Postfix-Queue-ID: 4ABC

Final-Recipient: rfc822; aws@corp.example
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--b1
Content-Type: {returned}

Subject: Please confirm
To: aws@corp.example
{mark}

--b1--
""".replace("\n", "\r\n").encode()


def test_a_message_that_came_back_is_told_without_its_recipient():
    found = bounce_of(report(), KEY)
    assert found is not None
    assert found.probe == PROBE
    assert found.text == "5.1.1 550 5.1.1 <a•••@corp.example>: Recipient address rejected"


@pytest.mark.parametrize(
    "mark",
    [
        {"returned": "message/rfc822"},
        {"mark": f"Message-ID: <{SIGNED}@corp.example>"},
        {"mark": "X: y", "top": f"In-Reply-To: <{SIGNED}@corp.example>\n"},
        {"mark": "X: y", "top": f"References: <other@x>\n <{SIGNED}@corp.example>\n"},
        {"mark": f"{MARKED.lower()}:\n {SIGNED}"},
    ],
    ids=("whole message", "message id", "reply", "references", "folded"),
)
def test_the_mark_is_found_wherever_a_mail_server_left_it(mark):
    assert bounce_of(report(**mark), KEY).probe == PROBE


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_late_or_arrived_is_no_bounce(action):
    assert bounce_of(report(action=action), KEY) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Subject: hello\r\n\r\nHow are you?",
        f"{MARKED}: {SIGNED}\r\nSubject: I am on holiday\r\n\r\nBack on Monday.".encode(),
        report(kind="disposition-notification"),
        report(mark="X: y"),
        report(mark=f"{MARKED}: {token(b'other', PROBE, MARK)}"),
        report(mark=f"{MARKED}: {token(KEY, PROBE)}"),
    ],
    ids=("nothing", "unrelated", "holiday", "read receipt", "no mark", "forged mark", "a link for a mark"),
)
def test_what_is_no_report_about_a_message_of_ours_is_no_bounce(data):
    assert bounce_of(data, KEY) is None


@given(st.integers(0, len(report())))
@settings(max_examples=60)
def test_a_report_that_was_cut_off_is_read_as_far_as_it_goes_or_not_at_all(at):
    found = bounce_of(report()[:at], KEY)
    assert found is None or found.probe == PROBE
    # The mark stands at the end.
    assert found is None or at >= report().index(SIGNED.encode()) + len(SIGNED)


@given(st.binary(max_size=300), st.integers(0, len(report())))
@settings(max_examples=60)
def test_whatever_comes_nothing_is_raised(data, at):
    bounce_of(data, KEY)
    whole = report()
    bounce_of(whole[:at] + data + whole[at:], KEY)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=400))
@settings(max_examples=60)
def test_what_a_mail_server_says_is_one_short_line(said):
    text = told(550, said.encode())
    assert len(text) <= LONGEST + 4
    assert "\n" not in text


@pytest.mark.parametrize(
    "said",
    [
        "call +47 938 51 274", "938 51 274 is off", "user ada.lovelace@corp.example unknown", "ada@localhost gone",
        "<bounces+ada=corp.example@mx.example>", "tel:93851274@sms.example",
    ],
)  # fmt: skip
def test_no_address_and_no_number_is_in_it(said):
    text = told(550, said)
    assert not re.search(r"lovelace|ada[^•]|938|274", text)
    assert "•••" in text


def test_a_report_that_gives_no_reason_says_so():
    assert bounce_of(report(status="", diagnostic=""), KEY).text == NO_REASON
