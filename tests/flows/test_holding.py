"""A review that came to its end is noted once; the quarter reads the notes, and says what it cannot read."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orgwarden.errors import BadInput
from orgwarden.flows import holding
from orgwarden.flows.holding import UNNOTED, Note, note, reviewed_months
from orgwarden.model import Status
from orgwarden.parts.reviews import REVIEWED_MONTHS, REVIEWS
from orgwarden.snapshot import Opened, Sealing, stage
from orgwarden.snapshot import seal as sealed
from orgwarden.store import MemoryStore

TODAY = date(2026, 11, 21)
MONTHS = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T06:00:00").replace(tzinfo=UTC)


def reading(store: MemoryStore, month: str, number: int = 1, *, on: str = "", organization: str = "o-1") -> str:
    place, when = f"snapshots/{month}/{number}", at(on or f"{month}-02")
    staging = stage(store, place, Opened(period=month, run=place, at=when, key_check="k"))
    made = Sealing(organization=organization, management="1", sealed=when, previous="", versions={})
    sealed(staging, made, parts=[], gaps={})
    return place


def review(store: MemoryStore, month: str, workflow: str = "contact_review", **changed: Any) -> str:
    told = {"organization": "o-1", "snapshot": f"snapshots/{month}/1", "at": at(f"{month}-02"), "decided": 9}
    verdicts = f"reviews/{month}/1/{workflow}-{'0' * 12}.parquet"
    store.replace(verdicts.replace(".parquet", ".jsonl"), b"")
    note(verdicts, Note(workflow=workflow, applicable=10, **{**told, **changed}), store=store)
    return verdicts


@pytest.fixture
def store() -> MemoryStore:
    """A store with one reading of each month of a year."""
    found = MemoryStore()
    for month in [f"2026-{number:02}" for number in range(1, 12)]:
        reading(found, month)
    return found


def months(store: MemoryStore, today: date = TODAY) -> dict[str, Any]:
    rows, gaps = reviewed_months("o-1", today, store=store)
    assert gaps == {}
    return rows


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 10, 1), "2026-07", "2026-10"),
        (date(2026, 12, 31), "2026-07", "2026-12"),
        (date(2027, 1, 1), "2026-10", "2027-01"),
        (date(2026, 3, 31), "2026-01", "2026-03"),
    ],
)
def test_the_months_are_those_of_this_quarter_until_today_and_of_the_one_before(store, today, first, last):
    found = months(store, today)
    assert (min(found), max(found)) == (first, last)


def test_a_month_has_its_last_day_the_first_seal_and_the_reviews_of_all_its_readings(store):
    reading(store, "2026-10", 2, on="2026-10-20")
    review(store, "2026-10")
    review(store, "2026-10", "organization_review", at=at("2026-11-03"), snapshot="snapshots/2026-10/2")
    found = months(store)
    assert list(found) == MONTHS
    october = found["2026-10"]
    assert (october.last, october.sealed) == (date(2026, 10, 31), date(2026, 10, 2))
    assert {(one.workflow, one.on, one.decided, one.applicable) for one in october.held} == {
        ("contact_review", date(2026, 10, 2), 9, 10),
        ("organization_review", date(2026, 11, 3), 9, 10),
    }
    assert (found["2026-09"].held, found["2026-09"].sealed) == ((), date(2026, 9, 2))


def test_a_month_without_a_reading_is_a_month_without_a_seal(store):
    for name in store.names("snapshots/2026-09"):
        store.delete(name)
    assert months(store)["2026-09"].sealed is None


def test_before_the_first_reading_nothing_was_to_be_reviewed():
    started = MemoryStore()
    assert months(started) == {}
    reading(started, "2026-10", on="2026-10-28")
    assert list(months(started)) == ["2026-10", "2026-11"]
    # Read anew for a month long ago, which began nothing then.
    reading(started, "2025-01", on="2026-10-29")
    assert list(months(started)) == ["2026-10", "2026-11"]


def test_one_reading_long_ago_is_enough_for_all_months_to_count():
    resumed = MemoryStore()
    reading(resumed, "2025-03")
    assert list(months(resumed)) == MONTHS


def test_another_organizations_readings_and_reviews_are_its_own(store):
    reading(store, "2025-01", organization="o-2")
    review(store, "2026-10", organization="o-2")
    assert months(store)["2026-10"].held == ()
    rows, _ = reviewed_months("o-2", TODAY, store=store)
    assert {row.sealed for row in rows.values()} == {None}


def test_the_first_time_that_a_review_was_held_stands(store):
    review(store, "2026-10", at=at("2026-10-03"))
    verdicts = review(store, "2026-10", at=at("2026-12-24"))
    assert json.loads(store.read(verdicts.replace(".parquet", ".held.json")))["at"].startswith("2026-10-03")


def test_verdicts_of_a_version_that_noted_nothing_leave_a_gap_and_no_deviation(store):
    store.replace("reviews/2026-08/1/contacts-000000000000.jsonl", b"")
    rows, gaps = reviewed_months("o-1", TODAY, store=store)
    assert gaps == {(REVIEWED_MONTHS.name, "2026-08"): UNNOTED}
    assert list(rows) == [month for month in MONTHS if month != "2026-08"]


@pytest.mark.parametrize(
    ("name", "month"), [("reviews/2026-10/1/x.held.json", "2026-10"), ("snapshots/2026-09/1/manifest.json", "2026-09")]
)
def test_what_cannot_be_read_is_a_gap_of_its_month(store, name, month):
    store.replace(name, b"{}")
    rows, gaps = reviewed_months("o-1", TODAY, store=store)
    assert list(gaps) == [(REVIEWED_MONTHS.name, month)]
    assert month not in rows


def test_where_nobody_can_tell_when_readings_began_all_is_a_gap():
    lost = MemoryStore()
    reading(lost, "2026-11")
    lost.replace("snapshots/2026-01/1/manifest.json", b"{}")
    rows, gaps = reviewed_months("o-1", TODAY, store=lost)
    assert (rows, list(gaps)) == ({}, [(REVIEWED_MONTHS.name, "*")])


def test_what_is_counted_are_the_verdicts_of_questions_that_arise():
    statuses = {Status.PASS: 5, Status.FAIL: 2, Status.UNKNOWN: 1, Status.NOT_APPLICABLE: 7}
    assert holding.counted(statuses) == {"decided": 7, "applicable": 8}


def test_the_reviews_that_are_looked_for_are_the_workflows_that_hold_them():
    from orgwarden.flows import contact_review, management_account_review, organization_review

    assert tuple(flow.NAME for flow in (contact_review, management_account_review, organization_review)) == REVIEWS


def test_a_note_says_what_is_wrong_with_it(store):
    store.replace("reviews/2026-10/1/x.held.json", b"{}")
    with pytest.raises(BadInput, match=r"x\.held\.json is no note of a review: Field required"):
        list(holding._held("o-1", "2026-10", store))  # noqa: SLF001 - what the gap says
