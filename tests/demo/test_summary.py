"""What the demo says at its end, and when it says that something is not as it should be."""

import dataclasses
from pathlib import Path

import pytest

from orgwarden.demo.summary import Attested, Bill, Expected, Reading, Run, by_control, summary, tables

AGREES = {"seeded": 2, "found": 2, "missed": [], "extra": []}
EXPECTED = Expected(first=AGREES, second=AGREES, resolved=1, new=2)
VERDICTS = (
    {"control": "contacts.b", "status": "FAIL"},
    {"control": "contacts.a", "status": "UNKNOWN"},
    {"control": "contacts.a", "status": "PASS"},
)


def reading(*, created=0, resolved=1, new=2, state="success"):
    outcomes = {
        "organization_inventory": {"line": "59 accounts"},
        "contact_review": {"line": "1 deviations", "resolved": resolved, "new": new},
        "drift_tickets": {"line": f"{created} opened", "created": created, "open": 3},
    }
    runs = tuple(
        Run(workflow=name, run="r", state=state, seconds=1.5, outcome=outcome) for name, outcome in outcomes.items()
    )
    return Reading(period="2026-11", runs=runs, verdicts=VERDICTS)


READINGS = [reading(created=3, resolved=0), reading(), reading()]
STORE = Path("/store")


def bill(  # noqa: PLR0913 - each is one thing that may be wrong
    *, says="wrong", new=1, made=1, created=1, compared=AGREES, reports=("reports/billing/1/bill.xlsx",)
):
    outcome = {"status": "FINAL", "total": "1.5", "currency": "USD", "checks": {"billing.a": "PASS"}, "new": made}
    outcome |= {"reports": list(reports), "line": f"2026-10 FINAL, {says}"}
    runs = (
        Run(workflow="billing_reconciliation", run="b", state="success", seconds=9, outcome=outcome),
        Run(workflow="drift_tickets", run="t", state="success", seconds=2, outcome={"created": created}),
    )
    return Bill(says=says, reading=Reading(period="2026-10", runs=runs), compared=compared, new=new)


CLEAN = bill(says="clean", new=0, made=0, created=0)
BILLS = [CLEAN, bill()]


def asked(*, overdue=1, opened=1, closed=1, later=0):
    def of(late, ticketed):
        counts = {"asked": 5, "answered": 5 - late, "signed_off": 2, "overdue": late}
        runs = (
            Run(
                workflow="access_validation", run="a", state="success", seconds=9, outcome={**counts, "line": "5 asked"}
            ),
            Run(workflow="drift_tickets", run="t", state="success", seconds=2, outcome=ticketed),
        )
        return Reading(period="2026-10", runs=runs)

    return Attested(first=of(overdue, {"created": opened}), later=of(later, {"closed": closed}))


ASKED = asked()


def test_a_demo_that_went_as_seeded_has_nothing_to_disagree_with():
    found = summary(READINGS, EXPECTED, BILLS, ASKED, STORE)
    assert found["disagreements"] == []
    assert found["dags"]["contact_review"] == {"state": "success", "seconds": 1.5, "line": "1 deviations"}
    assert found["tickets"] == {"created": 3, "open": 3}
    assert found["second_reading"] == {"resolved": 1, "new": 2}
    assert found["unchanged_rerun"] == {"created": 0}


def test_verdicts_are_counted_by_control():
    assert by_control(VERDICTS) == {
        "contacts.a": {"pass": 1, "fail": 0, "unknown": 1, "not_applicable": 0},
        "contacts.b": {"pass": 0, "fail": 1, "unknown": 0, "not_applicable": 0},
    }


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        (0, reading(created=0)),
        (1, reading(new=3)),
        (1, reading(resolved=0)),
        (2, reading(created=1)),
        (2, reading(state="failed")),
    ],
    ids=["no ticket at first", "too many new", "nothing resolved", "tickets without change", "a failed run"],
)
def test_whatever_is_not_as_seeded_is_named(number, changed):
    readings = [*READINGS[:number], changed, *READINGS[number + 1 :]]
    assert len(summary(readings, EXPECTED, BILLS, ASKED, STORE)["disagreements"]) == 1


@pytest.mark.parametrize("name", ["first", "second"])
@pytest.mark.parametrize(
    "wrong", [{"missed": [{"control": "c"}]}, {"extra": [{"control": "c"}]}, {"seeded": 0}], ids=str
)
def test_a_drift_that_was_missed_or_nobody_seeded_is_named(name, wrong):
    expected = dataclasses.replace(EXPECTED, **{name: {**AGREES, **wrong}})
    (told,) = summary(READINGS, expected, BILLS, ASKED, STORE)["disagreements"]
    assert told.startswith("every drift is found" if name == "first" else "so in the next reading")


def test_the_tables_show_workflows_verdicts_and_what_disagrees():
    readings = [*READINGS[:2], reading(created=1)]
    shown = tables(summary(readings, EXPECTED, BILLS, ASKED, STORE), readings, BILLS, ASKED)
    assert "2026-11  first reading  contact_review          success  2 s   1 deviations" in shown
    assert "contacts.a               1     0     1        0               50 %" in shown
    assert "2026-10  clean  billing_reconciliation  success  9 s   2026-10 FINAL, clean" in shown
    assert "NOT AS IT SHOULD BE: an unchanged organization opens none: {'created': 1}" in shown


def test_of_a_month_that_was_billed_twice_the_last_bill_is_told_with_its_reports():
    found = summary(READINGS, EXPECTED, BILLS, ASKED, STORE)["billing"]
    assert found == {
        "2026-10": {
            "status": "FINAL",
            "total": "1.5",
            "currency": "USD",
            "checks": {"billing.a": "PASS"},
            "line": "2026-10 FINAL, wrong",
            "reports": ["/store/reports/billing/1/bill.xlsx"],
        }
    }


def test_what_was_put_into_the_bills_is_added_up():
    assert summary(READINGS, EXPECTED, BILLS, ASKED, STORE)["drifts"]["bills"] == {
        "seeded": 4,
        "found": 4,
        "missed": [],
        "extra": [],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        bill(compared={**AGREES, "missed": [{"control": "c"}]}),
        bill(compared={**AGREES, "extra": [{"control": "c"}]}),
        bill(made=2),
        bill(created=0),
        bill(new=0, made=0, created=1),
        bill(reports=()),
    ],
    ids=["missed", "extra", "too many findings", "no ticket", "a ticket for nothing", "not published"],
)
def test_a_bill_that_is_not_as_it_was_made_is_named(wrong):
    (told,) = summary(READINGS, EXPECTED, [CLEAN, wrong], ASKED, STORE)["disagreements"]
    assert told.startswith("the bill of 2026-10, wrong,")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"overdue": 0}, "what is not is overdue"),
        ({"overdue": 3}, "most are answered"),
        ({"opened": 0}, "is on a ticket"),
        ({"later": 1}, "later everything is answered"),
        ({"closed": 0}, "the answer closes the ticket"),
    ],
)
def test_people_whose_answers_change_nothing_are_named(changed, why):
    wrong = summary(READINGS, EXPECTED, BILLS, asked(**changed), STORE)["disagreements"]
    assert len(wrong) == 1
    assert why in wrong[0]


def test_what_people_answered_stands_in_the_summary_and_in_the_last_words():
    found = summary(READINGS, EXPECTED, BILLS, ASKED, STORE)
    assert found["attestations"] == {
        "asked": 5, "answered": 4, "signed_off": 2, "overdue": 1,
        "later": {"asked": 5, "answered": 5, "signed_off": 2, "overdue": 0},
    }  # fmt: skip
    told = tables(found, READINGS, BILLS, ASKED)
    assert "People: 5 asked, 4 answered, 2 signed off, 1 overdue; later 5 asked, 5 answered" in told
