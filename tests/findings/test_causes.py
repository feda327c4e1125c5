"""One finding per control and cause, once it lasted for two readings in a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.controls.root.access_drill_current import AWAITED
from orgwarden.findings.causes import count, follow_causes
from orgwarden.findings.finding import Kind, State
from tests.findings.readings import A, Accepted, B, fail, reading, subject, unknown

met = st.lists(st.sets(st.sampled_from(["denied", "throttled"])), max_size=7)


def carried(known, runs, given_reading):
    runs = count(runs, given_reading)
    return known | {t.after.id: t.after for t in follow_causes(known.values(), runs, given_reading)}, runs


def lived(history):
    """Give the findings after readings that met these causes."""
    known, runs = {}, {}
    for n, causes in enumerate(history):
        known, runs = carried(known, runs, reading(n, *(unknown(subject(A), cause) for cause in causes)))
    return known


@given(met)
def test_a_cause_is_a_finding_from_its_second_reading_in_a_row_until_a_reading_without_it(history):
    standing = {f.reason for f in lived(history).values() if f.state is State.OPEN}
    assert standing == (history[-1] & history[-2] if len(history) > 1 else set())


@given(met)
def test_a_cause_has_one_finding_however_often_it_comes(history):
    reasons = [f.reason for f in lived(history).values()]
    assert len(reasons) == len(set(reasons))


def test_the_same_reading_recorded_twice_counts_once():
    known, runs = carried({}, {}, reading(0, unknown(subject(A))))
    known, runs = carried(known, runs, reading(0, unknown(subject(A))))
    assert known == {}


@pytest.mark.parametrize("cause", ["asked, due 2026-12-31", AWAITED])
def test_what_a_person_still_may_answer_and_what_the_next_reading_tells_is_no_finding(cause):
    asked = unknown(subject(A), cause)
    known, runs = carried({}, {}, reading(0, asked))
    known, runs = carried(known, runs, reading(1, asked))
    assert (known, runs) == ({}, {})


def test_the_places_of_a_cause_are_evidence_of_which_fifty_are_shown():
    many = [unknown(subject(f"{n:012}")) for n in range(60)]
    known, runs = carried({}, {}, reading(0, *many))
    known, _ = carried(known, runs, reading(1, *many, fail(subject(B))))
    (finding,) = known.values()
    assert finding.kind is Kind.UNKNOWN
    assert (finding.evidence["count"], len(finding.evidence["places"]), finding.evidence["more"]) == (60, 50, 10)


def test_no_exemption_covers_a_cause():
    known, runs = carried({}, {}, reading(0, unknown(subject(A)), exemptions=[Accepted()]))
    known, _ = carried(known, runs, reading(1, unknown(subject(A)), exemptions=[Accepted()]))
    assert [f.state for f in known.values()] == [State.OPEN]
