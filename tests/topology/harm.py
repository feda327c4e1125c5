"""Does harm to a running topology at chosen moments of chosen tasks, and clears what died, as somebody on call does."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from orgwarden.demo.sign_in import OPERATOR
from orgwarden.errors import StopAndTell
from tests.topology.native import PROCESSES, Topology, start_postgres
from tests.topology.people import sign_in

PATIENCE = 420.0
DEAD = {"failed", "up_for_retry", "upstream_failed"}
# What a moment is asked with, at the begin of a try and then again and again: its words, once it has come.
Moment = Callable[[int | None], tuple[int, str]]


def begun(_: int | None) -> tuple[int, str]:
    """The moment at which a task has begun."""
    return 0, "as it began"


def grown(count: Callable[[], int], by: int, words: str) -> Moment:
    """Give the moment at which something has grown since the task began."""

    def moment(before: int | None) -> tuple[int, str]:
        now = count()
        if before is None:
            return now, ""
        return before, f"after {now - before} {words}" if now >= before + by else ""

    return moment


@dataclass(frozen=True)
class Harm:
    """What is done to whom, when a task of a run that is new has come to a moment."""

    workflow: str
    task: str
    moment: Moment
    do: Callable[["Disturber", dict[str, Any]], str]
    # It runs a second time for what is looked for: when somebody has answered.
    after_waiting: bool = False


@dataclass
class Disturber:
    """Does harm while somebody else follows the runs, each after the one before; ``done`` is what was done."""

    topology: Topology
    plan: Sequence[Harm]
    done: list[tuple[str, str, str, str]] = field(default_factory=list)
    revived: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.over = threading.Event()
        self.api = sign_in(self.topology, OPERATOR)
        self.known = {run for harm in self.plan for run in self.runs(harm.workflow)}
        # The last try of each task that was harmed, and the tasks that waited.
        self.tries: dict[tuple[str, str], int] = {}
        self.waited: set[str] = set()

    @contextmanager
    def at_work(self):
        """Do it while the block runs; what goes wrong on the way ends the block, and is raised."""
        thread = threading.Thread(target=self._all, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            thread.join(PATIENCE)
            trouble, self.topology.trouble = self.topology.trouble, None
            if trouble:
                raise trouble
        assert not thread.is_alive()

    def runs(self, workflow: str) -> list[str]:
        found = self.api.get(f"/dags/{workflow}/dagRuns", order_by="-id", limit=100)["dag_runs"]
        return [one["dag_run_id"] for one in found]

    def tasks(self, workflow: str, run: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get(f"/dags/{workflow}/dagRuns/{run}/taskInstances", limit=100)[
            "task_instances"
        ]
        return found

    def _all(self) -> None:
        try:
            for harm in self.plan:
                self._one(harm)
            while not self.over.wait(1):
                self._revive()
            for key in self.revived:
                self.topology.until_healthy(key)
        except BaseException as error:  # noqa: BLE001 - raised where the runs are followed
            self.topology.trouble = error

    def _one(self, harm: Harm) -> None:
        instance = self._running(harm)
        self.tries[harm.workflow, harm.task] = instance["try_number"]
        when = self._moment(harm, instance)
        at = time.monotonic()
        what = harm.do(self, instance)
        self._running_again(harm, instance)
        self.done.append((f"{harm.workflow}.{harm.task}", when, what, f"{time.monotonic() - at:.0f} s"))

    def _looks(self, missed: str) -> Iterator[None]:
        """Look again and again, once more when the runs have ended; fail then, or when it takes too long."""
        until = time.monotonic() + PATIENCE
        while True:
            is_last = self.over.is_set() or time.monotonic() > until
            self._revive()
            yield
            if is_last:
                raise AssertionError(f"{missed} {'before the runs ended' if self.over.is_set() else 'in time'}")

    def _running(self, harm: Harm) -> dict[str, Any]:
        """Wait until the task runs in a run that is new, or once more after its last harm; give its instance."""
        least = self.tries.get((harm.workflow, harm.task), 0) + 1
        looks = self._looks(f"{harm.workflow}.{harm.task} was not seen to run")
        while True:
            next(looks)
            for one in self._of_new_runs(harm):
                if one["state"] == "awaiting_input":
                    self.waited.add(one["id"])
                is_due = one["try_number"] >= least and (not harm.after_waiting or one["id"] in self.waited)
                if is_due and one["state"] == "running" and one["pid"]:
                    return one
            time.sleep(0.05)

    def _of_new_runs(self, harm: Harm) -> Iterator[dict[str, Any]]:
        """Give the instances of a harm's task in the runs that were not there before."""
        for run in self.runs(harm.workflow):
            if run not in self.known:
                yield from (one for one in self.tasks(harm.workflow, run) if one["task_id"] == harm.task)

    def _moment(self, harm: Harm, instance: dict[str, Any]) -> str:
        """Wait for the moment while the task's process is there."""
        before, words = harm.moment(None)
        while not words:
            if not _is_there(instance["pid"]):
                return "when it had ended"
            before, words = harm.moment(before)
            time.sleep(0.01)
        return words if _is_there(instance["pid"]) else "when it had ended"

    def _running_again(self, harm: Harm, instance: dict[str, Any]) -> None:
        """Clear what died until the task runs again, or has ended well."""
        for _ in self._looks(f"{harm.workflow}.{harm.task} did not run again"):
            tasks = self.tasks(harm.workflow, instance["dag_run_id"])
            self._clear(harm.workflow, instance["dag_run_id"], tasks)
            now = same(instance, tasks)
            is_new = now["try_number"] > instance["try_number"] and now["state"] == "running"
            if now["state"] == "success" or (is_new and now["pid"]):
                return
            time.sleep(0.3)

    def _clear(self, workflow: str, run: str, tasks: Sequence[dict[str, Any]]) -> None:
        if dead := [[one["task_id"], one["map_index"]] for one in tasks if one["state"] in DEAD]:
            body = {"dry_run": False, "only_failed": False, "dag_run_id": run, "task_ids": dead}
            try:
                self.api.send("POST", f"/dags/{workflow}/clearTaskInstances", body)
            except StopAndTell:
                # Once it may be the connection that PostgreSQL took with it.
                self.api.send("POST", f"/dags/{workflow}/clearTaskInstances", body)

    def _revive(self) -> None:
        """Start what has ended by itself, as the file's restart policy does."""
        for key in self.topology.ended():
            self.topology.start_again(key)
            self.revived.add(key)


def same(instance: dict[str, Any], tasks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Give a task among others, whatever its try: each has another id."""
    return next(one for one in tasks if all(one[name] == instance[name] for name in ("task_id", "map_index")))


def kill_its_worker(disturber: Disturber, instance: dict[str, Any]) -> str:
    """Kill the worker that runs a task, and the task with it; it comes back as by the file's restart policy."""
    key = worker_of(disturber.topology, instance)
    if key:
        disturber.topology.kill(key)
    return f"SIGKILL of {key}" if key else "nothing"


def stop_its_worker(disturber: Disturber, instance: dict[str, Any]) -> str:
    """Tell a worker to stop as Docker does; it has to end what it has begun."""
    topology, key = disturber.topology, worker_of(disturber.topology, instance)
    process = topology.running[key].process
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    tasks = disturber.tasks(instance["dag_id"], instance["dag_run_id"])
    ended = same(instance, tasks)
    assert (ended["state"], ended["try_number"]) == ("success", instance["try_number"])
    return f"SIGTERM to {key}"


def kill(*names: str) -> Callable[[Disturber, dict[str, Any]], str]:
    """Give what kills other processes than the task's own, which go on after a restart."""

    def harm(disturber: Disturber, _: dict[str, Any]) -> str:
        for name in names:
            disturber.topology.kill(name)
        if "postgres" in names:
            start_postgres(disturber.topology)
        return f"SIGKILL of {' and '.join(names)}"

    assert set(names) <= {*PROCESSES, "postgres"}
    return harm


def worker_of(topology: Topology, instance: dict[str, Any]) -> str:
    """Give the worker whose process runs a task; nothing where that has ended."""
    try:
        session = os.getsid(instance["pid"])
    except ProcessLookupError:
        return ""
    return next((name for name, one in topology.running.items() if one.process.pid == session), "")


def _is_there(pid: int) -> bool:
    try:
        os.getsid(pid)
    except ProcessLookupError:
        return False
    return True
