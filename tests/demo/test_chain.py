"""Following a month: a reading is over when the tickets know of every review, not when some run of them has ended."""

import json

import duckdb
import pytest

from orgwarden.demo.chain import BILL, CHAIN, Chain
from orgwarden.errors import StopAndTell
from orgwarden.model import Period

NOVEMBER = Period("2026-11")
VERDICTS = "reviews/2026-11/1/contacts.parquet"


def at(second):
    return f"2026-11-01T06:00:{second:02}+00:00"


def run(id_, begun, ended, state="success"):
    return {
        "dag_run_id": id_,
        "partition_key": NOVEMBER.text,
        "state": state,
        "start_date": at(begun),
        "end_date": at(ended),
    }


class FakeAirflow:
    """An Airflow in which the second run of the tickets appears when its runs were asked for a few times."""

    url = "http://airflow"

    def __init__(self, late):
        self.late, self.asked, self.notes = late, 0, []
        self.runs = {
            "organization_inventory": [run("i", 0, 9)],
            "contact_review": [run("c", 9, 15)],
            "management_account_review": [run("m", 9, 14)],
            "organization_review": [run("o", 9, 13)],
        }

    def get(self, path, **_):
        _, _, workflow, _, *rest = path.split("/")
        if not rest:
            return {"dag_runs": self.runs.get(workflow) or self._tickets()}
        if rest[1] == "taskInstances" and len(rest) == 2:
            names = {"organization_inventory": ["publish", "changes"]}.get(workflow, [CHAIN[workflow]])
            ended = next(one["end_date"] for one in self.runs.get(workflow) or self._tickets())
            return {"task_instances": [{"task_id": name, "state": "success", "end_date": ended} for name in names]}
        created = {"early": 2, "late": 21}.get(rest[0], 0)
        return {"value": {"created": created, "line": rest[0]} | ({"verdicts": VERDICTS} if rest[0] == "c" else {})}

    def send(self, method, path, body):
        self.notes.append((method, path, json.dumps(body)))

    def _tickets(self):
        self.asked += 1
        return [run("early", 10, 12), *([self.late] if self.asked > 2 else [])]


@pytest.fixture
def state(tmp_path):
    file = tmp_path / "store" / VERDICTS
    file.parent.mkdir(parents=True)
    duckdb.sql("SELECT 'contacts.a' AS control").write_parquet(str(file))
    return tmp_path


def followed(airflow, state):
    return Chain(api=airflow, state=state, tell=lambda _: None).followed(NOVEMBER)


def test_a_reading_waits_for_the_tickets_that_began_after_every_review(state):
    reading = followed(FakeAirflow(run("late", 16, 20)), state)
    assert [one.run for one in reading.runs] == ["i", "c", "m", "o", "early", "late"]
    assert (reading.opened(), reading.of("drift_tickets")["line"]) == (23, "late")


def test_a_run_of_the_tickets_that_failed_is_told_with_its_log(state):
    with pytest.raises(StopAndTell, match="drift_tickets ended as failed"):
        followed(FakeAirflow(run("late", 16, 20, state="failed")), state)


BILLED = "reviews/billing/2026-10/verdicts-1.parquet"


class FakeBilling:
    """An Airflow in which the schedule's own look at the bills is still under way when it is asked first."""

    url = "http://airflow"

    def __init__(self):
        self.sent, self.looks = [], 0

    def get(self, path, **_):
        _, _, workflow, _, *rest = path.split("/")
        if not rest:
            return {"dag_runs": self._looks() if workflow == BILL else self._tickets()}
        if rest[-1] == "taskInstances":
            names = ["due", "each.stage", "each.reconcile", "publish"] if workflow == BILL else ["reconcile"]
            return {"task_instances": [{"task_id": one, "state": "success", "end_date": at(8)} for one in names]}
        if len(rest) == 1:
            return run("asked", 1, 8) | {"partition_key": None}
        months = {"months": {"2026-11": {"new": 4, "verdicts": BILLED, "line": "the bill"}}, "line": "all bills"}
        return {"value": months if workflow == BILL else {"created": 2, "line": "tickets"}}

    def send(self, method, path, body):
        self.sent.append((method, path, body))
        return {"dag_run_id": "asked"}

    def _looks(self):
        self.looks += 1
        return [run("look", 0, 1, state="running" if self.looks == 1 else "success")]

    def _tickets(self):
        return [run("tickets", 9, 12)] if self.sent else [run("before", 3, 4)]


@pytest.fixture
def billing(tmp_path):
    file = tmp_path / "store" / BILLED
    file.parent.mkdir(parents=True)
    duckdb.sql("SELECT 'billing.a' AS control").write_parquet(str(file))
    airflow = FakeBilling()
    return airflow, Chain(api=airflow, state=tmp_path, tell=lambda _: None)


@pytest.mark.parametrize(("asked", "conf"), [(True, {"period": "2026-11"}), (False, {})], ids=["asked", "found"])
def test_a_bill_is_followed_to_the_tickets_of_its_month(billing, asked, conf):
    airflow, chain = billing
    reading = chain.billed(NOVEMBER, asked=asked)
    assert airflow.sent[0] == ("POST", f"/dags/{BILL}/dagRuns", {"logical_date": None, "conf": conf})
    assert [(one.run, one.line) for one in reading.runs] == [("asked", "the bill"), ("tickets", "tickets")]
    assert (reading.opened(), reading.moved("new"), reading.verdicts) == (2, 4, ({"control": "billing.a"},))


def test_a_bill_is_not_held_up_by_tickets_that_nobody_waits_for(billing):
    reading = billing[1].billed(NOVEMBER, asked=True, with_tickets=False)
    assert ([one.run for one in reading.runs], reading.opened()) == (["asked"], None)


def test_what_comes_next_waits_until_no_look_at_the_bills_is_under_way(billing):
    airflow, chain = billing
    chain.settled()
    assert airflow.looks == 2
