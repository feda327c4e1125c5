"""The rules by which findings follow verdicts, each over any history of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orgwarden.errors import BadInput
from orgwarden.findings.finding import Happening, State
from orgwarden.findings.lifecycle import RETIRED, BlindSpots, follow, follow_only, opened, retire, snooze
from orgwarden.model import Severity, Status, finding_id
from tests.findings.readings import (
    BY_SEVERITY,
    CONTROL,
    ORG,
    TODAY,
    A,
    Accepted,
    B,
    C,
    adopting,
    fail,
    on,
    passed,
    reading,
    subject,
    unknown,
    verdict,
)

ACCOUNTS = [A, B, C]
places = st.one_of(
    st.builds(subject, st.sampled_from(ACCOUNTS)),
    st.builds(subject, st.sampled_from(ACCOUNTS), st.sampled_from(["BILLING", "SECURITY"])),
    st.builds(subject, st.just(""), st.sampled_from(["m-1", "m-2"])),
    st.just(subject()),
)
shared = st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True)
verdicts = st.lists(
    st.builds(verdict, st.sampled_from(Status), places, shared, reason=st.sampled_from(["one", "two"])),
    unique_by=lambda v: v.subject,
    max_size=6,
)
exemptions = st.lists(st.builds(Accepted, st.sampled_from(["", *ACCOUNTS])), max_size=1)
readings = st.builds(lambda said, accepted: (said, accepted), verdicts, exemptions)
histories = st.lists(readings, max_size=5)


def carried(known, given_reading):
    """Give what is known after a reading, and its transitions."""
    transitions = list(follow(known.values(), given_reading))
    return known | {t.after.id: t.after for t in transitions}, transitions


def lived(history):
    """Give what is known after a history of (verdicts, exemptions)."""
    known = {}
    for n, (said, accepted) in enumerate(history):
        known, _ = carried(known, reading(n, *said, exemptions=accepted))
    return known


def only(known):
    (finding,) = known.values()
    return finding


@given(histories, readings)
def test_every_fail_is_followed_by_exactly_one_finding_that_is_not_resolved(history, last):
    known, _ = carried(lived(history), reading(9, *last[0], exemptions=last[1]))
    failing = {finding_id(ORG, CONTROL, v.subject) for v in last[0] if v.status is Status.FAIL}
    assert all(known[f].state is not State.RESOLVED and known[f].last_seen == on(9).at for f in failing)


@given(histories, readings)
def test_only_a_fail_opens_or_reopens(history, last):
    before = lived(history)
    _, transitions = carried(before, reading(9, *last[0], exemptions=last[1]))
    failing = {v.subject for v in last[0] if v.status is Status.FAIL}
    came = [t for t in transitions if t.before is None or t.before.state is State.RESOLVED]
    assert all(t.after.subject in failing for t in came)


@given(histories, readings)
def test_unknown_never_resolves_what_it_covers(history, last):
    before = lived(history)
    _, transitions = carried(before, reading(9, *last[0]))
    resolved = [t.before for t in transitions if t.after.state is State.RESOLVED]
    answered = {v.subject for v in last[0] if v.status in {Status.PASS, Status.NOT_APPLICABLE}}
    unseen = [v.subject for v in last[0] if v.status is Status.UNKNOWN]
    for gone in resolved:
        assert gone.subject not in unseen
        assert gone.subject in answered or not BlindSpots.of(unseen).cover(gone)


@given(histories, readings)
def test_the_same_reading_again_changes_nothing_whatever_the_order_of_its_verdicts(history, last):
    said, accepted = last
    known, _ = carried(lived(history), reading(9, *said, exemptions=accepted))
    _, again = carried(known, reading(9, *reversed(said), exemptions=accepted))
    assert again == []


@given(histories, readings)
def test_first_seen_never_moves_and_the_count_of_reopenings_never_falls(history, last):
    before = lived(history)
    _, transitions = carried(before, reading(9, *last[0], exemptions=last[1]))
    for t in (t for t in transitions if t.before):
        assert t.after.first_seen == t.before.first_seen
        assert t.after.times_reopened - t.before.times_reopened in {0, 1}


@given(histories)
def test_whatever_happened_what_was_looked_at_and_is_not_there_is_resolved(history):
    known, _ = carried(lived(history), reading(9))
    assert {f.state for f in known.values()} <= {State.RESOLVED}


@given(histories)
def test_when_nothing_could_be_looked_at_nothing_is_resolved_or_opened(history):
    before = lived(history)
    after, _ = carried(before, reading(9, unknown(subject())))
    standing = [f.id for f in before.values() if f.state is not State.RESOLVED]
    assert [f.id for f in after.values() if f.state is not State.RESOLVED] == standing
    assert all(after[f].not_seen_since for f in standing)


def rechecked(known, given_reading):
    """Give what is known after a partial reading of all that is known."""
    return known | {t.after.id: t.after for t in follow_only(known.values(), given_reading)}


@given(histories, readings)
def test_a_partial_reading_opens_nothing_resolves_only_what_it_saw_gone_and_leaves_the_unseen_as_it_was(history, last):
    before = lived(history)
    after = rechecked(before, reading(9, *last[0]))
    assert after.keys() == before.keys()
    unseen = BlindSpots.of(v.subject for v in last[0] if v.status is Status.UNKNOWN)
    failing = {v.subject for v in last[0] if v.status is Status.FAIL}
    answered = {v.subject for v in last[0]} - {v.subject for v in last[0] if v.status is Status.UNKNOWN}
    for finding in before.values():
        if finding.subject in failing:
            assert after[finding.id].state is State.OPEN
        elif finding.subject not in answered and unseen.cover(finding):
            assert after[finding.id] == finding


@given(histories, readings, readings)
def test_what_a_partial_reading_saw_stands_whether_an_older_whole_one_is_recorded_before_or_after_it(
    history, older, newer
):
    known = lived(history)
    whole, partial = reading(8, *older[0]), reading(9, *newer[0])
    out_of_sight = partial.blind_spots().accounts
    assume(all(v.subject.account or out_of_sight.isdisjoint(v.accounts) for v in whole.verdicts))
    judged = {t.after.id for t in follow_only(known.values(), partial)}
    first, _ = carried(known, whole)
    second, _ = carried(rechecked(known, partial), whole)
    for finding in judged:
        assert rechecked(first, partial)[finding].state is second[finding].state


def test_a_resolved_finding_that_fails_again_is_reopened_and_due_anew():
    gone = lived([([fail(subject(A))], []), ([passed(subject(A))], [])])
    known, (transition,) = carried(gone, reading(5, fail(subject(A))))
    again = only(known)
    assert transition.event.happening is Happening.REOPENED
    assert (again.first_seen, again.opened_at, again.times_reopened) == (on(0).at, on(5).at, 1)
    assert again.due == on(5).at.date() + timedelta(days=BY_SEVERITY[Severity.HIGH])


def test_not_seen_since_is_the_first_reading_that_could_not_see_and_goes_when_one_can():
    blind = ([unknown(subject(A))], [])
    known = lived([([fail(subject(A))], []), blind, blind])
    assert only(known).not_seen_since == on(1).at
    known, _ = carried(known, reading(5, fail(subject(A))))
    assert only(known).not_seen_since is None


@pytest.mark.parametrize(
    ("unseen", "finding"),
    [
        (subject(), fail(subject(A))),
        (subject(A), fail(subject(A))),
        (subject(A), fail(subject(A, "arn"))),
        (subject(A, "BILLING"), fail(subject(A, "BILLING"))),
        (subject(A, "BILLING"), fail(subject(A))),
        (subject(A), fail(subject("", "m-1"), A, B)),
        (subject(B, "BILLING"), fail(subject("", "m-1"), A, B)),
        (subject("", "m-1"), fail(subject("", "m-1"), A)),
        (subject(A, "eu-north-1"), fail(subject(A, "arn", region="eu-north-1"))),
        (subject(A, region="eu-north-1"), fail(subject(A, "arn", region="eu-north-1"))),
        (subject(A, region="eu-north-1"), fail(subject(A, "arn"))),
    ],
)
def test_an_unseen_place_covers_what_last_stood_in_it(unseen, finding):
    known, _ = carried({}, reading(0, finding))
    known, _ = carried(known, reading(1, unknown(unseen)))
    assert only(known).state is State.OPEN


@pytest.mark.parametrize(
    ("unseen", "finding"),
    [
        (subject(B), fail(subject(A))),
        (subject(A, "BILLING"), fail(subject(A, "SECURITY"))),
        (subject(C), fail(subject("", "m-1"), A, B)),
        (subject("", "m-2"), fail(subject("", "m-1"), A)),
        (subject(A, "eu-west-1"), fail(subject(A, "arn", region="eu-north-1"))),
    ],
)
def test_an_unseen_place_covers_nothing_elsewhere(unseen, finding):
    known, _ = carried({}, reading(0, finding))
    known, _ = carried(known, reading(1, unknown(unseen)))
    assert only(known).state is State.RESOLVED


def test_a_pass_seen_in_one_account_does_not_resolve_what_stood_in_another_that_nobody_could_see():
    known, _ = carried({}, reading(0, fail(subject("", "m-1"), A, B)))
    known, _ = carried(known, reading(1, passed(subject("", "m-1"), B), unknown(subject(A))))
    assert only(known).state is State.OPEN
    known, _ = carried(known, reading(2, passed(subject("", "m-1"), B)))
    assert only(known).state is State.RESOLVED


def test_a_pass_seen_in_one_account_does_not_resolve_what_stood_in_another_while_nobody_could_list_the_accounts():
    known, _ = carried({}, reading(0, fail(subject("", "m-1"), A, B)))
    known, _ = carried(known, reading(1, passed(subject("", "m-1"), B), unknown(subject())))
    assert only(known).state is State.OPEN


def test_an_account_that_could_not_be_seen_stays_among_the_places_of_a_shared_finding():
    known, _ = carried({}, reading(0, fail(subject("", "m-1"), A, B)))
    known, _ = carried(known, reading(1, fail(subject("", "m-1"), B), unknown(subject(A))))
    known, _ = carried(known, reading(2, unknown(subject(A))))
    assert (only(known).state, only(known).accounts) == (State.OPEN, (A, B))


def test_an_unseen_part_without_scope_covers_the_scope_that_is_read():
    known, _ = carried({}, reading(0, fail(subject(A, scope="2026-10")), scope="2026-10"))
    known, _ = carried(known, reading(1, unknown(subject()), scope="2026-10"))
    assert only(known).state is State.OPEN


def test_what_deviated_in_a_month_outlives_a_later_pass_where_months_stand_and_what_has_no_month_does_not():
    def judged(n, *said, scope):
        return replace(reading(n, *said, scope=scope), terms=replace(reading(n).terms, months_stand=True))

    month, standing = subject(A, scope="2026-10"), subject(A)
    known, _ = carried({}, judged(0, fail(month), scope="2026-10"))
    known, moved = carried(known, judged(1, scope="2026-10"))
    assert moved == []
    known, _ = carried({}, judged(0, fail(standing), scope=""))
    known, moved = carried(known, judged(1, scope=""))
    assert [transition.after.state for transition in moved] == [State.RESOLVED]


def test_of_two_verdicts_on_one_subject_the_worse_counts_in_any_order():
    for said in ([fail(subject(A)), passed(subject(A))], [passed(subject(A)), fail(subject(A))]):
        known, _ = carried({}, reading(0, *said))
        assert only(known).state is State.OPEN


def test_an_exempted_finding_opens_again_due_anew_when_its_exemption_ends():
    accepted = [Accepted(A, until=TODAY)]
    known, _ = carried({}, reading(0, fail(subject(A)), exemptions=accepted))
    assert only(known).state is State.EXEMPTED
    later = reading(40, fail(subject(A)), exemptions=accepted, today=TODAY + timedelta(days=1))
    known, (transition,) = carried(known, later)
    assert (only(known).state, transition.event.happening) == (State.OPEN, Happening.EXPIRED)
    assert (only(known).opened_at, only(known).times_reopened) == (on(40).at, 0)


def test_an_exemption_of_one_account_does_not_cover_what_also_stands_in_another():
    said = fail(subject("", "m-1"), A, B)
    known, _ = carried({}, reading(0, said, exemptions=[Accepted(A)]))
    assert only(known).state is State.OPEN
    known, _ = carried(known, reading(1, said, exemptions=[Accepted(A), Accepted(B)]))
    assert only(known).state is State.EXEMPTED


def test_an_adopted_finding_is_debt_until_its_day_due_on_it_and_open_again_after_it():
    said = fail(subject(A))
    known, _ = carried({}, reading(0, said))
    taken = reading(1, said, adoptions=adopting(said))
    known, (transition,) = carried(known, taken)
    assert (only(known).state, only(known).adopted_until, only(known).due) == (State.OPEN, TODAY, TODAY)
    assert transition.event.happening is Happening.ADOPTED
    assert carried(known, taken)[1] == []
    over = reading(2, said, adoptions=adopting(said), today=TODAY + timedelta(days=1))
    known, (transition,) = carried(known, over)
    assert (only(known).adopted_until, only(known).due) == (None, TODAY)
    assert transition.event.happening is Happening.UNADOPTED


def test_an_adoption_that_is_taken_back_gives_the_ordinary_due_day_back():
    said = fail(subject(A))
    known, _ = carried({}, reading(0, said, adoptions=adopting(said)))
    known, _ = carried(known, reading(1, said))
    assert (only(known).adopted_until, only(known).due) == (None, on(0).at.date() + timedelta(days=30))


@pytest.mark.parametrize(
    "changed",
    [
        {"severity": Severity.CRITICAL},
        {"adoptions": adopting(fail(subject(A)), on=on(0).at.date() - timedelta(days=1))},
        {"adoptions": adopting(fail(subject(B)))},
        {"adoptions": adopting(fail(subject(A)), until=TODAY - timedelta(days=1))},
        {"exemptions": [Accepted()]},
    ],
    ids=["critical", "opened later", "another's", "over", "exempted"],
)
def test_never_adopted_is_what_is_critical_newer_not_named_past_its_day_or_exempted(changed):
    said = fail(subject(A))
    known, _ = carried({}, reading(0, said, **{"adoptions": adopting(said)} | changed))
    assert only(known).adopted_until is None


def test_what_was_gone_and_came_back_is_no_debt_any_more():
    said = fail(subject(A))
    adopted = {"adoptions": adopting(said)}
    known, _ = carried({}, reading(0, said, **adopted))
    known, _ = carried(known, reading(1, passed(subject(A)), **adopted))
    assert only(known).adopted_until is None
    known, _ = carried(known, reading(5, said, **adopted))
    assert (only(known).state, only(known).adopted_until) == (State.OPEN, None)


@given(histories, readings)
def test_an_adoption_changes_no_state(history, last):
    taken = adopting(*(fail(subject(account)) for account in ACCOUNTS))
    before = lived(history)
    plain, _ = carried(before, reading(9, *last[0], exemptions=last[1]))
    adopted, _ = carried(before, reading(9, *last[0], exemptions=last[1], adoptions=taken))
    assert {f.id: f.state for f in adopted.values()} == {f.id: f.state for f in plain.values()}
    assert all(f.state is State.OPEN and f.opened_at <= on(1).at for f in adopted.values() if f.adopted_until)


def test_a_snoozed_finding_wakes_on_its_day_with_the_due_date_it_had():
    finding = opened(fail(subject(A)), reading(0))
    asleep = snooze(finding, TODAY + timedelta(days=10), TODAY)
    known, _ = carried({asleep.id: asleep}, reading(1, fail(subject(A))))
    assert only(known).state is State.SNOOZED
    known, (t,) = carried(known, reading(2, fail(subject(A)), today=TODAY + timedelta(days=10)))
    assert (only(known).state, t.event.happening, only(known).due) == (State.OPEN, Happening.WOKE, finding.due)


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_a_snooze_ends_within_thirty_days(days):
    finding = opened(fail(subject(A)), reading(0))
    with pytest.raises(BadInput, match="choose a day from"):
        snooze(finding, TODAY + timedelta(days=days), TODAY)


def test_only_a_changed_reason_or_evidence_is_an_event():
    known, _ = carried({}, reading(0, fail(subject(A))))
    known, (quiet,) = carried(known, reading(1, fail(subject(A)), owner="other", severity=Severity.LOW))
    _, (loud,) = carried(known, reading(2, fail(subject(A), reason="worse"), owner="other", severity=Severity.LOW))
    assert quiet.event is None
    assert (quiet.after.owner, quiet.after.due) == ("other", on(0).at.date() + timedelta(days=90))
    assert loud.event.happening is Happening.CHANGED


def test_a_control_that_left_the_catalogue_retires_its_findings_once():
    finding = opened(fail(subject(A)), reading(0))
    (transition,) = retire([finding], on(1))
    assert (transition.after.state, transition.after.resolution) == (State.RESOLVED, RETIRED)
    assert list(retire([transition.after], on(2))) == []
