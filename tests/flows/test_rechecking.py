"""A recheck says of a finding what a whole reading of the same moment would, and reads what decides it alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.again import Again, is_readable
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, Kind, State
from orgwarden.flows.needing import needed
from orgwarden.flows.rechecking import AS_A_WHOLE, _controls_of, overlaid
from orgwarden.flows.reviewing import controls_of
from orgwarden.model import Member, Status, Verdict, World, finding_id
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    MAIL_DOMAINS,
    PRIMARY_CONTACTS,
    ROOT_MAILBOXES,
    MailService,
)
from orgwarden.parts.organization import ACCOUNTS, AccountState
from orgwarden.parts.resources import WITNESSES
from orgwarden.population import WHOLE_ORGANIZATION
from orgwarden.snapshot import Page
from tests.worlds import A, B, account, alternate, gap, mailbox, primary, world

CONTROLS = {control.id: control for control in catalogue() if control.theme == "contacts"}
AT = datetime(2026, 11, 21, tzinfo=UTC)
NUMBERS = (None, "+1 202 555 0247", "+1 202 555 0285", "+1 202 000 0000")
ADDRESSES = ("aws@corp.example", "soc@corp.example", "somebody@gmail.com", "x@gone.example")


def finding(verdict: Verdict) -> Finding:
    return Finding(
        id=finding_id("o", verdict.control, verdict.subject),
        organization="o",
        control=verdict.control,
        subject=verdict.subject,
        kind=Kind.DEVIATION,
        state=State.OPEN,
        severity=CONTROLS[verdict.control].severity,
        owner="",
        reason=verdict.reason,
        evidence=verdict.evidence,
        accounts=tuple(verdict.accounts),
        first_seen=AT,
        last_seen=AT,
        opened_at=AT,
        opened_run="r",
        due=AT.date(),
        judged_at=AT,
        judged_run="r",
    )


@st.composite
def rows(draw: st.DrawFn, of: str) -> dict[Any, dict[str, Any]]:
    """What may be read of one account."""
    slots = {f"{of}/{kind}": draw(st.sampled_from((None, *ADDRESSES))) for kind in ALTERNATE_TYPES}
    return {
        ACCOUNTS: {of: account(of, state=draw(st.sampled_from((AccountState.ACTIVE, AccountState.SUSPENDED))))},
        ROOT_MAILBOXES: {of: mailbox(draw(st.sampled_from(ADDRESSES)))},
        PRIMARY_CONTACTS: {of: primary(draw(st.sampled_from(NUMBERS)))},
        ALTERNATE_CONTACTS: {slot: address and alternate(address) for slot, address in slots.items()},
    }


DOMAINS = {MAIL_DOMAINS: dict.fromkeys(("gmail.com", "corp.example"), MailService.MAIL_EXCHANGER)}
GONE = {MAIL_DOMAINS: {"gone.example": MailService.NO_SUCH_DOMAIN}}


def merged(*parts: dict[Any, dict[str, Any]]) -> World:
    found: dict[Any, dict[str, Any]] = {}
    for each in (DOMAINS, GONE, *parts):
        for part, some in each.items():
            found[part] = {**found.get(part, {}), **some}
    return world(found)


def reread_of(after: World, keys: set[tuple[str, str]]) -> Again:
    """What a reading of these keys at that moment gives."""
    by_name = {part.name: (part, found) for part, found in after.parts.items()}
    found: dict[Any, dict[str, Any]] = {}
    for name, key in keys:
        part, have = by_name[name]
        if key in have:
            found.setdefault(part, {})[key] = have[key]
    told = {(part.name, key) for part, some in found.items() for key in some}
    return Again(page=Page(rows=found), gone=frozenset(keys - told))


def rechecked(one: Finding, before: World, after: World) -> World:
    seen, known = before, set[tuple[str, str]]()
    while more := {key for key in needed([one], CONTROLS[one.control], seen) if is_readable(key, seen)} - known:
        known |= more
        seen = overlaid(seen, reread_of(after, more))
    return seen


def status(one: Finding, seen: World) -> Status | None:
    told = {v.subject: v.status for v in evaluate([CONTROLS[one.control]], seen)}
    return told.get(one.subject)


@given(first=rows(A), second=rows(A), other=rows(B))
def test_what_changed_in_the_accounts_of_a_finding_is_judged_as_a_whole_reading_would(first, second, other):
    before, after = merged(first, other), merged(second, other)
    for verdict in [v for v in evaluate(CONTROLS.values(), before) if v.status is Status.FAIL]:
        one = finding(verdict)
        if A in one.accounts:
            assert status(one, rechecked(one, before, after)) is status(one, after), one.control


@given(first=rows(A), other=rows(B))
def test_a_recheck_asks_for_nothing_of_an_account_in_which_its_finding_does_not_stand(first, other):
    before = merged(first, other)
    # What is about the organization as a whole asks for all of it.
    of_places = [control for control in CONTROLS.values() if control.about is not WHOLE_ORGANIZATION]
    for verdict in [v for v in evaluate(of_places, before) if v.status is Status.FAIL]:
        one = finding(verdict)
        wanted = needed([one], CONTROLS[one.control], before)
        asked = {key[1].partition("/")[0] for key in wanted if is_readable(key, before)}
        named = {k.partition("/")[0] for v in one.evidence.values() if isinstance(v, tuple) for k in v}
        assert asked <= {*one.accounts, *named, one.subject.resource}, one.control


def test_a_gap_read_again_hides_the_row_that_was_read_before():
    fresh = Again(page=Page(gaps=gap(PRIMARY_CONTACTS, A)), gone=frozenset())
    seen = overlaid(world(), fresh)
    assert A not in seen.parts[PRIMARY_CONTACTS]
    assert seen.gaps == gap(PRIMARY_CONTACTS, A)


def test_a_row_read_again_closes_the_gap_that_there_was():
    before = world(gaps=gap(PRIMARY_CONTACTS, A))
    seen = overlaid(before, Again(page=Page(rows={PRIMARY_CONTACTS: {A: primary(None)}}), gone=frozenset()))
    assert (seen.gaps, seen.of(PRIMARY_CONTACTS, A).phone) == ({}, None)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_part_that_is_not_read_again_is_unseen_to_a_control_that_asks_for_it(*, keeps: bool):
    from orgwarden.flows.rechecking import refreshed
    from orgwarden.flows.reviewing import Judged
    from orgwarden.snapshot import Manifest, Snapshot

    def check(member: Member, seen: World):
        return None if keeps else seen.of(WITNESSES, member.subject.account) and None

    before = replace(world(), parts={**world().parts, WITNESSES: {A: ("the services",)}})
    control = replace(CONTROLS["contacts.primary_phone_valid"], check=check)
    verdict = next(v for v in evaluate([control], before) if v.subject.account == A)
    manifest = Manifest(
        schema=1,
        organization="o",
        management=A,
        period="2026-11",
        run="r",
        opened=AT,
        sealed=AT,
        key_check="",
        parts={},
        gaps=[],
        digest="",
        previous="",
        versions={},
    )
    snapshot = Snapshot(place="p", manifest=manifest, rows={WITNESSES: {}}, gaps={})
    last = Judged(snapshot=snapshot, world=before, theme="all", controls=(control,), verdicts=())

    def read(keys: Collection[tuple[str, str]], *, before: World) -> Again:
        return reread_of(before, set(keys))

    fresh = refreshed([finding(verdict)], {control.id: control}, last, read)
    assert (AS_A_WHOLE in fresh.world.gaps.values()) is not keeps


@pytest.mark.parametrize(
    ("control", "told"),
    [
        ("contacts.phone_answers", "is not read from the organization: what people answer"),
        ("x.gone", "left the catalogue"),
    ],
)
def test_what_no_reading_decides_is_refused_with_who_judges_it(control, told):
    one = replace(finding(next(iter(evaluate(tuple(CONTROLS.values()), world())))), control=control)
    with pytest.raises(BadInput, match=told):
        _controls_of([one], controls_of(None))
