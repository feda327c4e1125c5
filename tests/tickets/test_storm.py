"""How many tickets one run may write: bounds hold, nothing is lost, and who gives findings away waits for the taker."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.tickets.group import Group
from orgwarden.tickets.plan import Action, Kind
from orgwarden.tickets.storm import Bounds, bounded


def group(name):
    return Group(organization="o", control="contacts.x", name=str(name))


def action(name, kind=Kind.CREATE, after=()):
    return Action(kind=kind, group=group(name), version="", after=tuple(group(n).fingerprint for n in after))


@st.composite
def plans(draw):
    """Plans of up to eight tickets, any of which may wait for any other."""
    kinds = draw(st.lists(st.sampled_from(Kind), max_size=8))
    names = range(len(kinds))
    waits = [draw(st.sets(st.sampled_from([n for n in names if n != name] or [99]), max_size=2)) for name in names]
    return [action(name, kind, waits[name]) for name, kind in enumerate(kinds)]


some = st.builds(Bounds, new=st.integers(1, 3), changed=st.integers(1, 3), closed=st.integers(1, 3))
none = st.builds(Bounds, new=st.integers(0, 3), changed=st.integers(0, 3), closed=st.integers(0, 3))


@given(plans(), none)
def test_every_action_is_done_or_deferred_once_and_after_what_it_waits_for(plan, bounds):
    now, later = bounded(plan, bounds)
    assert sorted([*now, *later], key=plan.index) == plan
    fingerprints = [a.group.fingerprint for a in now]
    deferred = {a.group.fingerprint for a in later}
    assert all(deferred.isdisjoint(a.after) for a in now)
    for n, each in enumerate(now):
        behind = {f for f in each.after if f in fingerprints[n + 1 :]}
        assert all(each.group.fingerprint in reachable(f, plan) for f in behind)


def reachable(fingerprint, plan):
    by = {a.group.fingerprint: a for a in plan}
    found, ends = set(), [fingerprint]
    while ends:
        more = {f for f in by[ends.pop()].after if f in by} - found
        found |= more
        ends += more
    return found


@given(plans(), some)
def test_runs_that_follow_each_other_do_all_of_it(plan, bounds):
    for _ in range(len(plan) + 1):
        now, plan = bounded(plan, bounds)
        assert now or not plan
    assert plan == []


@given(st.lists(st.sampled_from(Kind), max_size=12), none)
def test_the_bounds_hold(kinds, bounds):
    now, _ = bounded([action(n, kind) for n, kind in enumerate(kinds)], bounds)
    done = Counter(a.kind for a in now)
    assert done[Kind.CREATE] + done[Kind.REOPEN] <= bounds.new
    assert done[Kind.UPDATE] + done[Kind.DISPUTE] <= bounds.changed
    assert done[Kind.CLOSE] <= bounds.closed


def test_the_most_pressing_come_first():
    now, later = bounded([action(n) for n in range(5)], Bounds(new=2))
    assert [a.group.name for a in now] == ["0", "1"]
    assert [a.group.name for a in later] == ["2", "3", "4"]


@pytest.mark.parametrize("changed", [1, 2])
def test_tickets_that_exchange_findings_go_together_even_where_the_bound_is_smaller(changed):
    plan = [action("a", Kind.UPDATE, ["b"]), action("b", Kind.UPDATE, ["a"]), action("c", Kind.UPDATE)]
    now, later = bounded(plan, Bounds(changed=changed))
    assert [a.group.name for a in now] == ["a", "b"]
    assert [a.group.name for a in later] == ["c"]


def test_a_ticket_does_not_close_before_the_one_that_takes_its_findings_is_there():
    now, later = bounded([action("new"), action("old", Kind.CLOSE, ["new"])], Bounds(new=0))
    assert (now, len(later)) == ([], 2)
