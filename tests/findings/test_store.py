"""Findings in a database: order, transactions, two writers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from orgwarden.errors import BadInput
from orgwarden.findings.finding import Happening, Kind, State
from orgwarden.findings.lifecycle import RETIRED
from orgwarden.findings.store import FindingStore
from orgwarden.findings.tables import FINDING_EVENTS
from orgwarden.model import Severity
from tests.findings.readings import ORG, A, Accepted, B, adopting, control, fail, on, passed, review, subject, unknown


@pytest.fixture
def store(engine):
    return FindingStore(engine)


def test_a_finding_comes_back_as_it_was_recorded(store):
    said = fail(subject("", "m-1"), A, B)
    (new,) = store.record(review(1, said)).new
    finding = store.finding(new)
    assert (finding.subject, finding.accounts, finding.evidence) == (said.subject, (A, B), {"accounts": (A, B)})
    assert (finding.first_seen, finding.owner, finding.severity) == (on(1).at, "team", Severity.HIGH)


def test_a_review_says_what_stands_and_what_moved(store):
    store.record(review(1, fail(subject(A)), fail(subject(B))))
    said = store.record(review(2, fail(subject(A)), fail(subject("", "m-1"), A), exemptions=[Accepted(A)]))
    assert (len(said.deviations), len(said.exempted), len(said.new), len(said.resolved)) == (0, 2, 0, 1)
    said = store.record(review(3, fail(subject(A)), fail(subject(B))))
    assert (len(said.deviations), len(said.exempted), len(said.reopened), len(said.resolved)) == (2, 0, 2, 1)


def test_an_older_reading_that_comes_late_changes_nothing(store):
    store.record(review(5, fail(subject(A))))
    before = store.findings(ORG)
    said = store.record(review(4, passed(subject(A)), fail(subject(B)), unknown(subject("", "m-1")), catalogue={"x.y"}))
    assert said.late == (control().id,)
    assert store.findings(ORG) == before


def test_the_order_of_readings_is_per_scope(store):
    store.record(review(5, fail(subject(A, scope="2026-11")), scope="2026-11"))
    store.record(review(4, fail(subject(A, scope="2026-10")), scope="2026-10"))
    assert {f.subject.scope for f in store.open_findings(ORG)} == {"2026-10", "2026-11"}


def test_one_periods_readings_do_not_resolve_anothers(store):
    store.record(review(4, fail(subject(A, scope="2026-10")), scope="2026-10"))
    store.record(review(5, scope="2026-11"))
    assert len(store.open_findings(ORG)) == 1
    store.record(review(6, scope="2026-10"))
    assert store.open_findings(ORG) == []


def test_the_same_review_again_adds_no_event(store):
    said = [fail(subject(A)), unknown(subject(B))]
    for n in (1, 2, 2, 2):
        store.record(review(n, *said))
    kinds = {f.kind: f for f in store.open_findings(ORG)}
    assert [e.happening for e in store.events(kinds[Kind.UNKNOWN].id)] == [Happening.OPENED]
    assert [e.happening for e in store.events(kinds[Kind.DEVIATION].id)] == [Happening.OPENED]


def test_a_control_without_any_verdict_was_looked_at(store):
    other = control("contacts.other")
    store.record(review(1, fail(subject(A)), fail(subject(A), control_id=other.id), controls=[control(), other]))
    store.record(review(2, controls=[control()]))
    assert [f.control for f in store.open_findings(ORG)] == [other.id]


def test_findings_of_a_control_that_left_the_catalogue_are_retired(store):
    old = control("contacts.old")
    (finding,) = store.record(review(1, fail(subject(A), control_id=old.id), controls=[old])).deviations
    store.record(review(2, catalogue=frozenset({control().id})))
    assert (store.finding(finding).state, store.finding(finding).resolution) == (State.RESOLVED, RETIRED)


def test_a_verdict_of_a_control_that_the_review_does_not_name_is_refused():
    with pytest.raises(ValueError, match=r"does not name: contacts\.stray"):
        review(1, fail(subject(A), control_id="contacts.stray"))


def test_adopted_debt_is_counted_apart_and_something_new_is_never_among_it(store):
    said = [fail(subject(A)), fail(subject("", "m-1"), A)]
    store.record(review(1, *said))
    taken = adopting(*said)
    recorded = store.record(review(2, *said, fail(subject(B)), adoptions=taken))
    assert (len(recorded.adopted), recorded.deviations, len(recorded.new)) == (2, recorded.new, 1)
    recorded = store.record(review(3, *said, adoptions=taken, exemptions=[Accepted(A)]))
    assert (recorded.adopted, len(recorded.exempted)) == ((), 2)


def test_a_snooze_is_an_event_with_who_and_why_and_lasts_through_a_reading(store):
    (finding,) = store.record(review(1, fail(subject(A)))).new
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    store.snooze([store.finding(finding)], until=date(2026, 11, 20), now=now, by="ola", why="ordered")
    assert store.events(finding)[-1].text == "until 2026-11-20, by ola: ordered"
    assert len(store.record(review(2, fail(subject(A)))).snoozed) == 1
    assert len(store.record(review(3, fail(subject(A)), today=date(2026, 11, 20))).deviations) == 1


def test_of_several_one_that_cannot_be_snoozed_leaves_all_as_they_were(store):
    store.record(review(1, fail(subject(A)), fail(subject(B))))
    store.record(review(2, fail(subject(A))))
    with pytest.raises(BadInput, match="only an open finding"):
        store.snooze(
            store.findings(ORG), until=date(2026, 11, 9), now=datetime(2026, 11, 2, tzinfo=UTC), by="o", why="w"
        )
    assert {f.state for f in store.findings(ORG)} == {State.OPEN, State.RESOLVED}


def test_a_review_that_fails_half_way_leaves_nothing(store, engine):
    def die(*_):
        raise RuntimeError("killed")

    event.listen(engine, "commit", die)
    with pytest.raises(RuntimeError, match="killed"):
        store.record(review(1, fail(subject(A))))
    event.remove(engine, "commit", die)
    assert store.findings(ORG) == []


def test_two_writers_at_once_make_each_finding_and_event_once(store, engine):
    said = [fail(subject(f"{n:012}")) for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.record(review(n, *said)), [1, 2, 1, 2, 3, 3]))
    with engine.connect() as connection:
        events = connection.execute(select(func.count()).select_from(FINDING_EVENTS)).scalar_one()
    assert (len(store.open_findings(ORG)), events) == (40, 40)
    assert {f.last_seen for f in store.open_findings(ORG)} == {on(3).at}


def partly(n, *said, store, accounts=(A,)):
    """Record a partial review of the findings of these accounts."""
    asked = frozenset(f.id for f in store.findings(ORG) if f.subject.account in accounts)
    return store.record(review(n, *said, only=asked, catalogue=frozenset({"contacts.x"})))


def test_a_partial_review_resolves_what_it_saw_gone_and_touches_nothing_else(store):
    other = control("contacts.old")
    said = [fail(subject(A)), fail(subject(B)), fail(subject(A), control_id=other.id)]
    store.record(review(1, *said, controls=[control(), other]))
    recorded = partly(2, unknown(subject(B)), fail(subject("", "m-1"), A), store=store)
    assert (len(recorded.resolved), recorded.new) == (1, ())
    assert [(f.control, f.subject.account) for f in store.open_findings(ORG)] == [(other.id, A), (control().id, B)]
    assert store.record(review(1, *said, controls=[control(), other])).late == ()


def test_a_partial_review_of_one_scope_resolves_there(store):
    store.record(review(1, fail(subject(A, scope="2026-10")), scope="2026-10"))
    assert len(partly(2, store=store).resolved) == 1


def test_a_whole_reading_begun_before_a_partial_one_and_recorded_after_it_reopens_nothing(store):
    store.record(review(1, fail(subject(A)), fail(subject(B))))
    partly(5, passed(subject(A)), unknown(subject(B)), store=store)
    said = store.record(review(4, fail(subject(A)), fail(subject(B)), fail(subject("333333333333"))))
    assert (len(said.deviations), said.reopened, len(said.new), said.late) == (2, (), 1, ())
    assert len(store.record(review(6, fail(subject(A)))).reopened) == 1


def test_a_partial_review_that_is_older_than_the_last_whole_one_changes_nothing(store):
    store.record(review(5, fail(subject(A))))
    before = store.findings(ORG)
    assert partly(4, passed(subject(A)), store=store).late == (control().id,)
    assert store.findings(ORG) == before
