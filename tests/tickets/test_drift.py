"""Every open finding is on exactly one open ticket, and an unchanged rerun does nothing at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgwarden.control import Ticket
from orgwarden.errors import RetryLater
from orgwarden.findings.database import connect, migrate, writing
from orgwarden.findings.finding import State
from orgwarden.findings.tables import METADATA
from orgwarden.model import Severity
from orgwarden.tickets.entry import Standing
from orgwarden.tickets.group import BACKLOG
from orgwarden.tickets.plan import Kind, Plan
from orgwarden.tickets.sink import DISPUTED, Capabilities, Category, NotSent, Rejected
from orgwarden.tickets.storm import Bounds
from tests.findings.readings import ORG, A, Accepted, B, C, adopting, fail, review, subject, unknown
from tests.tickets.drifting import CONTROLS, Office
from tests.tickets.fakes import FakeSink, Killed

DONE, ACTIVE = Category.DONE, Category.ACTIVE


def failing(account, kind=Ticket.OWNER, reason="because"):
    return fail(subject(account), reason=reason, control_id=CONTROLS[kind].id)


@pytest.fixture
def office(engine):
    return Office(engine)


def test_a_ticket_holds_the_findings_of_one_control_and_owner(office):
    office.read(1, failing(A), failing(B), failing(A, Ticket.ORGANIZATION))
    applied = office.run()
    assert (applied.created, applied.open) == (2, 2)
    assert sorted(len(e.findings) for e in office.entries()) == [1, 2]


@pytest.mark.parametrize(
    ("kind", "tickets"), [(Ticket.SUBJECT, 3), (Ticket.OWNER, 2), (Ticket.ORGANIZATION, 1), (Ticket.DIGEST, 1)]
)
def test_what_one_ticket_covers_is_declared_by_the_control(office, kind, tickets):
    owner = {A: "blue", B: "blue", C: "red"}
    office.read(1, *(failing(a, kind) for a in owner), owner_of=lambda v: owner[v.subject.account])
    assert office.run().created == tickets


def test_a_digest_holds_what_opened_in_one_reading(office):
    office.read(1, failing(A, Ticket.DIGEST))
    office.run()
    office.read(2, failing(A, Ticket.DIGEST), failing(B, Ticket.DIGEST))
    assert office.run().created == 1


def test_a_cause_has_one_ticket_for_all_controls_that_it_blinds(office):
    blind = [unknown(subject(A), "denied", control_id=CONTROLS[k].id) for k in Ticket]
    office.read(1, *blind)
    assert office.run().created == 0
    office.read(2, *blind)
    assert office.run().created == 1


def test_an_unchanged_rerun_does_nothing_at_all(office):
    for n in (1, 2, 3):
        office.read(n, failing(A), unknown(subject(B), control_id=CONTROLS[Ticket.OWNER].id))
        office.run()
    writes = list(office.sink.writes)
    office.read(4, failing(A), unknown(subject(B), control_id=CONTROLS[Ticket.OWNER].id))
    assert office.drift.plan().actions == ()
    office.run()
    assert office.sink.writes == writes


def test_a_ticket_says_what_came_and_closes_when_a_run_has_seen_all_gone(office):
    office.read(1, failing(A))
    office.run()
    office.read(2, failing(A), failing(B))
    assert (office.run().updated, "New" in str(office.sink.comments)) == (1, True)
    office.read(3)
    assert office.run().closed == 1
    (*_, last) = office.sink.comments["T-1"].values()
    assert "`run-3`" in last
    assert office.statuses() == {"T-1": "done"}


def test_a_ticket_stays_open_while_its_findings_cannot_be_seen(office):
    office.read(1, failing(A))
    office.run()
    office.read(2, unknown(subject(A), control_id=CONTROLS[Ticket.OWNER].id))
    office.run()
    assert office.statuses() == {"T-1": "new"}
    assert "not seen since" in office.sink.bodies["T-1"]


def test_a_finding_that_comes_back_opens_its_ticket_again(office):
    for n, said in enumerate([[failing(A)], [], [failing(A)]]):
        office.read(n, *said)
        office.run()
    assert office.statuses() == {"T-1": "active"}


def test_a_ticket_that_cannot_be_opened_again_is_followed_by_one_that_names_it(engine):
    office = Office(engine, FakeSink(capabilities=Capabilities(settle_seconds=120, can_reopen=False)))
    for n, said in enumerate([[failing(A)], [], [failing(A)]]):
        office.read(n, *said)
        office.run()
    assert office.statuses() == {"T-1": "done", "T-2": "new"}
    assert "`T-1`" in office.sink.bodies["T-2"]
    assert office.drift.plan().actions == ()


def test_closed_by_hand_a_ticket_is_opened_again_once_and_then_disputed(office):
    office.read(1, failing(A))
    office.run()
    office.sink.by_hand("T-1", DONE)
    assert office.run().reopened == 1
    office.sink.by_hand("T-1", DONE)
    assert office.run().disputed == 1
    assert DISPUTED in office.sink.tickets["T-1"].labels
    plan = office.drift.plan()
    assert (plan.actions, plan.disputed) == ((), ("T-1",))


def test_a_new_finding_on_a_disputed_ticket_opens_it_again(office):
    office.read(1, failing(A))
    for _ in range(3):
        office.run()
        office.sink.by_hand("T-1", DONE)
    office.run()
    office.read(2, failing(A), failing(B))
    assert office.run().reopened == 1


def test_a_disputed_ticket_that_is_opened_by_hand_loses_its_label(office):
    office.read(1, failing(A))
    for _ in range(3):
        office.run()
        office.sink.by_hand("T-1", DONE)
    office.run()
    office.sink.by_hand("T-1", ACTIVE)
    office.run()
    assert DISPUTED not in office.sink.tickets["T-1"].labels
    assert office.drift.plan().actions == ()


def test_a_deleted_ticket_is_followed_by_a_new_one(office):
    office.read(1, failing(A))
    office.run()
    del office.sink.tickets["T-1"]
    office.run()
    assert len(office.statuses()) == 1
    assert office.drift.plan().actions == ()


def test_a_finding_that_changes_owner_moves_in_one_plan(office):
    office.read(1, failing(A), failing(B))
    office.run()
    office.read(2, failing(A), failing(B), owner_of=lambda v: "other" if v.subject.account == B else "team")
    plan = office.drift.plan()
    assert [a.kind for a in plan.actions] == [Kind.CREATE, Kind.UPDATE]
    assert plan.actions[1].after == (plan.actions[0].group.fingerprint,)
    office.drift.apply(plan)
    assert sorted(len(e.findings) for e in office.entries()) == [1, 1]


def test_a_finding_is_not_taken_off_a_ticket_before_another_has_it(office):
    office.read(1, failing(A), failing(B))
    office.run()
    office.read(2, failing(A), failing(B), owner_of=lambda v: "other" if v.subject.account == B else "team")
    office.sink.before = raising(NotSent("429", after=30))
    applied = office.run()
    assert (applied.deferred, applied.wait, B in office.sink.bodies["T-1"]) == (2, 30, True)
    with pytest.raises(RetryLater):
        applied.or_retry_later()


def test_an_exempted_finding_leaves_its_ticket_with_the_reason(office):
    office.read(1, failing(A))
    office.run()
    office.read(2, failing(A), exemptions=[Accepted()])
    office.run()
    assert office.statuses() == {"T-1": "done"}
    assert "exemption" in str(office.sink.comments["T-1"])


def adopted(*verdicts):
    return {"adoptions": adopting(*verdicts)}


def test_adopted_debt_stands_on_one_ticket_per_owner_and_its_former_tickets_close_and_name_it(office):
    said = [failing(a, kind) for a in (A, B) for kind in (Ticket.OWNER, Ticket.SUBJECT, Ticket.ORGANIZATION)]
    owner = {"owner_of": lambda v: {A: "blue", B: "red"}[v.subject.account]}
    office.read(1, *said, **owner)
    former = office.run().open
    office.read(2, *said, failing(C, Ticket.SUBJECT), owner_of=lambda _: "blue", **adopted(*said))
    assert (office.run().closed, len(office.open_groups(BACKLOG))) == (former, 1)
    office.read(
        3, *said, failing(C, Ticket.SUBJECT), **owner | {"owner_of": lambda v: v.subject.account}, **adopted(*said)
    )
    office.run()
    assert sorted(g.name for g in office.open_groups(BACKLOG)) == [f"contacts · {A}", f"contacts · {B}"]
    assert len(office.open_groups()) == 3
    assert "Taken over as debt until 2026-11-02" in str(office.sink.comments["T-1"])
    assert "What moved stands on T-6." in str(office.sink.comments["T-1"])


@pytest.mark.parametrize("cut", ["a bound", "a kill"])
def test_a_former_ticket_names_the_one_that_took_over_even_when_it_closes_in_a_later_run(office, cut):
    said = [failing(A, kind) for kind in (Ticket.OWNER, Ticket.SUBJECT)]
    office.read(1, *said)
    office.run()
    office.read(2, *said, **adopted(*said))
    if cut == "a bound":
        office.bounds = Bounds(closed=0)
        office.run()
    else:
        office.sink.fuse = 3
        with pytest.raises(Killed):
            office.run()
    assert "T-1" in office.statuses()
    assert office.sink.comments == {}
    office.bounds, office.sink.fuse = Bounds(), -1
    office.run()
    for former in ("T-1", "T-2"):
        (comment,) = office.sink.comments[former].values()
        assert "Taken over as debt" in comment
        assert "What moved stands on T-3." in comment


def test_a_backlog_ticket_says_that_it_is_debt_until_when_and_the_control_of_each_row(office):
    said = [failing(A, Ticket.OWNER), failing(A, Ticket.ORGANIZATION)]
    office.read(1, *said, **adopted(*said))
    assert office.run().created == 1
    body = office.sink.bodies["T-1"]
    assert "It is due by 2026-11-02." in body
    assert body.count("debt until 2026-11-02") == 2
    assert "| Control |" in body
    assert office.drift.plan().actions == ()


def test_debt_that_is_past_its_day_goes_back_to_its_ordinary_ticket(office):
    said = failing(A)
    office.read(1, said)
    office.run()
    office.read(2, said, **adopted(said))
    office.run()
    office.read(3, said, today=date(2026, 11, 3), **adopted(said))
    office.run()
    assert office.statuses() == {"T-1": "active", "T-2": "done"}


def test_too_many_tickets_for_one_run_wait_in_the_outbox_and_are_no_reason_to_try_again(office):
    office.bounds = Bounds(new=2)
    office.read(1, *(failing(a, Ticket.SUBJECT) for a in (A, B, C)))
    applied = office.run().or_retry_later()
    assert (applied.created, applied.held_back, applied.open) == (2, 1, 2)
    assert [e.state for e in office.entries() if not e.is_bound] == [Standing.DEFERRED]
    applied = office.run()
    assert (applied.created, applied.held_back, applied.open) == (1, 0, 3)


def test_a_plan_applied_again_does_not_do_what_it_deferred(office):
    office.bounds = Bounds(new=1)
    office.read(1, failing(A, Ticket.SUBJECT), failing(B, Ticket.SUBJECT))
    plan = Plan.from_json(office.drift.plan().to_json())
    assert [office.drift.apply(plan).open for _ in range(3)] == [1, 1, 1]


def test_the_worst_and_of_those_the_oldest_come_first(office):
    office.bounds = Bounds(new=0)
    old, new, worse = failing(C, Ticket.SUBJECT), failing(A, Ticket.SUBJECT), failing(B, Ticket.ORGANIZATION)
    office.read(1, old)
    severe = {c.id: replace(c, severity=Severity.CRITICAL) for c in [CONTROLS[Ticket.ORGANIZATION]]}
    controls = [severe.get(c.id, c) for c in CONTROLS.values()]
    office.store.record(review(2, old, new, worse, controls=controls))
    deferred = office.drift.plan().deferred
    accounts = [office.store.finding(a.findings[0]).subject.account for a in deferred]
    assert accounts == [B, C, A]


def test_an_old_plan_is_harmless(office):
    office.read(1, failing(A), failing(B))
    old = office.drift.plan()
    office.read(2, failing(A, reason="worse"))
    assert office.drift.apply(old).stale == 1
    assert office.sink.tickets == {}
    office.run()
    office.read(3)
    office.run()
    writes = list(office.sink.writes)
    office.drift.apply(old)
    assert office.sink.writes == writes


def test_a_plan_applied_twice_is_applied_once(office):
    office.read(1, failing(A))
    plan = Plan.from_json(office.drift.plan().to_json())
    assert (office.drift.apply(plan).created, office.drift.apply(plan).created) == (1, 0)
    assert len(office.sink.writes) == 1


def test_a_rejected_ticket_does_not_hold_up_the_others(office):
    office.read(1, failing(A), failing(A, Ticket.ORGANIZATION))
    office.sink.before = once(Rejected("component is required"))
    applied = office.run()
    assert (applied.created, applied.rejected, applied.notes) == (1, 1, ("component is required",))
    assert office.run().created == 1


def test_a_ticket_system_that_only_says_it_closed_a_ticket_is_told_on(office):
    office.read(1, failing(A))
    office.run()
    office.read(2)
    office.sink.transition = lambda _ref, _to: None
    assert office.run().rejected == 1


def test_a_ticket_that_a_killed_run_made_is_made_to_say_what_stands_now(office):
    office.read(1, failing(A))
    office.sink.fuse = 2
    with pytest.raises(Killed):
        office.run()
    office.read(2, failing(A, reason="worse"))
    office.sink.clock.turn(91)
    assert office.run().updated == 1
    assert "worse" in office.sink.bodies["T-1"]
    assert office.drift.plan().actions == ()


def test_a_finding_that_moves_back_after_a_killed_run_is_on_its_old_ticket_again(office):
    office.read(1, failing(A))
    office.run()
    office.read(2, failing(A), owner_of=lambda _: "other")
    office.sink.fuse = 3
    with pytest.raises(Killed):
        office.run()
    office.read(3, failing(A))
    office.run()
    assert office.statuses() == {"T-1": "new", "T-2": "done"}
    assert [e.ticket for e in office.entries() if e.findings] == ["T-1"]


def test_two_runs_at_once_make_no_ticket_twice(office):
    office.read(1, *(failing(a, kind) for a in (A, B, C) for kind in Ticket))
    drifts = [office.drift for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda drift: drift.apply(drift.plan()), drifts))
    office.sink.clock.turn(121)
    finish(office)
    fingerprints = [t.fingerprint for t in office.sink.tickets.values()]
    assert len(fingerprints) == len(set(fingerprints)) == 6


def test_a_sweep_keeps_the_oldest_of_several_and_closes_the_others(office):
    office.read(1, failing(A))
    office.run()
    twin = office.sink.create(office.drift.drafter.draft(*group_and_findings(office)), group(office).fingerprint)
    assert office.drift.sweep().closed == 1
    assert office.statuses() == {"T-1": "new", twin.key: "done"}
    assert "`T-1`" in str(office.sink.comments[twin.key])
    assert office.drift.sweep().closed == 0


def test_a_sweep_leaves_tickets_alone_that_the_outbox_does_not_know(office):
    office.read(1, failing(A))
    draft = office.drift.plan().actions[0].draft
    for _ in range(2):
        office.sink.create(draft, "somebody else's")
    assert office.drift.sweep() == type(office.drift.sweep())()


def test_what_people_did_is_told_once(office):
    office.read(1, failing(A), failing(A, Ticket.ORGANIZATION))
    office.run()
    office.sink.by_hand("T-1", DONE)
    del office.sink.tickets["T-2"]
    said = office.drift.reconcile()
    assert (said.closed_by_hand, said.deleted) == (("T-1",), ("T-2",))
    assert office.drift.reconcile() == type(said)()


def group(office):
    return office.entries()[0].group


def group_and_findings(office):
    return group(office), office.store.open_findings(ORG)


def raising(error):
    def stop():
        raise error

    return stop


def once(error):
    fate = iter([error])

    def stop():
        for left in fate:
            raise left

    return stop


# Any history.

accounts = st.sets(st.tuples(st.sampled_from(list(Ticket)), st.sampled_from([A, B, C])), max_size=6)
owners = st.fixed_dictionaries({a: st.sampled_from(["blue", "red"]) for a in (A, B, C)})
debts = st.sampled_from([{}, adopting(*(failing(a, kind) for a in (A, B) for kind in (Ticket.OWNER, Ticket.SUBJECT)))])
steps = st.tuples(
    accounts,
    owners,
    st.sets(st.integers(1, 4), max_size=2),
    st.integers(-1, 6),
    st.booleans(),
    st.sampled_from([[], [Accepted(A)]]),
    debts,
)


@pytest.fixture(scope="module")
def one_engine(tmp_path_factory):
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('db')}/one.db")
    migrate(engine)
    yield engine
    engine.dispose()


def emptied(engine):
    with writing(engine) as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
    return engine


def live(office, n, step):
    said, owner, closed, fuse, is_blind, accepted, debt = step
    verdicts = [failing(a, kind) for kind, a in sorted(said)]
    verdicts += [unknown(subject(), control_id=CONTROLS[Ticket.OWNER].id)] if is_blind else []
    whose = {"owner_of": lambda v: owner.get(v.subject.account, "theme")}
    office.read(n, *verdicts, **whose, exemptions=accepted, adoptions=debt)
    for key in (f"T-{number}" for number in closed):
        if key in office.sink.tickets:
            office.sink.by_hand(key, DONE)
    office.sink.fuse = fuse
    try:
        office.run()
    except Killed:
        office.sink.clock.turn(91)
    office.sink.fuse = -1


def finish(office):
    """Let runs follow each other until there is nothing left to do."""
    for _ in range(60):
        plan = office.drift.plan()
        if not plan.actions and not plan.deferred:
            return
        office.sink.clock.turn(office.run().wait + 1)
    raise AssertionError("the tickets never settle")


tight = st.builds(Bounds, new=st.integers(1, 2), changed=st.integers(1, 2), closed=st.integers(1, 2))
bounds = st.one_of(st.just(Bounds()), tight)


@pytest.mark.parametrize("can_reopen", [True, False])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(steps, min_size=1, max_size=5), allowed=bounds)
def test_after_any_history_every_open_finding_is_on_exactly_one_open_ticket(one_engine, can_reopen, history, allowed):
    capabilities = Capabilities(settle_seconds=120, can_reopen=can_reopen)
    office = Office(emptied(one_engine), FakeSink(capabilities=capabilities), bounds=allowed)
    for n, step in enumerate(history):
        live(office, n, step)
    finish(office)
    standing = {f.id for f in office.store.findings(ORG, state=State.OPEN)}
    carrying = [e for e in office.entries() if office.sink.is_open(e.ticket) or e.is_disputed]
    assert sorted(f for e in carrying for f in e.findings) == sorted(standing)
    fingerprints = [t.fingerprint for t in office.sink.tickets.values()]
    assert len(fingerprints) == len(set(fingerprints))
    assert {e.ticket for e in carrying} >= {k for k in office.sink.tickets if office.sink.is_open(k)}
    writes = list(office.sink.writes)
    office.run()
    assert office.sink.writes == writes


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(step=steps)
def test_any_plan_survives_being_handed_over_as_text(one_engine, step):
    office = Office(emptied(one_engine))
    live(office, 1, (*step[:3], 1, *step[4:]))
    plan = office.drift.plan()
    assert Plan.from_json(plan.to_json()) == plan
