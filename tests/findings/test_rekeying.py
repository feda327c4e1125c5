"""Findings move to another identity with all that refers to them, or not at all."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orgwarden.findings.finding import Finding, Happening
from orgwarden.findings.store import FindingStore
from orgwarden.model import finding_id
from tests.findings.readings import CONTROL, ORG, A, B, fail, passed, review, subject


def renewing(**changes: object) -> Callable[[Finding], Finding]:
    def renewed(finding: Finding) -> Finding:
        if finding.subject != subject("", "m-old"):
            return finding
        after = replace(finding, **changes)
        return replace(after, id=finding_id(ORG, CONTROL, after.subject))

    return renewed


def test_a_finding_keeps_its_history_and_is_followed_under_its_new_subject(engine):
    store = FindingStore(engine)
    (old,) = store.record(review(1, fail(subject("", "m-old"), A, B))).new
    moved = store.rekey(ORG, renewing(subject=subject("", "m-new")))
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
    assert store.rekey(ORG, renewing(subject=subject("", "m-new"))) == {}
    assert store.findings(ORG) == before


def test_a_finding_that_changes_its_owner_alone_keeps_its_id_and_its_history(engine):
    store = FindingStore(engine)
    (old,) = store.record(review(1, fail(subject("", "m-old"), A, B))).new
    assert store.rekey(ORG, renewing(owner="the new one")) == {}
    assert (store.finding(old).owner, len(store.events(old))) == ("the new one", 1)


def test_what_moves_along_moves_with_the_findings_or_neither_does(engine):
    store = FindingStore(engine)
    (old,) = store.record(review(1, fail(subject("", "m-old"), A, B))).new

    def failing(_connection, moved):
        assert [(was.id, now.subject) for was, now in moved] == [(old, subject("", "m-new"))]
        raise LookupError

    with pytest.raises(LookupError):
        store.rekey(ORG, renewing(subject=subject("", "m-new")), failing)
    assert store.finding(old) is not None
