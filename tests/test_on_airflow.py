"""The way from a run to its period, and from our errors to Airflow's retries."""

import logging
from datetime import UTC, datetime, timedelta
from inspect import signature
from types import SimpleNamespace

import pytest

from orgwarden.errors import BadInput, GateFailed, Refused, RetryLater, SkipAndNote
from orgwarden.flows import (
    billing_reconciliation,
    changes_review,
    contact_review,
    management_account_review,
    organization_review,
)
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import Period
from orgwarden.on_airflow import connections


@pytest.fixture(scope="module")
def on():
    from orgwarden import on_airflow

    return on_airflow


def decision(on, error):
    return on.RetryByClass().evaluate(error, 1, 3, None)


def test_the_partition_key_is_the_period(on):
    assert on.period_of("2026-11", {}) == Period("2026-11")


def test_the_parameter_is_the_period_of_a_run_without_key(on):
    assert on.period_of(None, {"period": "2026-10"}) == Period("2026-10")


def test_the_partition_key_wins_over_the_parameter(on):
    assert on.period_of("2026-11", {"period": "2026-10"}) == Period("2026-11")


@pytest.mark.parametrize("params", [{}, {"period": None}, {"period": ""}])
def test_a_run_without_period_is_refused_with_the_remedy(on, params):
    with pytest.raises(BadInput, match=r"Start it with a partition key such as 2026-11"):
        on.period_of(None, params)


@pytest.mark.parametrize("key", ["2026-13", "2026-1", "2026-11-01", "november", "2026-11\n"])
def test_a_key_that_is_no_month_is_refused(on, key):
    with pytest.raises(BadInput, match="cannot be used"):
        on.period_of(key, {})


def test_a_quarter_is_refused_where_months_are_meant(on):
    with pytest.raises(BadInput, match="is a quarter"):
        on.period_of("2026-Q4", {})


def test_what_may_succeed_later_is_retried_after_its_own_delay(on):
    from airflow.sdk import RetryAction

    decided = decision(on, RetryLater("throttled", after=90))
    assert (decided.action, decided.retry_delay) == (RetryAction.RETRY, timedelta(seconds=90))


@pytest.mark.parametrize("error", [BadInput("x"), Refused("x"), GateFailed("x"), SkipAndNote("x")], ids=repr)
def test_what_a_person_has_to_change_fails_at_once(on, error):
    from airflow.sdk import RetryAction

    assert decision(on, error).action is RetryAction.FAIL


def test_what_is_not_ours_is_left_to_airflow(on):
    from airflow.sdk import RetryAction

    assert decision(on, OSError("disk")).action is RetryAction.DEFAULT


def test_a_flow_gets_the_tools_that_it_names_and_what_the_task_names_itself(on, monkeypatch, tmp_path):
    monkeypatch.setattr(connections, "connection", lambda _: None)
    monkeypatch.setenv("ORGWARDEN_STORE", tmp_path.as_uri())
    monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", "assume_root")

    def flow(snapshot, *, store, audit, run, asks_cost_explorer):
        return snapshot, store.uri, audit, run, asks_cost_explorer

    assert on.call(flow, "1", run="a run") == ("1", tmp_path.as_uri(), "assume_root", "a run", False)
    assert on.call(flow, "1", run="a run", audit="")[2] == ""


def test_each_flow_of_a_workflow_asks_for_tools_that_there_are():
    from orgwarden import wiring

    bills = (billing_reconciliation.due, billing_reconciliation.stage, billing_reconciliation.reconcile)
    flows = [flow for name, flow in vars(inventory).items() if name.startswith("sweep_") or name in ("gate", "seal")]
    reviews = (changes_review, contact_review, management_account_review, organization_review)
    for flow in (*flows, *bills, *(module.review for module in reviews)):
        named = [p.name for p in signature(flow).parameters.values() if p.kind is p.KEYWORD_ONLY]
        assert named
        assert [name for name in named if not hasattr(wiring.Tools, name)] == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (None, {}),
        ("off", {"audit": ""}),
        ("assume_root", {"audit": "assume_root"}),
        ("member_role", {"audit": "member_role"}),
    ],
)
def test_what_a_run_asks_for_of_members_root_users_goes_before_the_settings(on, monkeypatch, asked, told):
    monkeypatch.setattr(on, "get_current_context", lambda: {"params": {"audit_member_root": asked}})
    assert on.audit() == told


def test_a_failed_task_is_told_with_run_reason_and_log(on, monkeypatch, caplog):
    monkeypatch.setattr(connections, "connection", lambda _: None)
    instance = SimpleNamespace(dag_id="d", task_id="t", run_id="r", try_number=2, log_url="http://log")
    with caplog.at_level(logging.ERROR):
        on.tell_failure({"ti": instance, "exception": BadInput("say which account")})
    assert caplog.messages == ["d.t failed: Run r, try 2: say which account\nhttp://log"]


def test_a_late_run_is_told_with_its_name(on, monkeypatch, caplog):
    monkeypatch.setattr(connections, "connection", lambda _: None)
    with caplog.at_level(logging.ERROR):
        on.tell_lateness(hours=12, context={"dag_run": {"dag_id": "d", "dag_run_id": "r"}})
    assert caplog.messages == ["d is late: Run r has not ended within 12 hours of its start."]


class Mailbox:
    def __init__(self, **_):
        self.sent = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def send_email_smtp(self, **mail):
        self.sent.append(mail)


def test_an_alert_is_mailed_where_a_mail_connection_names_somebody(on, monkeypatch):
    mailbox = Mailbox()
    connection = SimpleNamespace(extra_dejson={"to": "ops@corp.example"})
    monkeypatch.setattr(connections, "connection", lambda _: connection)
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook", lambda **_: mailbox)
    on.tell_lateness(hours=2, context={"dag_run": {"dag_id": "d<", "dag_run_id": "r"}})
    (mail,) = mailbox.sent
    assert mail["to"] == "ops@corp.example"
    assert mail["subject"] == "Orgwarden: d< is late"
    assert "<pre>Run r" in mail["html_content"]


class Event:
    def __init__(self):
        self.extra, self.keys = None, []

    def add_partitions(self, keys):
        self.keys += keys


def outcome(month, *packs, blocked=()):
    return {"period": month, "line": f"{month} FINAL", "new_packs": list(packs), "blocked": list(blocked)}


def test_months_are_handed_on_under_their_own_keys_and_people_are_told_of_packs_and_of_what_is_held_back(
    on, monkeypatch
):
    mailbox, event = Mailbox(), Event()
    connection = SimpleNamespace(extra_dejson={"to": "finance@corp.example"})
    monkeypatch.setattr(connections, "connection", lambda _: connection)
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook", lambda **_: mailbox)
    monkeypatch.setattr(on, "get_current_context", lambda: {"outlet_events": {on.BILLING_FINDINGS: event}})
    held = outcome("2026-11", blocked=["billing.lines_unique"])
    told = on.publish_months(on.BILLING_FINDINGS, [outcome("2026-10", "final-v1"), None, held])
    assert (event.keys, told["line"]) == (["2026-10", "2026-11"], "2026-10 FINAL | 2026-11 FINAL")
    subjects = ["Orgwarden: bill of 2026-10 published", "Orgwarden: bill of 2026-11 is held back"]
    assert [mail["subject"] for mail in mailbox.sent] == subjects


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 10, 1, tzinfo=UTC), 17),  # until the first reminder
        (datetime(2026, 10, 18, 12, tzinfo=UTC), 10.5),  # until the second
        (datetime(2026, 10, 30, tzinfo=UTC), 2),  # until the day is over
        (datetime(2026, 11, 1, tzinfo=UTC), 7),  # late
    ],
)
def test_a_question_waits_until_the_next_reminder_then_for_the_day_and_for_who_is_late(now, days):
    from orgwarden.on_airflow.asking import waits

    asked = {"due": "2026-10-31", "remind_days": [3, 14], "late_days": 7}
    assert waits(asked, now) == timedelta(days=days)


def test_the_outcome_of_a_sole_month_may_come_bare(on, monkeypatch):
    event = Event()
    monkeypatch.setattr(on, "get_current_context", lambda: {"outlet_events": {on.BILLING_FINDINGS: event}})
    assert list(on.publish_months(on.BILLING_FINDINGS, outcome("2026-10"))["months"]) == event.keys == ["2026-10"]


@pytest.mark.parametrize(
    ("key", "params", "month"), [("2026-10", {}, "2026-10"), (None, {"period": "2026-09"}, "2026-09"), (None, {}, None)]
)
def test_a_run_that_looks_for_itself_has_no_month(on, monkeypatch, key, params, month):
    context = {"dag_run": SimpleNamespace(partition_key=key), "params": params}
    monkeypatch.setattr(on, "get_current_context", lambda: context)
    assert on.asked_period() == (Period(month) if month else None)
