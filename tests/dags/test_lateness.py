"""A run has a deadline from when it was queued, and its tasks can be cleared before and after that."""

from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.airflow
WORKFLOW, HOURS = "drift_tickets", 4


@pytest.fixture
def session(bag):
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db
    from airflow.settings import Session

    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    with Session() as session:
        yield session
        session.rollback()


@pytest.fixture
def run(session):
    """Give a run that the scheduler would have queued, one of whose tasks failed."""
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.state import DagRunState, TaskInstanceState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    made = SerializedDagModel.get_dag(WORKFLOW, session=session).create_dagrun(
        run_id="late",
        run_after=datetime.now(UTC),
        run_type=DagRunType.MANUAL,
        triggered_by=DagRunTriggeredByType.TEST,
        state=DagRunState.QUEUED,
        session=session,
    )
    session.flush()
    made.get_task_instance("plan", session=session).set_state(TaskInstanceState.FAILED, session=session)
    return made


def deadlines(session, run):
    from airflow.models.deadline import Deadline
    from sqlalchemy import select

    session.flush()
    return list(session.scalars(select(Deadline.deadline_time).where(Deadline.dagrun_id == run.id)))


def test_a_run_is_late_some_hours_after_it_was_queued(session, run):
    assert deadlines(session, run) == [run.queued_at + timedelta(hours=HOURS)]


def test_a_failed_task_of_a_run_that_is_not_late_yet_can_be_cleared(session, run):
    from airflow.models.taskinstance import clear_task_instances

    before = deadlines(session, run)
    clear_task_instances([run.get_task_instance("plan", session=session)], session)
    session.flush()
    assert run.get_task_instance("plan", session=session).state is None
    assert deadlines(session, run) == before


def test_a_run_that_ended_well_has_no_deadline_any_more(session, run):
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.state import TaskInstanceState

    run.dag = SerializedDagModel.get_dag(WORKFLOW, session=session)
    for task in run.get_task_instances(session=session):
        task.set_state(TaskInstanceState.SUCCESS, session=session)
    run.update_state(session=session)
    assert (str(run.state), deadlines(session, run)) == ("success", [])
