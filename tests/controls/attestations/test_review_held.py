from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orgwarden.engine import evaluate
from orgwarden.model import Verdict, World
from orgwarden.parts.reviews import REVIEW_RULES, REVIEWED_MONTHS, REVIEWS, Held, ReviewedMonth, ReviewRules
from orgwarden.tickets.draft import SHOWN
from tests.worlds import gap, world

CONTROL = "attestations.review_held"
RULES = ReviewRules(days=10, least_coverage=0.9)
# The day on which a review of October is in time for the last time is the 10th of November, the tests' is the 21st.
DUE, LATE = date(2026, 11, 10), date(2026, 11, 11)


def held(workflow: str, **changed: Any) -> Held:
    usual = {"snapshot": "snapshots/2026-10/1", "on": date(2026, 10, 1), "decided": 99, "applicable": 100}
    return Held(workflow=workflow, **{**usual, **changed})


def october(*, sealed: date | None = date(2026, 10, 1), **changed: Held | None) -> ReviewedMonth:
    found = {workflow: held(workflow) for workflow in REVIEWS} | changed
    return ReviewedMonth(last=date(2026, 10, 31), sealed=sealed, held=tuple(one for one in found.values() if one))


def looked_at(month: ReviewedMonth, *, today: date = date(2026, 11, 21), gaps: Any = None, **months: Any) -> World:
    rows = {"2026-10": month, **months}
    return replace(world({REVIEWED_MONTHS: rows, REVIEW_RULES: {"*": RULES}}, gaps), today=today)


def said(seen: World) -> dict[str, Verdict]:
    from orgwarden.controls import catalogue

    found = {v.subject.scope: v for v in evaluate([c for c in catalogue() if c.id == CONTROL], seen)}
    assert {key for one in found.values() if one.status == "FAIL" for key in one.evidence} <= SHOWN
    return found


def test_a_month_whose_reviews_were_held_in_time_and_saw_enough_passes_and_tells_them():
    found = said(looked_at(october()))["2026-10"]
    assert (found.status, found.subject.resource) == ("PASS", "2026-10")
    assert found.evidence["statements"][0] == "contact_review of snapshots/2026-10/1 on 2026-10-01: 99 % seen"
    assert len(found.evidence["statements"]) == 3


@pytest.mark.parametrize("workflow", REVIEWS)
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (None, "did not come to its end by 2026-11-10"),
        ({"on": LATE}, "did not come to its end by 2026-11-10"),
        ({"decided": 899, "applicable": 1000}, "saw 89.9 %, and is to see 90 % at least"),
    ],
    ids=["not held", "too late", "blind"],
)
def test_one_that_was_not_held_in_time_or_saw_too_little_deviates(workflow, changed, why):
    found = said(looked_at(october(**{workflow: held(workflow, **changed) if changed else None})))["2026-10"]
    assert (found.status, found.reason) == ("FAIL", f"{workflow} {why}")


@pytest.mark.parametrize("changed", [{"on": DUE}, {"decided": 90}, {"decided": 0, "applicable": 0}])
def test_the_last_day_the_least_share_and_a_review_without_questions_are_in_order(changed):
    assert said(looked_at(october(contact_review=held("contact_review", **changed))))["2026-10"].status == "PASS"


def test_the_best_that_was_in_time_counts_of_several():
    poor = held("contact_review", decided=10)
    month = october(contact_review=poor, again=held("contact_review", on=DUE), later=held("contact_review", on=LATE))
    assert said(looked_at(month))["2026-10"].status == "PASS"
    late = october(contact_review=poor, again=held("contact_review", on=LATE))
    assert said(looked_at(late))["2026-10"].reason.startswith("contact_review saw 10 %")


@pytest.mark.parametrize("sealed", [None, LATE])
def test_a_month_without_a_reading_in_time_deviates_for_that(sealed):
    found = said(looked_at(october(sealed=sealed)))["2026-10"]
    assert (found.status, found.reason) == ("FAIL", "no reading of the month was sealed by 2026-11-10")


def test_as_long_as_there_is_time_nothing_deviates_and_what_is_done_passes():
    lacking = october(contact_review=None)
    found = said(looked_at(lacking, today=DUE))["2026-10"]
    assert (found.status, found.reason) == (
        "NOT_APPLICABLE",
        "there is time until 2026-11-10: contact_review did not come to its end by 2026-11-10",
    )
    assert said(looked_at(lacking, today=LATE))["2026-10"].status == "FAIL"
    assert said(looked_at(october(), today=date(2026, 10, 2)))["2026-10"].status == "PASS"


def test_each_month_is_judged_for_itself():
    found = said(looked_at(october(), **{"2026-09": october(sealed=None)}))
    assert {month: one.status.value for month, one in found.items()} == {"2026-09": "FAIL", "2026-10": "PASS"}


def test_a_month_that_cannot_be_read_is_unknown_and_hides_no_other():
    unread = gap(REVIEWED_MONTHS, "2026-09", "the note cannot be read")
    found = said(looked_at(october(), gaps=unread))
    assert {month: one.status.value for month, one in found.items()} == {"2026-09": "UNKNOWN", "2026-10": "PASS"}
    assert found["2026-09"].cause == "the note cannot be read"


def test_where_nothing_can_be_read_there_is_one_unknown_and_without_readings_no_verdict():
    assert {one.status.value for one in said(looked_at(october(), gaps=gap(REVIEWED_MONTHS))).values()} == {"UNKNOWN"}
    seen = looked_at(october())
    assert said(replace(seen, parts={**seen.parts, REVIEWED_MONTHS: {}})) == {}
