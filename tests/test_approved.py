"""What was approved is kept for good, is never undone by whoever comes second, and holds no secret."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden import approved
from orgwarden.approvable import rows_of
from orgwarden.approved import Approval, Source, decoded, encoded, fold
from orgwarden.errors import BadInput
from orgwarden.model import Part
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, AccountState
from orgwarden.snapshot import Manifest, Snapshot
from orgwarden.store import FileStore
from tests.worlds import DESK, SOUND, VAULT, VEIL, A, B, account, alternate, mailbox, primary
from tests.worlds import approved as an_account

ORG, NEW = "o-sound00000", "333333333333"
DAY = datetime(2026, 11, 1, 6, tzinfo=UTC)
READ = (ACCOUNTS, PLACEMENTS, ROOT_MAILBOXES, PRIMARY_CONTACTS, ALTERNATE_CONTACTS)
SOURCE = Source(place="snapshots/2026-11/1", digest="d", opened=DAY, key_check=VEIL.check, aliases="")


def reading(
    day: int = 0,
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None,
    gaps: Mapping[tuple[str, str], str] | None = None,
    **hashed: str,
) -> Snapshot:
    """A snapshot of the sound organization with some rows replaced, and some not read."""
    gaps, changed = gaps or {}, parts or {}
    rows = {
        part: {
            key: row
            for key, row in {**SOUND[part], **changed.get(part, {})}.items()
            if not {(part.name, key), (part.name, "*")} & gaps.keys()
        }
        for part in READ
    }
    manifest = Manifest(
        schema=1,
        organization=ORG,
        management=A,
        period="2026-11",
        run="r",
        opened=DAY + timedelta(days=day),
        sealed=DAY + timedelta(days=day, hours=1),
        parts={},
        gaps=[],
        digest="d",
        previous="",
        versions={},
        **{"key_check": VEIL.check, **hashed},
    )
    return Snapshot(place="snapshots/2026-11/1", manifest=manifest, rows=rows, gaps=gaps)


def approval(rows: Mapping[Part[Any], Mapping[str, Any]], **others: Any) -> Approval:
    given = {"organization": ORG, "by": "ada", "at": DAY, "why": "meant", "source": SOURCE}
    return Approval(**{**given, **others}, rows=rows)


def settled(*readings: Snapshot) -> approved.Approved:
    """Give the state after some readings that were settled in order."""
    state = approved.NOTHING
    for snapshot in readings:
        fresh = approved.settled(state, snapshot)
        state = fold([fresh] if fresh else [], onto=state)
    return state


keys = st.sampled_from([A, B, NEW])
row = st.builds(lambda name: an_account(A, name=name), st.sampled_from(["one", "two", "three"]))
approvals = st.builds(
    lambda rows, removed, unread: approval(
        {APPROVED_ACCOUNTS: rows}, removed={APPROVED_ACCOUNTS: removed}, unread=unread
    ),
    st.dictionaries(keys, row, max_size=3),
    st.lists(keys, max_size=2).map(tuple),
    st.none() | st.frozensets(keys, max_size=2),
)
several = st.lists(approvals, max_size=5)


@given(several, several)
def test_folding_in_two_steps_is_folding_in_one(before, after):
    assert fold(after, onto=fold(before)) == fold(before + after)


@given(several, approvals)
def test_the_last_word_counts_and_touches_nothing_else(before, last):
    was, now = fold(before).accounts, fold([*before, last]).accounts
    rows, removed = (
        last.rows[APPROVED_ACCOUNTS],
        set(last.removed[APPROVED_ACCOUNTS]) - set(last.rows[APPROVED_ACCOUNTS]),
    )
    assert now == {**{key: row for key, row in was.items() if key not in removed}, **rows}


@given(several, approvals)
def test_approving_the_same_again_changes_no_row(before, last):
    once = fold([*before, last])
    assert (fold([last], onto=once).rows, fold([last], onto=once).unread) == (once.rows, once.unread)


@given(approvals)
def test_a_file_says_what_was_approved(one):
    assert decoded(encoded(one)) == one


def test_files_of_a_later_version_or_of_nobody_are_refused():
    with pytest.raises(BadInput, match=r"approved\.policies, which this version does not know"):
        decoded(encoded(approval({})).replace(b'"rows": {}', b'"rows": {"approved.policies": {}}'))
    with pytest.raises(BadInput, match="cannot be read"):
        decoded(b"{}")


def test_the_first_reading_is_approved_with_all_that_it_saw():
    state = settled(reading(parts={ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}))
    assert {key: row.state for key, row in state.accounts.items()} == {A: "ACTIVE", B: "CLOSED"}
    assert {key.partition("/")[0] for key in state.contacts} == {A}
    assert len(state.contacts) == 5


def test_the_same_reading_again_or_an_unchanged_one_approves_nothing():
    state = settled(reading())
    assert approved.settled(state, reading()) is approved.settled(state, reading(1)) is None


def test_an_account_that_joins_or_changes_later_is_not_approved_by_itself():
    later = reading(1, {ACCOUNTS: {NEW: account(NEW)}, PLACEMENTS: {B: ()}, PRIMARY_CONTACTS: {B: primary(VAULT)}})
    assert settled(reading(), later) == settled(reading())


def test_what_was_a_gap_at_first_is_approved_silently_when_it_is_first_seen():
    gaps = {
        (ACCOUNTS.name, B): "unparsable",
        (PRIMARY_CONTACTS.name, A): "denied",
        (PLACEMENTS.name, A): "denied",
    }
    first = settled(reading(gaps=gaps))
    assert (set(first.accounts), first.unread, first.accounts[A].path) == ({A}, {B}, None)
    later = settled(reading(gaps=gaps), reading(1))
    assert later.rows == settled(reading()).rows
    assert later.unread == frozenset()


def test_while_the_list_of_accounts_was_cut_off_none_that_appears_has_joined():
    cut = reading(gaps={(ACCOUNTS.name, "*"): "denied"}, parts={})
    first = settled(replace(cut, rows={**cut.rows, ACCOUNTS: {A: account(A)}}))
    assert (set(first.accounts), first.unread) == ({A}, {"*"})
    whole = settled(replace(cut, rows={**cut.rows, ACCOUNTS: {A: account(A)}}), reading(1))
    assert (set(whole.accounts), whole.unread) == ({A, B}, frozenset())
    assert settled(reading(), reading(1, {ACCOUNTS: {NEW: account(NEW)}})).unread == frozenset()


def test_a_gap_of_an_account_that_turns_out_not_to_exist_is_closed():
    lost = {(ACCOUNTS.name, NEW): "unparsable"}
    assert settled(reading(gaps=lost)).unread == {NEW}
    assert settled(reading(gaps=lost), reading(1)).unread == frozenset()


def test_an_older_reading_that_comes_late_approves_nothing():
    gaps = {(PRIMARY_CONTACTS.name, A): "denied"}
    assert approved.settled(settled(reading(2, gaps=gaps)), reading(1)) is None


def looked_at(state, snapshot):
    return approved.approved_parts(state, snapshot)[1]


def test_contacts_that_were_approved_under_another_key_are_gaps_and_accounts_are_not():
    gaps = looked_at(settled(reading()), reading(1, key_check="c-another"))
    assert {part for part, _ in gaps} == {APPROVED_CONTACTS.name}
    assert len(gaps) == 10
    assert all("accept --contacts" in cause for cause in gaps.values())


def test_under_other_alias_patterns_only_mailboxes_that_came_out_otherwise_are_gaps():
    folded = reading(1, {ROOT_MAILBOXES: {B: mailbox("all@corp.example")}}, aliases="a-1")
    assert set(looked_at(settled(reading()), folded)) == {(APPROVED_CONTACTS.name, f"{B}/ROOT")}


def test_without_any_approval_everything_is_a_gap_with_the_remedy():
    rows, gaps = approved.approved_parts(approved.NOTHING, reading())
    assert rows == {}
    assert set(gaps.values()) == {approved.NOTHING_YET}


def test_of_two_who_approve_at_once_the_second_decides_on_what_the_first_left(tmp_path: Path):
    store = FileStore(tmp_path)
    approved.amend(store, ORG, lambda _: approval({APPROVED_ACCOUNTS: {A: an_account(A, name="one", path=("ou-1",))}}))
    seen: list[int] = []

    def renamed(state: approved.Approved) -> Approval:
        return approval({APPROVED_ACCOUNTS: {A: replace(state.accounts[A], name="two")}})

    def moved(state: approved.Approved) -> Approval:
        seen.append(state.number)
        if len(seen) == 1:
            approved.amend(store, ORG, renamed)
        return approval({APPROVED_ACCOUNTS: {A: replace(state.accounts[A], path=("ou-2",))}})

    state, _ = approved.amend(store, ORG, moved)
    assert seen == [1, 2]
    assert state == approved.load(store, ORG)
    assert (state.accounts[A].name, state.accounts[A].path) == ("two", ("ou-2",))
    assert len(store.names("approved")) == 3


def test_the_tenth_file_comes_after_the_ninth(tmp_path: Path):
    store = FileStore(tmp_path)
    for number in range(12):
        approved.amend(store, ORG, lambda _, n=number: approval({APPROVED_ACCOUNTS: {A: an_account(A, name=str(n))}}))
    assert approved.load(store, ORG).accounts[A].name == "11"


def test_nothing_is_written_where_there_is_nothing_to_approve(tmp_path: Path):
    state, kept = approved.amend(FileStore(tmp_path), ORG, lambda _: None)
    assert (state.number, kept, list(tmp_path.iterdir())) == (0, None, [])


def test_a_file_holds_no_number_no_address_and_no_name_of_a_person(tmp_path: Path):
    store = FileStore(tmp_path)
    snapshot = reading(parts={ALTERNATE_CONTACTS: {f"{B}/SECURITY": alternate("jane.doe@corp.example", number=DESK)}})
    approved.amend(store, ORG, lambda state: approved.settled(state, snapshot))
    text = store.read(f"approved/{ORG}/1.json").decode()
    digits = "".join(c for c in text if c.isdigit())
    assert "2025550285" not in digits
    assert not any(secret in text for secret in ("jane", "aws@", "soc@", "Somebody"))
    assert mailbox("jane.doe@corp.example").key in text


def test_rows_to_approve_leave_out_what_was_not_seen():
    world = reading(gaps={(PRIMARY_CONTACTS.name, B): "denied"}).world({}, {})
    assert f"{B}/PRIMARY" not in rows_of([B], world)[APPROVED_CONTACTS]
    assert f"{B}/ROOT" in rows_of([B], world)[APPROVED_CONTACTS]
