"""What the demo says at its end, and when it says that something is not as it should be."""

import dataclasses

import pytest

from orgwarden.demo.summary import Expected, Reading, Run, by_control, summary, tables

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


def test_a_demo_that_went_as_seeded_has_nothing_to_disagree_with():
    found = summary(READINGS, EXPECTED)
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
    assert len(summary(readings, EXPECTED)["disagreements"]) == 1


@pytest.mark.parametrize("name", ["first", "second"])
@pytest.mark.parametrize(
    "wrong", [{"missed": [{"control": "c"}]}, {"extra": [{"control": "c"}]}, {"seeded": 0}], ids=str
)
def test_a_drift_that_was_missed_or_nobody_seeded_is_named(name, wrong):
    expected = dataclasses.replace(EXPECTED, **{name: {**AGREES, **wrong}})
    (told,) = summary(READINGS, expected)["disagreements"]
    assert told.startswith("every drift is found" if name == "first" else "so in the next reading")


def test_the_tables_show_workflows_verdicts_and_what_disagrees():
    readings = [*READINGS[:2], reading(created=1)]
    shown = tables(summary(readings, EXPECTED), readings)
    assert "2026-11  first reading  contact_review          success  2 s   1 deviations" in shown
    assert "contacts.a               1     0     1        0               50 %" in shown
    assert "NOT AS IT SHOULD BE: an unchanged organization opens none: {'created': 1}" in shown
