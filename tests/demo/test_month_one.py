"""Month one in the messy organization: what its figures say, and when they say that something is wrong."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest

from orgwarden.demo import month_one
from orgwarden.demo.month_one import Books, Figures, figures, keep, summary
from orgwarden.demo.summary import Reading, Run
from orgwarden.findings.finding import Finding, Kind, State
from orgwarden.model import Period, Severity, Subject

NOVEMBER = Period("2026-11")
SOUND = Figures(
    deviations=164, unknown=0, new=164, resolved=0, opened=23, tickets=23, owned=164, on_one_ticket=164, owners=7,
    new_lines=164, tickets_with_new_lines=23, new_digests=0, new_backlogs=0,
)  # fmt: skip
ADOPTED = {"new": 0, "new_lines": 0, "tickets_with_new_lines": 0, "opened": 7, "tickets": 7, "new_backlogs": 7}
VENDED = {"new": 5, "new_lines": 5, "opened": 1, "new_digests": 1}
REMOVED = {"new": 1, "new_lines": 1, "opened": 1, "tickets_with_new_lines": 1}
DECLARED = {"new": 0, "opened": 0, "resolved": 5}
READINGS = {
    "first": SOUND,
    **{
        name: dataclasses.replace(SOUND, **changed)
        for name, changed in zip(month_one.READINGS[1:], (ADOPTED, VENDED, REMOVED, DECLARED), strict=True)
    },
}
REVIEWED = Reading(
    period="2026-11",
    runs=(Run(workflow="contact_review", run="r", state="success", seconds=1.0, outcome={"unknown": 3}),),
)


def finding(id_, owner="platform"):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Finding(
        id=id_, organization="o-1", control="contacts.a", subject=Subject(account="1" * 12), kind=Kind.DEVIATION,
        state=State.OPEN, severity=Severity.LOW, owner=owner, reason="", evidence={}, accounts=(), first_seen=at,
        last_seen=at, opened_at=at, opened_run="r", due=date(2026, 12, 1), judged_at=at, judged_run="r",
    )  # fmt: skip


def books(findings, lines, *, digests=(), backlogs=()):
    return Books(
        findings=tuple(findings),
        lines=frozenset(lines),
        digests=frozenset(digests),
        backlogs=frozenset(backlogs),
    )


def test_sound_figures_have_no_disagreement_and_are_told_by_reading():
    found = summary(NOVEMBER, READINGS, vended=5)
    assert found["disagreements"] == []
    assert (found["period"], found["first"]["tickets"], found["vended"]["new_digests"]) == ("2026-11", 23, 1)


@pytest.mark.parametrize(
    ("reading", "wrong", "words"),
    [
        ("first", {"tickets": 26}, "opens 1 to 25 tickets"),
        ("first", {"tickets": 0}, "opens 1 to 25 tickets"),
        ("first", {"owned": 163}, "has an owner"),
        ("vended", {"on_one_ticket": 163}, "on one open ticket"),
        ("adopted", {"new": 1}, "nothing is new"),
        ("adopted", {"opened": 8}, "nothing is new"),
        ("vended", {"opened": 2}, "one digest"),
        ("removed", {"new_lines": 2}, "one line on one ticket"),
        ("declared", {"opened": 1}, "once declared"),
    ],
)
def test_each_promise_that_does_not_hold_is_named(reading, wrong, words):
    readings = {**READINGS, reading: dataclasses.replace(READINGS[reading], **wrong)}
    (told,) = summary(NOVEMBER, readings, vended=5)["disagreements"]
    assert words in told


def test_figures_count_what_a_reading_added():
    before = books([finding("a")], [("T-1", "a")])
    after = books(
        [finding("a"), finding("b"), finding("c")], [("T-1", "a"), ("T-1", "b"), ("T-2", "c")], digests=["T-2"]
    )
    found = figures(REVIEWED, before, after)
    assert (found.deviations, found.unknown, found.new, found.new_lines) == (3, 3, 2, 2)
    assert (found.opened, found.tickets, found.tickets_with_new_lines, found.new_digests) == (1, 2, 2, 1)


def test_a_finding_on_two_tickets_on_none_or_without_an_owner_is_not_counted_as_well_kept():
    found = figures(REVIEWED, None, books([finding("a", owner=""), finding("b")], [("T-1", "a"), ("T-2", "a")]))
    assert (found.deviations, found.owned, found.on_one_ticket) == (2, 1, 0)


def test_the_figures_of_other_runs_stay_in_the_summary(tmp_path):
    file = tmp_path / "summary.json"
    file.write_text('{"drifts": {"seeded": 2}, "messy": {"old": 1}}')
    keep(file, {"period": "2026-11"})
    assert json.loads(file.read_text()) == {"drifts": {"seeded": 2}, "messy": {"period": "2026-11"}}
