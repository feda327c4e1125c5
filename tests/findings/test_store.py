"""Findings in a database: order, transactions, two writers at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from orgwarden.findings.finding import Happening, Kind, State
from orgwarden.findings.lifecycle import RETIRED
from orgwarden.findings.store import FindingStore
from orgwarden.findings.tables import FINDING_EVENTS
from orgwarden.model import Severity
from tests.findings.readings import ORG, A, Accepted, B, control, fail, on, passed, review, subject, unknown


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
