"""A reading that does not add up is stopped, and says what does not; a gap is known and does not stop it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from orgwarden.collect.gate import account_frame, check, organization_frame, part_frame
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import ASSIGNMENTS, GROUP_MEMBERS, PERMISSION_SET_ACCOUNTS, PERMISSION_SETS
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
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TAGS, POLICY_TARGETS
from orgwarden.parts.resources import REGIONS, WITNESSES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, ROOT_USE, RootMfa
from orgwarden.snapshot import Page, merged
from tests.access_worlds import assigned, credentials, permission_set, use
from tests.governance_worlds import policy

A, B, ROOT, UNIT = "111111111111", "222222222222", "r-1", "ou-1-a"
GUARD, FULL, SET, GROUP, REGION = "p-guard", "p-FullAWSAccess", "arn:aws:sso:::permissionSet/1", "g-1", "us-east-1"
ROOT_PARTS = (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA)
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
        ROOT_CREDENTIALS: dict.fromkeys((A, B), credentials()),
        ROOT_USE: dict.fromkeys((A, B), use()),
        ROOT_MFA: dict.fromkeys((A, B), RootMfa(devices=(), is_whole=False)),
        POLICIES: {GUARD: policy(), FULL: policy(aws_managed=True)},
        POLICY_BODIES: {GUARD: "{}"},
        POLICY_TARGETS: {GUARD: (UNIT,)},
        POLICY_TAGS: {GUARD: {}},
        PERMISSION_SETS: {SET: permission_set()},
        PERMISSION_SET_ACCOUNTS: {SET: (A,)},
        ASSIGNMENTS: {SET: assigned(groups=(GROUP,))},
        GROUP_MEMBERS: {GROUP: ()},
        REGIONS: {EVERYTHING: (REGION,)},
        WITNESSES: dict.fromkeys((REGION, "global"), ("resource-explorer",)),
    }


def unaccounted(rows: dict[Any, dict[str, Any]], gaps: dict[tuple[str, str], str] | None = None) -> dict[str, int]:
    """How many keys are neither a row nor a gap, by part, where any is."""
    lines = part_frame(*merged([Page(rows=rows, gaps=gaps or {})]))
    return {line["part"]: line["unaccounted"] for line in lines if line["unaccounted"]}


def against(*pages: Page, before: int | None = None, most_lost: float = 0.2) -> set[str]:
    """What does not hold of the pages."""
    return {c.says for c in check(pages, before=before, most_lost=most_lost).checks if not c.holds}


def test_a_sound_reading_passes_every_check():
    checks = check([Page(rows=sound())], before=2, most_lost=0.2).checks
    assert len(checks) == 7
    assert unaccounted(sound()) == {}
    assert all(c.holds for c in checks)


def test_gaps_do_not_stop_a_reading():
    rows = sound()
    for part in (ACCOUNTS, ROOT_MAILBOXES, TAGS, PLACEMENTS, PRIMARY_CONTACTS, *ROOT_PARTS):
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


ASKED_FOR_BY_KEY = (
    *(ROOT_MAILBOXES, PRIMARY_CONTACTS, ALTERNATE_CONTACTS, TAGS, MAIL_DOMAINS, *ROOT_PARTS),
    *(POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS, ASSIGNMENTS, PERMISSION_SET_ACCOUNTS, GROUP_MEMBERS, WITNESSES),
)


def test_each_part_that_is_asked_for_by_key_is_counted():
    assert {line["part"] for line in part_frame({}, {})} == {part.name for part in ASKED_FOR_BY_KEY}


@pytest.mark.parametrize("part", ASKED_FOR_BY_KEY, ids=lambda part: part.name)
def test_a_row_that_is_neither_read_nor_told_as_a_gap_is_found(part: Any):
    rows = sound()
    key, _ = rows[part].popitem()
    assert unaccounted(rows)[part.name] == 1
    assert part.name not in unaccounted(rows, {(part.name, key): "denied"})


@pytest.mark.parametrize("part", ASKED_FOR_BY_KEY, ids=lambda part: part.name)
def test_a_row_that_nobody_asked_for_is_found_and_in_a_part_that_was_not_read_nothing_is_missed(part: Any):
    rows = sound()
    rows[part]["x-unasked"] = next(iter(rows[part].values()))
    assert unaccounted(rows)[part.name] == 1
    emptied = {**sound(), part: {}}
    assert part.name not in unaccounted(emptied, {(part.name, EVERYTHING): "the sweep failed"})


def test_a_thing_that_was_listed_and_could_not_be_described_is_asked_for_the_rest():
    rows = sound()
    del rows[PERMISSION_SETS][SET]
    assert unaccounted(rows, {(PERMISSION_SETS.name, SET): "a policy that does not parse"}) == {}
    del rows[PERMISSION_SET_ACCOUNTS][SET]
    assert unaccounted(rows, {(PERMISSION_SETS.name, SET): "denied"}) == {PERMISSION_SET_ACCOUNTS.name: 1}


def test_the_root_user_of_a_management_account_whose_listing_does_not_parse_is_accounted_for():
    rows = sound()
    for part in (ACCOUNTS, ROOT_MAILBOXES, TAGS, PRIMARY_CONTACTS):
        del rows[part][A]
    for kind in ALTERNATE_TYPES:
        del rows[ALTERNATE_CONTACTS][f"{A}/{kind}"]
    assert unaccounted(rows, {(ACCOUNTS.name, A): "an account that does not parse"}) == {}


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
