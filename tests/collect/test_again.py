"""What decides a finding about a link is read again by the key of its row; one that nobody names any more is gone."""

from dataclasses import replace
from datetime import date

import pytest

from orgwarden.collect.again import reread
from orgwarden.collect.mail_domains import resolver
from orgwarden.collect.means import Means
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.errors import SkipAndNote
from orgwarden.flows.needing import needed
from orgwarden.flows.rechecking import overlaid
from orgwarden.model import Status, World
from orgwarden.parts.runbooks import RUNBOOK_LINKS, LinkState
from orgwarden.privacy import Veil
from tests.access_worlds import governed
from tests.collect.fakes import aws
from tests.flows.test_rechecking import CONTROLS as OF_CONTACTS
from tests.flows.test_rechecking import finding
from tests.runbook_worlds import SOUND, WIKI

(CONTROL,) = [control for control in catalogue() if control.id == "root.runbooks_current"]
KEY = (RUNBOOK_LINKS.name, WIKI)
LINK = "https://wiki.corp.example/root?page=7"
BEFORE = governed({**SOUND, RUNBOOK_LINKS: {WIKI: LinkState.GONE}})


class Answering:
    """Links that all lead to one thing, or do not answer."""

    def __init__(self, state: LinkState | None) -> None:
        self.state, self.asked = state, []

    def led_to(self, link: str) -> LinkState:
        self.asked.append(link)
        if self.state is None:
            raise SkipAndNote("wiki.corp.example does not answer in time")
        return self.state


def means(answering: Answering, **documents: str) -> Means:
    known = {name.replace("_", "-"): link for name, link in documents.items()}
    return Means(
        aws=aws({}), dns=resolver(None), veil=Veil(b"k"), today=date(2026, 11, 21), links=answering, documents=known
    )


def rechecked(answering: Answering, **documents: str) -> World:
    return overlaid(BEFORE, reread({KEY}, before=BEFORE, means=means(answering, **documents)))


NAMED = {WIKI.replace("-", "_"): LINK}


def status(seen: World) -> Status:
    return next(v.status for v in evaluate([CONTROL], seen) if v.subject.resource == "use_root")


def test_a_finding_about_a_link_needs_that_link(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(OF_CONTACTS, CONTROL.id, CONTROL)
    (gone,) = [v for v in evaluate([CONTROL], BEFORE) if v.subject.resource == "use_root"]
    assert KEY in needed([finding(gone)], CONTROL, BEFORE)
    # Corrected since: the new link stands in no reading, and is asked all the same.
    newer = replace(BEFORE, parts={**BEFORE.parts, RUNBOOK_LINKS: {}})
    assert KEY in needed([finding(gone)], CONTROL, newer)


@pytest.mark.parametrize(
    ("state", "expected"), [(LinkState.THERE, Status.PASS), (LinkState.GONE, Status.FAIL), (None, Status.UNKNOWN)]
)
def test_what_it_leads_to_now_is_judged(state, expected):
    answering = Answering(state)
    assert status(rechecked(answering, **NAMED)) is expected
    assert answering.asked == [LINK]


def test_a_link_that_the_baseline_no_longer_names_is_asked_no_more():
    answering = Answering(LinkState.THERE)
    assert status(rechecked(answering)) is Status.UNKNOWN
    assert answering.asked == []
