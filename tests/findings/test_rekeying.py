"""Findings move to another identity with all that refers to them, or not at all."""

from orgwarden.findings.finding import Happening
from orgwarden.findings.store import FindingStore
from orgwarden.model import finding_id
from tests.findings.readings import CONTROL, ORG, A, B, fail, passed, review, subject


def test_a_finding_keeps_its_history_and_is_followed_under_its_new_subject(engine):
    store = FindingStore(engine)
    (old,) = store.record(review(1, fail(subject("", "m-old"), A, B))).new
    moved = store.rekey({old: subject("", "m-new")})
    assert moved == {old: finding_id(ORG, CONTROL, subject("", "m-new"))}
    assert [e.happening for e in store.events(moved[old])] == [Happening.OPENED]
    assert (store.finding(old), store.events(old)) == (None, [])
    told = store.record(review(2, fail(subject("", "m-new"), A, B)))
    assert (told.new, told.resolved, told.deviations) == ((), (), (moved[old],))
    assert store.record(review(3, passed(subject("", "m-new"), A, B))).resolved == (moved[old],)


def test_a_subject_that_has_a_finding_of_its_own_keeps_it(engine):
    store = FindingStore(engine)
    store.record(review(1, fail(subject("", "m-old"), A), fail(subject("", "m-new"), A)))
    before = store.findings(ORG)
    old = finding_id(ORG, CONTROL, subject("", "m-old"))
    assert store.rekey({old: subject("", "m-new")}) == {}
    assert store.findings(ORG) == before


def test_a_finding_that_is_not_there_is_not_moved(engine):
    assert FindingStore(engine).rekey({"f" * 16: subject(A)}) == {}
