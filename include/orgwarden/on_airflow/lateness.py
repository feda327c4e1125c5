"""Since when a run's lateness is counted; a plugin makes it known to Airflow."""

from datetime import datetime
from typing import Any, ClassVar

from airflow.sdk.definitions.deadline import BaseDeadlineReference


class SinceQueued(BaseDeadlineReference):
    """The moment at which a run was queued first.

    Airflow's own reference to it cannot be taken: with that Airflow 3.3.2 answers 500 to whoever clears a task of a run
    that is not late yet, in its pages as well as by its API, for it counts such deadlines anew, and stumbles over their
    interval. What it does not know it leaves as it was counted at first.
    """

    required_kwargs: ClassVar[set[str]] = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: Any, dag_id: str, run_id: str) -> datetime | None:
        """Give the moment, read from Airflow's database by Airflow itself; ``None``: there is no such run."""
        from airflow.models import DagRun
        from sqlalchemy import select

        queued: datetime | None = session.scalar(
            select(DagRun.queued_at).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        )
        return queued
