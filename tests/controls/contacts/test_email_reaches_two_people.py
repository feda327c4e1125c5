from datetime import date

import pytest

from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import GROUPS, Group
from orgwarden.parts.organization import ACCOUNTS, AccountState
from orgwarden.parts.probed import PROBES, Confirmed, Delivery, Probed
from tests.worlds import ROOT, A, B, account, gap, mailbox, verdicts, world

CONTROL = "contacts.email_reaches_two_people"
HERE = ("", mailbox(ROOT).key)
# Worlds stand on 21 November 2026.
TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20)
BOTH = ("anna", "bjorn")


def probed(*by, last=None, **changed):
    usual = {
        "period": "2026-Q4", "sent": date(2026, 10, 1), "due": YESTERDAY, "delivery": Delivery.SENT, "text": "",
        "confirmed_by": by,
    }  # fmt: skip
    return Probed(last=last, **{**usual, **changed})


def held(period="2026-Q4", until=TODAY):
    return Confirmed(period=period, by=BOTH, until=until)


def said(probe, *, gaps=None, parts=None):
    rows = {} if probe is None else {HERE[1]: probe}
    return verdicts(CONTROL, world({PROBES: rows, **(parts or {})}, gaps))[HERE]


def test_two_people_who_confirmed_pass_and_are_named():
    found = said(probed(*BOTH, last=held()))
    assert found.status == "PASS"
    assert found.evidence == {
        "accounts": (A, B), "mailbox": "a•••@corp.example", "answered": BOTH, "period": "2026-Q4",
    }  # fmt: skip


def test_last_quarters_two_count_until_this_quarters_day_is_over():
    assert said(probed(last=held("2026-Q3"))).status == "PASS"
    assert said(probed(last=held("2026-Q3", YESTERDAY))).status == "FAIL"


@pytest.mark.parametrize(
    ("by", "reason"),
    [((), "nobody confirmed by 2026-11-20"), (("anna",), "one person alone confirmed by 2026-11-20")],
)
def test_past_the_day_one_person_alone_and_nobody_deviate(by, reason):
    found = said(probed(*by))
    assert (found.status, found.reason) == ("FAIL", f"{reason} that the message came")
    assert found.evidence["answered"] == by


@pytest.mark.parametrize("by", [(), ("anna",)])
def test_while_there_is_time_it_is_unknown_in_the_words_that_make_no_finding(by):
    found = said(probed(*by, due=TODAY))
    assert (found.status, found.cause) == ("UNKNOWN", "asked, due 2026-11-21")


@pytest.mark.parametrize("changed", [{"due": TODAY}, {"last": held("2026-Q3")}, {}])
@pytest.mark.parametrize("by", [(), ("anna",)])
def test_a_message_that_came_back_deviates_at_once_with_what_the_mail_server_said(by, changed):
    found = said(probed(*by, delivery=Delivery.REFUSED, text="550 5.1.1 nobody of that name", **changed))
    assert (found.status, found.reason) == ("FAIL", "the message came back: 550 5.1.1 nobody of that name")


def test_two_who_got_it_outweigh_one_whose_copy_came_back():
    assert said(probed(*BOTH, delivery=Delivery.REFUSED, text="550", last=held())).status == "PASS"


@pytest.mark.parametrize("due", [TODAY, YESTERDAY])
def test_a_message_that_could_not_be_sent_is_unknown_and_says_why(due):
    found = said(probed(delivery=Delivery.UNREACHABLE, text="the mail server cannot be reached", sent=None, due=due))
    assert (found.status, found.cause) == ("UNKNOWN", "the mail server cannot be reached")


def test_a_message_that_is_being_sent_is_unknown():
    assert said(probed(delivery=Delivery.MADE, sent=None)).cause.startswith("the message is not sent yet")


def test_a_mailbox_that_was_never_written_to_is_unknown():
    assert said(None).cause.startswith("no message was sent yet")


def test_one_that_was_not_written_to_since_its_last_message_counts_no_more_is_unknown():
    found = said(probed(*BOTH, last=held(until=YESTERDAY)))
    assert (found.status, "after that of 2026-Q4" in found.cause) == ("UNKNOWN", True)


@pytest.mark.parametrize("probe", [None, probed(), probed(*BOTH, last=held())])
def test_a_ticket_queue_is_not_asked(probe):
    queue = {GROUPS: {"*": {HERE[1]: Group(members=0, is_ticket_queue=True)}}}
    found = said(probe, parts=queue)
    assert (found.status, found.reason) == (
        "NOT_APPLICABLE", "its mail becomes tickets (contacts.groups, kind: ticket_queue)",
    )  # fmt: skip


@pytest.mark.parametrize("probe", [None, probed(), probed(*BOTH, last=held()), probed(delivery=Delivery.REFUSED)])
@pytest.mark.parametrize("unread", [gap(PROBES), gap(PROBES, HERE[1]), gap(GROUPS)])
def test_what_could_not_be_read_is_unknown(probe, unread):
    assert said(probe, gaps=unread).status == "UNKNOWN"


def test_a_mailbox_that_could_not_be_read_is_unknown_and_holds_back_no_other():
    found = verdicts(CONTROL, world({PROBES: {HERE[1]: probed(*BOTH, last=held())}}, gap(ROOT_MAILBOXES, B)))
    assert {(v.status.value, v.subject.resource or v.subject.account) for v in found.values()} == {
        ("PASS", HERE[1]), ("UNKNOWN", B),
    }  # fmt: skip


def test_a_mailbox_that_only_closed_accounts_use_is_not_judged():
    closed = {a: account(a, state=AccountState.CLOSED) for a in (A, B)}
    assert said(None, parts={ACCOUNTS: closed}).status == "NOT_APPLICABLE"
