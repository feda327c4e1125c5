"""Which task follows which, what starts a workflow, and what goes on when a task fails."""

from datetime import UTC, datetime

import pytest

SIDE_BY_SIDE = ("access", "alerts", "billing", "contacts", "delegation", "policies", "resources", "root", "runbooks")
SWEEPS = sorted(f"sweep_{name}" for name in (*SIDE_BY_SIDE, "organizations", "mail_domains"))
REVIEWS = ("contact_review", "management_account_review", "organization_review")


def follows(dag):
    return {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks}


def test_the_inventory_opens_sweeps_gates_seals_and_publishes(bag):
    assert follows(bag.get_dag("organization_inventory")) == {
        "open_snapshot": [],
        "sweep_organizations": ["open_snapshot"],
        **{f"sweep_{name}": ["sweep_organizations"] for name in SIDE_BY_SIDE},
        "sweep_mail_domains": ["sweep_contacts", "sweep_organizations"],
        "gate": SWEEPS,
        "seal": ["gate"],
        "changes": ["seal"],
        "publish": ["seal"],
    }


def test_every_sweep_there_is_has_a_task(bag):
    from orgwarden.flows.organization_inventory import SWEEPS as ALL

    tasks = bag.get_dag("organization_inventory").task_ids
    assert sorted(f"sweep_{sweep.NAME}" for sweep in ALL) == [name for name in sorted(tasks) if "sweep" in name]


def test_sweeps_of_one_api_wait_for_each_other_and_others_for_none(bag):
    pools = {task.task_id: task.pool for task in bag.get_dag("organization_inventory").tasks if "sweep" in task.task_id}
    assert {name: pool for name, pool in pools.items() if pool != "default_pool"} == {
        **dict.fromkeys(("sweep_organizations", "sweep_policies", "sweep_delegation"), "aws_organizations"),
        "sweep_contacts": "aws_account",
        **dict.fromkeys(("sweep_root", "sweep_access"), "aws_iam"),
    }


@pytest.mark.parametrize("review", REVIEWS)
def test_a_review_is_one_task_behind_the_inventory(bag, review):
    assert follows(bag.get_dag(review)) == {"review": []}
    assert bag.get_dag(review).timetable.asset_condition.name == "orgwarden_inventory"


def test_a_review_which_may_read_again_takes_its_turn_with_the_sweeps_of_what_it_mostly_asks(bag):
    assert {review: bag.get_dag(review).get_task("review").pool for review in REVIEWS} == {
        "contact_review": "aws_account",
        "management_account_review": "aws_iam",
        "organization_review": "aws_organizations",
    }


def test_each_theme_is_judged_by_one_workflow():
    from orgwarden.controls import catalogue
    from orgwarden.flows import changes_review, contact_review, management_account_review, organization_review
    from orgwarden.population import Arrival

    judged = [contact_review.THEME, changes_review.THEME]
    judged += [theme for flow in (management_account_review, organization_review) for theme in flow.THEMES.split("+")]
    read = {control.theme for control in catalogue() if control.arrival is Arrival.SNAPSHOT}
    assert sorted(judged) == sorted(read)


def test_an_inventory_is_told_how_root_users_of_members_are_looked_at_or_leaves_it_to_the_settings(bag):
    from airflow.sdk.exceptions import ParamValidationError

    audit = bag.get_dag("organization_inventory").params.get_param("audit_member_root")
    assert audit.resolve() is None
    assert [audit.resolve(way) for way in ("off", "assume_root", "member_role")] == [
        "off",
        "assume_root",
        "member_role",
    ]
    with pytest.raises(ParamValidationError):
        audit.resolve("on")


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
        ("management_account_review", "review", "orgwarden_management_findings"),
        ("organization_review", "review", "orgwarden_organization_findings"),
        ("billing_reconciliation", "publish", "orgwarden_billing_findings"),
        ("attestation_review", "publish", "orgwarden_attestation_findings"),
        ("drift_tickets", "reconcile", "orgwarden_tickets"),
    ],
)
def test_the_task_that_has_the_outcome_hands_it_on(bag, workflow, task, asset):
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
        "orgwarden_attestation_findings",
        "orgwarden_billing_findings",
        "orgwarden_change_findings",
        "orgwarden_contact_findings",
        "orgwarden_management_findings",
        "orgwarden_organization_findings",
    }


def test_each_month_that_is_due_is_staged_and_reconciled_and_all_are_published_together(bag):
    assert follows(bag.get_dag("billing_reconciliation")) == {
        "due": [],
        "each.stage": ["due"],
        "each.reconcile": ["each.stage"],
        "publish": ["each.reconcile"],
        "mail_statements": ["publish"],
    }


def test_a_month_that_fails_holds_back_no_other_and_two_bills_never_share_the_memory(bag):
    dag = bag.get_dag("billing_reconciliation")
    assert dag.get_task("publish").trigger_rule == "all_done_min_one_success"
    assert {dag.get_task(f"each.{name}").pool for name in ("stage", "reconcile")} == {"billing"}


def test_each_persons_answer_is_signed_and_judged_without_waiting_for_anybody_else(bag):
    dag = bag.get_dag("access_validation")
    assert follows(dag) == {
        "open_quarter": [],
        "each.answer": ["open_quarter"],
        "each.sign_off": ["each.answer"],
        "each.judge": ["each.sign_off"],
        "send_probes": ["open_quarter"],
        "close": ["each.judge", "send_probes"],
    }
    for judging in (dag.get_task("each.judge"), dag.get_task("close")):
        assert judging.trigger_rule == "all_done"
        assert [outlet.name for outlet in judging.outlets] == ["orgwarden_attestation_findings"]


def test_each_day_what_people_did_is_judged_even_where_no_message_can_be_sent_again(bag):
    dag = bag.get_dag("attestation_review")
    assert follows(dag) == {"retry_probes": [], "judge": ["retry_probes"], "publish": ["judge"]}
    assert dag.get_task("judge").trigger_rule == "all_done"
    # What judges hands nothing on: only where something moved do tickets have to know.
    assert [outlet.name for outlet in dag.get_task("judge").outlets] == []
    assert [outlet.name for outlet in dag.get_task("publish").outlets] == ["orgwarden_attestation_findings"]


def test_what_changed_holds_the_reviews_not_back(bag):
    assert "changes" not in bag.get_dag("organization_inventory").get_task("publish").upstream_task_ids
