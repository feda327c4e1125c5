"""The policy of workflows: what holds for each of them, today's and tomorrow's."""

import json
from pathlib import Path

import pytest

WORKFLOWS = sorted(file.stem for file in (Path(__file__).parents[2] / "dags").glob("*.py"))


@pytest.fixture(params=WORKFLOWS)
def workflow(request, bag):
    return bag.get_dag(request.param)


def test_every_file_holds_the_one_workflow_of_its_name(bag):
    assert bag.import_errors == {}
    assert sorted(bag.dags) == WORKFLOWS


def test_a_workflow_tells_people_what_it_is(workflow):
    assert workflow.doc_md.startswith(workflow.dag_id.replace("_", " ").capitalize())
    assert "**When**" in workflow.doc_md
    assert "orgwarden" in workflow.tags
    assert len(workflow.tags) >= 2


def test_a_workflow_never_catches_up_and_never_runs_beside_itself(workflow):
    assert workflow.catchup is False
    # That which asks people may still wait for some when it asks the next.
    assert workflow.max_active_runs == (2 if workflow.dag_id == "access_validation" else 1)


def test_lateness_reaches_somebody(workflow):
    (deadline,) = workflow.deadline
    assert deadline.reference.serialize_reference() == {"reference_type": "SinceQueued"}
    assert deadline.callback.path == "orgwarden.on_airflow.tell_lateness"


def test_each_task_has_an_owner_retries_by_class_and_an_alert(workflow):
    from orgwarden.on_airflow import RetryByClass, tell_failure

    for task in workflow.tasks:
        assert task.owner == "orgwarden"
        assert task.retries >= 2
        assert isinstance(task.retry_policy, RetryByClass)
        assert list(task.on_failure_callback) == [tell_failure]


def test_a_workflow_can_be_started_by_hand_with_a_period(workflow):
    from airflow.sdk.exceptions import ParamValidationError

    period = workflow.params.get_param("period")
    asks = workflow.dag_id in {"access_validation", "attestation_review"}
    good, bad = (("2026-10", "2026-Q4"), ("2026-11", "2026-Q5")) if asks else (("2026-11",), ("2026-13", "2026-Q4"))
    assert [period.resolve(text) for text in good] == list(good)
    assert period.resolve(None) is None
    for refused in (*bad, "11-2026", "2026-10-01"):
        with pytest.raises(ParamValidationError):
            period.resolve(refused)


def test_a_workflow_can_be_stored_by_airflow(workflow):
    from airflow.serialization.serialized_objects import DagSerialization

    assert json.dumps(DagSerialization.serialize_dag(workflow))


def test_the_pools_file_names_the_pools_that_tasks_wait_for(bag, root):
    named = json.loads((root / "include" / "pools.json").read_text())
    used = {task.pool for dag in bag.dags.values() for task in dag.tasks} - {"default_pool"}
    assert set(named) == used
    assert {pool["slots"] for pool in named.values()} == {1}
