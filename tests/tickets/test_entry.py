"""The steps of one row of the outbox."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orgwarden.errors import RetryLater
from orgwarden.tickets.entry import Entry, Standing, abandon, attempt, bind, claim, give_back, noted, reject
from orgwarden.tickets.group import Group
from orgwarden.tickets.sink import Category, Rejected

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LEASE, SETTLE = timedelta(seconds=90), timedelta(seconds=120)
NEW = Entry(group=Group(organization="o", control="c", name=""))
MINE = replace(NEW, lease_owner="me", lease_until=NOW + LEASE)
BOUND = replace(NEW, state=Standing.BOUND, ticket="T-1")


@pytest.mark.parametrize(
    "free",
    [NEW, replace(MINE, lease_owner="you", lease_until=NOW), replace(NEW, state=Standing.DEFERRED), MINE],
    ids=["new", "lease over", "deferred", "mine already"],
)
def test_a_ticket_that_nobody_holds_is_claimed(free):
    claimed, objection = claim(free, "me", NOW, LEASE)
    assert (claimed.state, claimed.lease_owner, objection) == (Standing.INTENT, "me", None)


def test_a_ticket_that_somebody_holds_is_waited_for():
    held, objection = claim(replace(MINE, lease_owner="you"), "me", NOW, LEASE)
    assert (held.lease_owner, objection.after) == ("you", 90)


def test_a_known_ticket_is_not_claimed():
    assert claim(BOUND, "me", NOW, LEASE) == (BOUND, None)


def test_an_attempt_is_written_down_before_it_is_made():
    tried, objection = attempt(MINE, "me", NOW, LEASE, SETTLE)
    assert (tried.attempted_at, objection) == (NOW, None)


def test_an_attempt_waits_until_the_one_before_has_settled():
    young = replace(MINE, attempted_at=NOW - timedelta(seconds=20))
    waiting, objection = attempt(young, "me", NOW, LEASE, SETTLE)
    assert (waiting.lease_owner, waiting.attempted_at, objection.after) == ("", young.attempted_at, 100)
    tried, objection = attempt(replace(young, attempted_at=NOW - SETTLE), "me", NOW, LEASE, SETTLE)
    assert (tried.attempted_at, objection) == (NOW, None)


@pytest.mark.parametrize(
    "lost",
    [replace(MINE, lease_owner="you"), replace(MINE, lease_until=NOW), BOUND],
    ids=["taken over", "lease over", "bound by another"],
)
def test_who_lost_the_lease_is_fenced_before_sending(lost):
    after, objection = attempt(lost, "me", NOW, LEASE, SETTLE)
    assert after == lost
    assert isinstance(objection, RetryLater)


def test_only_the_holder_binds_and_the_first_key_stays():
    bound, _ = bind(MINE, "me", "T-1")
    assert (bound.state, bound.ticket, bound.lease_until) == (Standing.BOUND, "T-1", None)
    assert bind(bound, "you", "T-2") == (bound, None)
    assert isinstance(bind(MINE, "you", "T-2")[1], RetryLater)


def test_what_was_certainly_not_sent_leaves_an_earlier_attempt_unknown():
    earlier = NOW - timedelta(days=1)
    back, _ = give_back(replace(MINE, attempted_at=NOW), "me", earlier)
    assert (back.attempted_at, back.lease_owner) == (earlier, "")


def test_a_refusal_is_kept_with_its_message():
    refused, _ = reject(MINE, "me", Rejected("component is required"))
    assert (refused.state, refused.note) == (Standing.REJECTED, "component is required")


def test_an_attempt_for_an_unwanted_ticket_is_forgotten_once_it_settled():
    young = replace(MINE, attempted_at=NOW)
    assert isinstance(abandon(young, "me", NOW, SETTLE)[1], RetryLater)
    assert abandon(young, "me", NOW + SETTLE, SETTLE)[0].attempted_at is None


def test_a_closing_by_hand_is_counted_once():
    once = noted(BOUND, Category.DONE)
    assert (once.hand_closures, noted(once, Category.DONE).hand_closures) == (1, 1)
    again = noted(noted(once, Category.ACTIVE), Category.DONE)
    assert again.hand_closures == 2


def test_our_own_closing_is_not_one_by_hand():
    ours = replace(BOUND, left_open=False, status=Category.DONE.value)
    assert noted(ours, Category.DONE) == ours


def test_a_deleted_ticket_is_noted_as_gone():
    assert noted(BOUND, None).is_gone
