"""A daily look hands on only what moved, under the month that opened the quarter."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from orgwarden.errors import BadInput
from orgwarden.flows import access_validation, calendars, probing
from orgwarden.model import Period

STILL = {"new": 0, "reopened": 0, "resolved": 0, "line": "9 asked"}


class Event:
    def __init__(self):
        self.extra, self.keys = None, []

    def add_partitions(self, keys):
        self.keys += keys


@pytest.fixture
def on():
    from orgwarden import on_airflow

    return on_airflow


@pytest.fixture
def run(on, monkeypatch):
    """A run of 21 November 2026; gives the event that it sends."""
    event, params = Event(), {"period": None}
    context = {
        "dag_run": SimpleNamespace(partition_key=None), "params": params,
        "outlet_events": {on.ATTESTATION_FINDINGS: event},
    }  # fmt: skip
    monkeypatch.setattr(on, "get_current_context", lambda: context)
    monkeypatch.setattr(on, "_tools", lambda: SimpleNamespace(clock=lambda: datetime(2026, 11, 21, 8, tzinfo=UTC)))
    return SimpleNamespace(event=event, params=params)


def test_where_nothing_moved_nothing_is_handed_on(on, run):
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match="No finding moved: 9 asked"):
        on.publish_if_moved(on.ATTESTATION_FINDINGS, STILL)
    assert run.event.keys == []


@pytest.mark.parametrize("moved", ["new", "reopened", "resolved"])
def test_what_moved_is_handed_on_for_the_month_that_opened_the_quarter(on, run, moved):
    on.publish_if_moved(on.ATTESTATION_FINDINGS, {**STILL, moved: 1})
    assert run.event.keys == ["2026-10"]


@pytest.mark.parametrize(("asked", "quarter"), [(None, "2026-Q4"), ("2027-01", "2027-Q1"), ("2026-Q3", "2026-Q3")])
def test_the_quarter_is_that_which_was_asked_for_else_todays(on, run, asked, quarter):
    run.params["period"] = asked
    assert on.quarter_of_today() == Period(quarter)


def test_a_month_in_the_midst_of_a_quarter_is_refused(on, run):
    run.params["period"] = "2026-11"
    with pytest.raises(BadInput, match="in the midst of a quarter"):
        on.quarter_of_today()


@pytest.mark.parametrize(
    ("flow", "given"),
    [
        (access_validation.open_quarter, ()), (access_validation.review, ()),
        (probing.send, ("base_url", "opening")), (probing.follow, ("presses",)), (probing.bounced, ()),
        (calendars.due_days, ()), (calendars.address_of, ()), (calendars.owner_of, ()),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_each_flow_asks_for_tools_that_there_are(flow, given):
    from inspect import signature

    from orgwarden import wiring

    named = [p.name for p in signature(flow).parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert [name for name in named if not hasattr(wiring.Tools, name) and name not in given] == []
