"""Follows a month through the workflows in a running Airflow, telling what happens on the way."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orgwarden.demo.embedded import Airflow
from orgwarden.demo.summary import Reading, Run
from orgwarden.errors import StopAndTell
from orgwarden.model import Period

# Each workflow, in the order in which one starts the next, and the task that ends it with the outcome.
CHAIN = {
    "organization_inventory": "publish",
    "contact_review": "review",
    "management_account_review": "review",
    "organization_review": "review",
    "drift_tickets": "reconcile",
}
FIRST, LAST = next(iter(CHAIN)), next(reversed(CHAIN))
# Reads no snapshot's month but the bill's, which is delivered when AWS delivers it.
BILL = "billing_reconciliation"
# Asks people, once a quarter.
ATTESTING = "access_validation"
# Looks each day at what people did.
REVIEWING = "attestation_review"
ENDS = {**CHAIN, BILL: "publish", ATTESTING: "close", REVIEWING: "judge"}
# The tasks that move findings. Each starts the tickets, so a reading has several runs of them: the one that began after
# all of these knows everything.
REVIEWS = {
    "organization_inventory": "changes",
    "contact_review": "review",
    "management_account_review": "review",
    "organization_review": "review",
    BILL: "publish",
    ATTESTING: "close",
    REVIEWING: "judge",
}
PATIENCE, PAUSE = 600.0, 0.7
ENDED = ("success", "failed")
TOLD = ("success", "failed", "up_for_retry", "upstream_failed", "skipped")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """The workflows, each started by the one before; what changes is told to ``tell``."""

    api: Airflow
    state: Path
    tell: Callable[[str], None]

    def scheduled_month(self) -> Period:
        """Give the month of the run that the schedule starts as soon as the workflow may run."""
        return Period(self._scheduled(FIRST)["partition_key"])

    def scheduled(self, workflow: str) -> str:
        """Give the id of the run that the schedule starts as soon as a workflow may run."""
        return str(self._scheduled(workflow)["dag_run_id"])

    def _scheduled(self, workflow: str) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if runs := self.api.get(f"/dags/{workflow}/dagRuns")["dag_runs"]:
                found: dict[str, Any] = runs[0]
                return found
            time.sleep(PAUSE)
        raise StopAndTell(f"The schedule started no run of {workflow} within {PATIENCE:.0f} s; see the scheduler's log")

    def triggered(self, month: Period) -> Reading:
        """Start a reading of the month, and follow it."""
        before = frozenset(id_ for workflow in CHAIN for id_ in self._runs(workflow, month))
        self.api.send("POST", f"/dags/{FIRST}/dagRuns", {"logical_date": None, "partition_key": month.text})
        return self.followed(month, before=before)

    def billed(self, month: Period, *, asked: bool, with_tickets: bool = True) -> Reading:
        """Reconcile a month's bill, and follow that: asked for, or found by the workflow's own look for what is new.

        Without tickets nobody waits for those of the month; they come all the same.
        """
        before = frozenset(self._runs(LAST, month))
        conf = {"period": month.text} if asked else {}
        started = self.api.send("POST", f"/dags/{BILL}/dagRuns", {"logical_date": None, "conf": conf})
        run = self._ended_as(BILL, lambda: {started["dag_run_id"]: self._run(BILL, started["dag_run_id"])})
        outcome = run.outcome["months"][month.text]
        tickets = self._tickets(month, before, since=self._reviewed(run)) if with_tickets else []
        verdicts = tuple(_verdicts(self.state / "store" / outcome["verdicts"]))
        return Reading(period=month.text, runs=(replace(run, outcome=outcome), *tickets), verdicts=verdicts)

    def attested(self, run: str) -> Reading:
        """Give what a run that asked people came to, with the tickets that know of it."""
        ended = self._ended_as(ATTESTING, lambda: {run: self._run(ATTESTING, run)})
        month = Period(self._run(ATTESTING, run)["partition_key"])
        tickets = self._tickets(month, frozenset(), since=self._reviewed(ended))
        return Reading(period=month.text, runs=(ended, *tickets))

    def looked(self) -> tuple[dict[str, Any], ...]:
        """Have what people did judged, as is done each day; give the verdicts."""
        started = self.api.send("POST", f"/dags/{REVIEWING}/dagRuns", {"logical_date": None, "conf": {}})
        run = self._ended_as(REVIEWING, lambda: {started["dag_run_id"]: self._run(REVIEWING, started["dag_run_id"])})
        return _verdicts(self.state / "store" / run.outcome["verdicts"])

    def settled(self) -> None:
        """Wait until no look at the bills is under way: it would find what is delivered next."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            runs = self.api.get(f"/dags/{BILL}/dagRuns", order_by="-id", limit=20)["dag_runs"]
            if all(one["state"] in ENDED for one in runs):
                return
            time.sleep(PAUSE)
        raise StopAndTell(f"{BILL} did not end within {PATIENCE:.0f} s; look at {self.api.url}/dags/{BILL}")

    def followed(self, month: Period, *, before: frozenset[str] = frozenset()) -> Reading:
        """Follow a reading to its end; runs that were there before are not its own. Raises ``StopAndTell``."""
        runs = [self._ended(workflow, month, before) for workflow in CHAIN if workflow != LAST]
        runs += self._tickets(month, before, since=max(self._reviewed(run) for run in runs))
        files = [self.state / "store" / run.outcome["verdicts"] for run in runs if "verdicts" in run.outcome]
        verdicts = tuple(row for file in files for row in _verdicts(file))
        return Reading(period=month.text, runs=tuple(runs), verdicts=verdicts)

    def _ended(self, workflow: str, month: Period, before: frozenset[str]) -> Run:
        return self._ended_as(
            workflow, lambda: {id_: one for id_, one in self._runs(workflow, month).items() if id_ not in before}
        )

    def _ended_as(self, workflow: str, runs: Callable[[], Mapping[str, Any]]) -> Run:
        """Wait until one of the runs has ended; give it."""
        until = time.monotonic() + PATIENCE
        told: dict[str, str] = {}
        while time.monotonic() < until:
            for id_, one in runs().items():
                self._tell_changes(workflow, id_, told)
                if one["state"] in ENDED:
                    return self._noted(workflow, one)
            time.sleep(PAUSE)
        raise StopAndTell(f"{workflow} did not end within {PATIENCE:.0f} s; look at {self.api.url}/dags/{workflow}")

    def _reviewed(self, run: Run) -> datetime:
        """Give the time at which a run had moved its findings."""
        tasks = self._tasks(run.workflow, run.run)
        return max(datetime.fromisoformat(one["end_date"]) for one in tasks if one["task_id"] == REVIEWS[run.workflow])

    def _tickets(self, month: Period, before: frozenset[str], *, since: datetime) -> list[Run]:
        """Wait until the tickets know of all reviews; give the runs that kept them, in order."""
        until = time.monotonic() + PATIENCE
        told: dict[str, dict[str, str]] = {}
        while time.monotonic() < until:
            mine = {id_: one for id_, one in self._runs(LAST, month).items() if id_ not in before}
            for id_ in mine:
                self._tell_changes(LAST, id_, told.setdefault(id_, {}))
            ended = all(one["state"] in ENDED for one in mine.values())
            if ended and any(datetime.fromisoformat(one["start_date"]) >= since for one in mine.values()):
                return [self._noted(LAST, one) for one in sorted(mine.values(), key=lambda one: str(one["start_date"]))]
            time.sleep(PAUSE)
        raise StopAndTell(f"{LAST} did not end within {PATIENCE:.0f} s; look at {self.api.url}/dags/{LAST}")

    def _runs(self, workflow: str, month: Period) -> dict[str, Any]:
        found = self.api.get(f"/dags/{workflow}/dagRuns", order_by="-id", limit=20)["dag_runs"]
        return {one["dag_run_id"]: one for one in found if one["partition_key"] == month.text}

    def _run(self, workflow: str, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(f"/dags/{workflow}/dagRuns/{run}")
        return found

    def _tell_changes(self, workflow: str, run: str, told: dict[str, str]) -> None:
        for task in sorted(self._tasks(workflow, run), key=lambda one: one["end_date"] or ""):
            name, state = task["task_id"], task["state"]
            if state in TOLD and told.get(name) != state:
                told[name] = state
                self.tell(f"{workflow:<27}{name:<22}{state}")

    def _tasks(self, workflow: str, run: str) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.api.get(f"/dags/{workflow}/dagRuns/{run}/taskInstances")["task_instances"]
        return tasks

    def _noted(self, workflow: str, one: Mapping[str, Any]) -> Run:
        """Take the outcome of a run, and write its line into the run's note, which a task cannot do for its own run.

        The same outcome stands on the event that the run sent; but Airflow 3.3.2 answers 500 when asked for events as
        long as a run that they started waits in the queue.
        """
        if one["state"] != "success":
            raise StopAndTell(f"{workflow} ended as {one['state']}: {self._reasons(workflow, one['dag_run_id'])}")
        begun, ended = (datetime.fromisoformat(one[name]) for name in ("start_date", "end_date"))
        run = one["dag_run_id"]
        outcome = self._outcome(workflow, run)
        if "line" in outcome:
            self.api.send("PATCH", f"/dags/{workflow}/dagRuns/{run}", {"note": outcome["line"]})
        seconds = round((ended - begun).total_seconds(), 1)
        return Run(workflow=workflow, run=run, state=one["state"], seconds=seconds, outcome=outcome)

    def _outcome(self, workflow: str, run: str) -> Mapping[str, Any]:
        told = self.api.get(
            f"/dags/{workflow}/dagRuns/{run}/taskInstances/{ENDS[workflow]}/xcomEntries/return_value", stringify=0
        )
        outcome: Mapping[str, Any] = told["value"]
        return outcome

    def _reasons(self, workflow: str, run: str) -> str:
        red = [one["task_id"] for one in self._tasks(workflow, run) if one["state"] == "failed"]
        logs = self.state / "airflow" / "logs" / f"dag_id={workflow}" / f"run_id={run}"
        return "; ".join(f"{task} failed, its log is in {logs / f'task_id={task}'}" for task in red) or "no task failed"


def _verdicts(file: Path) -> tuple[dict[str, Any], ...]:
    import duckdb  # noqa: PLC0415 - a second of imports that only this step needs

    with duckdb.connect() as database:
        read = database.read_parquet(str(file))
        return tuple(dict(zip(read.columns, row, strict=True)) for row in read.fetchall())
