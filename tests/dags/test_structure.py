"""Which task follows which, what starts a workflow, and what goes on when a task fails."""

from datetime import UTC, datetime

import pytest


def follows(dag):
    return {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks}


def test_the_inventory_opens_sweeps_gates_seals_and_publishes(bag):
    assert follows(bag.get_dag("organization_inventory")) == {
        "open_snapshot": [],
        "sweep_organizations": ["open_snapshot"],
        "sweep_contacts": ["sweep_organizations"],
        "sweep_mail_domains": ["sweep_contacts", "sweep_organizations"],
        "gate": ["sweep_contacts", "sweep_mail_domains", "sweep_organizations"],
        "seal": ["gate"],
        "changes": ["seal"],
        "publish": ["seal"],
    }


def test_the_review_is_one_task(bag):
    assert follows(bag.get_dag("contact_review")) == {"review": []}


def test_tickets_are_planned_applied_swept_and_reconciled(bag):
    assert follows(bag.get_dag("drift_tickets")) == {
        "plan": [],
        "apply": ["plan"],
        "sweep": ["apply"],
        "reconcile": ["plan", "sweep"],
    }


@pytest.mark.parametrize("task", ["sweep_mail_domains", "gate"])
def test_what_follows_a_sweep_goes_on_after_one_that_failed_but_not_after_all_of_them(bag, task):
    assert bag.get_dag("organization_inventory").get_task(task).trigger_rule == "all_done_min_one_success"


def test_a_snapshot_is_sealed_only_behind_a_gate_that_let_it_pass(bag):
    assert bag.get_dag("organization_inventory").get_task("seal").trigger_rule == "all_success"


@pytest.mark.parametrize(
    ("workflow", "task", "asset"),
    [
        ("organization_inventory", "publish", "orgwarden_inventory"),
        ("organization_inventory", "changes", "orgwarden_change_findings"),
        ("contact_review", "review", "orgwarden_contact_findings"),
        ("drift_tickets", "reconcile", "orgwarden_tickets"),
    ],
)
def test_the_last_task_hands_on(bag, workflow, task, asset):
    assert [outlet.name for outlet in bag.get_dag(workflow).get_task(task).outlets] == [asset]


def test_the_inventory_of_the_first_of_november_is_about_november():
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.trigger import CronPartitionTimetable

    from orgwarden.on_airflow import MONTHLY

    timetable = CronPartitionTimetable(
        MONTHLY.expression, timezone="UTC", run_offset=MONTHLY.run_offset, key_format=MONTHLY.key_format
    )
    since = TimeRestriction(earliest=datetime(2026, 10, 15, tzinfo=UTC), latest=None, catchup=True)
    assert timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=since).partition_key == "2026-11"


def test_tickets_wait_for_any_review_never_for_all(bag):
    from airflow.sdk import AssetAny

    condition = bag.get_dag("drift_tickets").timetable.asset_condition
    assert isinstance(condition, AssetAny)
    assert {asset.name for asset in condition.objects} == {
        "orgwarden_change_findings",
        "orgwarden_contact_findings",
    }


def test_what_changed_holds_the_reviews_not_back(bag):
    assert "changes" not in bag.get_dag("organization_inventory").get_task("publish").upstream_task_ids
