"""A reading that does not add up is stopped, and says what does not; a gap is known and does not stop it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from orgwarden.collect.gate import account_frame, check, organization_frame, part_frame
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    MAIL_DOMAINS,
    PRIMARY_CONTACTS,
    ROOT_MAILBOXES,
    Mailbox,
    MailService,
    PrimaryContact,
)
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    TAGS,
    UNITS,
    Account,
    AccountState,
    Organization,
    Unit,
)
from orgwarden.snapshot import Page, merged

A, B, ROOT, UNIT = "111111111111", "222222222222", "r-1", "ou-1-a"
MAILBOX = Mailbox(key="m-1", masked="r•••@corp.example", domain="corp.example")


def account(key: str) -> Account:
    return Account(id=key, name=key, state=AccountState.ACTIVE, joined="", method="")


def sound() -> dict[Any, dict[str, Any]]:
    organization = Organization(id="o-1", management_account=A, feature_set="ALL", root=ROOT)
    return {
        ORGANIZATION: {EVERYTHING: organization},
        ACCOUNTS: {A: account(A), B: account(B)},
        ROOT_MAILBOXES: {A: MAILBOX, B: MAILBOX},
        UNITS: {UNIT: Unit(name="workloads", parent=ROOT)},
        PLACEMENTS: {A: (), B: (UNIT,)},
        TAGS: {A: {}, B: {}, ROOT: {}, UNIT: {}},
        PRIMARY_CONTACTS: {key: PrimaryContact(phone=None, verification="") for key in (A, B)},
        ALTERNATE_CONTACTS: {f"{key}/{kind}": None for key in (A, B) for kind in ALTERNATE_TYPES},
        MAIL_DOMAINS: {"corp.example": MailService.MAIL_EXCHANGER},
    }


def against(*pages: Page, before: int | None = None, most_lost: float = 0.2) -> set[str]:
    """What does not hold of the pages."""
    return {c.says for c in check(pages, before=before, most_lost=most_lost).checks if not c.holds}


def test_a_sound_reading_passes_every_check():
    checks = check([Page(rows=sound())], before=2, most_lost=0.2).checks
    assert len(checks) == 7
    assert all(c.holds for c in checks)


def test_gaps_do_not_stop_a_reading():
    rows = sound()
    for part in (ACCOUNTS, ROOT_MAILBOXES, TAGS, PLACEMENTS, PRIMARY_CONTACTS):
        del rows[part][B]
    for kind in ALTERNATE_TYPES:
        del rows[ALTERNATE_CONTACTS][f"{B}/{kind}"]
    assert against(Page(rows=rows, gaps={(ACCOUNTS.name, B): "unreadable"}), before=2) == set()
    gap = {(part.name, EVERYTHING): "failed" for part in (PRIMARY_CONTACTS, UNITS)}
    rows = sound()
    del rows[TAGS][UNIT]
    assert against(Page(rows={**rows, UNITS: {}, PRIMARY_CONTACTS: {}}, gaps=gap)) == set()


def test_an_id_that_is_none_and_an_account_that_is_listed_twice_are_told_with_the_account():
    wrong = {**sound(), ACCOUNTS: {A: account(A), B: account(B), "12": account("12")}}
    failed = check([Page(rows=wrong), Page(rows={ACCOUNTS: {B: account(B)}})], before=None, most_lost=1)
    told = {c.says: c.against for c in failed.checks if not c.holds}
    assert told["an account's id has 12 digits"] == ("12",)
    assert told["an account is listed once"] == (B,)


def test_an_account_that_stands_nowhere_is_told():
    rows = sound()
    rows[PLACEMENTS] = {A: (), B: ("ou-gone",)}
    assert against(Page(rows=rows)) == {"an account stands under one organizational unit or the root"}
    del rows[PLACEMENTS][B]
    assert [line["stands"] for line in account_frame([Page(rows=rows)], rows, {})] == ["known", "under nowhere"]


@pytest.mark.parametrize("part", [TAGS, PRIMARY_CONTACTS, ALTERNATE_CONTACTS])
def test_a_row_that_is_neither_read_nor_told_as_a_gap_is_found(part: Any):
    rows = sound()
    rows[part].popitem()
    lost = {line["part"]: line["unaccounted"] for line in part_frame(*merged([Page(rows=rows)]))}
    assert lost == {
        p.name: int(p is part) for p in (ROOT_MAILBOXES, PRIMARY_CONTACTS, ALTERNATE_CONTACTS, TAGS, MAIL_DOMAINS)
    }


def test_an_organization_may_not_lose_more_than_its_bound_nor_its_management_account():
    rows = sound()
    assert against(Page(rows=rows), before=3, most_lost=0.2) == {
        "at most 20% of the accounts vanished since the last snapshot"
    }
    assert against(Page(rows=rows), before=3, most_lost=0.4) == set()
    del rows[ACCOUNTS][A]
    assert organization_frame(rows, {}, None) == [{"management_listed": False, "lost": 0.0}]


def test_the_pages_of_a_gate_say_what_does_not_hold_and_lead_nowhere():
    rows = sound()
    rows[ACCOUNTS]["12"] = account("12")
    pages = {name: page.decode() for name, page in check([Page(rows=rows)], before=None, most_lost=1).pages.items()}
    assert set(pages) == {"index.html", "accounts.html", "parts.html", "organization.html"}
    assert "an account&#x27;s id has 12 digits</td><td>12<" in pages["index.html"]
    assert "Unexpected Value" in pages["accounts.html"]
    for page in pages.values():
        assert not re.search(r"https?://|<script|<link|<img|src=|url\(", page)
        assert set(re.findall(r'href="([^"]*)"', page)) <= set(pages)


def test_the_pages_of_a_gate_tell_no_name_address_or_number():
    rows = sound()
    rows[ACCOUNTS] = {key: replace(account(key), name="Secret Project") for key in (A, B, "12")}
    pages = check([Page(rows=rows)], before=None, most_lost=1).pages.values()
    assert not any(word in page for page in pages for word in (b"Secret Project", b"corp.example"))
