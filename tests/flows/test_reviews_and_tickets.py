"""From a snapshot to tickets: what deviates is on exactly one open ticket, and an unchanged rerun does nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orgwarden.baseline import Baseline, load
from orgwarden.errors import BadInput, StopAndTell
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.finding import Kind
from orgwarden.findings.store import FindingStore
from orgwarden.flows import contact_review, drift_tickets, reviewing
from orgwarden.model import Severity
from orgwarden.privacy import Veil
from orgwarden.store import FileStore
from tests.collect.fakes import refusal
from tests.collect.test_contacts import PRIMARY
from tests.flows.test_organization_inventory import CLOCK, DECEMBER, VEIL, opened, sealed, swept

RECOVERY = {**PRIMARY, "ContactInformation": {"PhoneNumber": "+47 22 86 40 77", "CountryCode": "NO"}}
SOUND = {"GetContactInformation": lambda **asked: PRIMARY if asked else RECOVERY}
MISSING = {"GetAlternateContact": lambda **_: refusal("ResourceNotFoundException", 404)}
DENIED = {"GetContactInformation": lambda **_: refusal("AccessDeniedException", 403)}
DECLARED = """
contacts:
  domains: [corp.example]
  numbers: [{number: "+47 22 86 40 10", use: desk}, {number: "+47 22 86 40 77", use: recovery}]
  groups: [{address: warden@corp.example, members: 3}]
"""


@dataclass(frozen=True)
class Place:
    """A store, a database, and the two workflows on them."""

    store: FileStore
    findings: FindingStore
    baseline: Baseline

    def reading(self, run: str, **changed: Any) -> str:
        place = opened(self.store, run)
        swept(self.store, place, **{**SOUND, **changed})
        sealed(self.store, place)
        return place

    def review(self, place: str) -> dict[str, Any]:
        tools = {
            "store": self.store,
            "baseline": self.baseline,
            "veil": VEIL,
            "findings": self.findings,
            "clock": CLOCK,
        }
        return contact_review.review(place, **tools)

    def tickets(self, run: str) -> dict[str, Any]:
        tools = {
            "store": self.store,
            "engine": self.findings.engine,
            "findings": self.findings,
            "baseline": self.baseline,
        }
        planned = drift_tickets.plan(run=run, **tools)
        drift_tickets.apply(planned, **tools)
        drift_tickets.sweep(**tools)
        return drift_tickets.reconcile(planned, **tools)

    def check(self) -> dict[str, Any]:
        tools = {"store": self.store, "engine": self.findings.engine, "findings": self.findings}
        return drift_tickets.check(**tools, baseline=self.baseline)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    (tmp_path / "baseline.yaml").write_text(DECLARED)
    yield Place(FileStore(tmp_path / "store"), FindingStore(engine), load(tmp_path / "baseline.yaml"))
    engine.dispose()


def test_what_deviates_is_a_finding_on_exactly_one_open_ticket(here: Place):
    outcome = here.review(here.reading("r1", **MISSING))
    assert (outcome["fail"], outcome["new"]) == (2, 2)
    assert outcome["line"].startswith("2 deviations (2 new) · ")
    assert here.tickets("t1")["line"] == "2 tickets opened · 0 closed · 2 open"
    assert here.check() == {"open_findings": 2, "on_no_ticket": [], "on_several": [], "deferred": []}


def test_the_same_snapshot_reviewed_again_and_an_unchanged_reading_open_nothing(here: Place):
    place = here.reading("r1", **MISSING)
    here.review(place)
    here.tickets("t1")
    assert here.review(place)["new"] == 0
    assert here.tickets("t2")["created"] == 0
    here.review(here.reading("r2", **MISSING))
    assert here.tickets("t3")["line"] == "0 tickets opened · 0 closed · 2 open"


def test_a_mended_drift_closes_its_ticket_and_a_denied_reading_does_not(here: Place):
    here.review(here.reading("r1", **MISSING))
    here.tickets("t1")
    denied = {"GetAlternateContact": lambda **_: refusal("AccessDeniedException", 403)}
    here.review(here.reading("r2", **denied))
    assert here.tickets("t2")["closed"] == 0
    assert here.review(here.reading("r3"))["resolved"] == 2
    assert here.tickets("t3")["closed"] == 2


def test_a_cause_that_stays_is_one_ticket_after_two_readings(here: Place):
    here.review(here.reading("r1", **DENIED))
    assert here.tickets("t1")["created"] == 0
    here.review(here.reading("r2", **DENIED))
    assert here.tickets("t2")["created"] == 1


def test_of_each_cause_it_is_told_how_many_verdicts_it_hides(here: Place):
    judged = reviewing.judge(
        here.reading("r1", **DENIED), theme=None, store=here.store, baseline=here.baseline, veil=VEIL
    )
    told = reviewing.causes(judged)
    assert sum(hidden for _, hidden in told) == judged.counts["unknown"]
    assert any("GetContactInformation was denied" in cause for cause, _ in told)


def test_the_settings_of_the_baseline_reach_verdicts_findings_tickets_and_due_days(here: Place):
    controls = {
        "contacts.alternate_contacts_complete": {"severity": "critical"},
        "contacts.root_email_is_group": {"off": "not ours"},
    }
    declared = here.baseline.model_dump() | {"controls": controls}
    set_so = replace(here, baseline=Baseline.model_validate(declared))
    set_so.review(set_so.reading("r1", **MISSING))
    found = here.findings.open_findings("o-1")
    assert {f.severity for f in found} == {Severity.CRITICAL}
    assert {(f.due - f.opened_at.date()).days for f in found} == {7}


def test_adopted_and_read_again_nothing_is_new_and_the_debt_is_on_one_ticket(here: Place):
    place = here.reading("r1", **MISSING)
    here.review(place)
    here.tickets("t1")
    opened = [f for f in here.findings.open_findings("o-1") if f.kind is Kind.DEVIATION]
    adopted = {"on": opened[0].opened_at.date(), "until": date(2999, 1, 1), "findings": tuple(f.id for f in opened)}
    merged = replace(here, baseline=Baseline.model_validate(here.baseline.model_dump() | {"adopted": (adopted,)}))
    assert merged.review(place)["line"].startswith("0 deviations (0 new) · 2 adopted · ")
    owners = len({f.owner for f in opened})
    assert merged.tickets("t2")["line"] == f"{owners} tickets opened · 2 closed · {owners} open"
    assert merged.review(merged.reading("r2", **MISSING))["new"] == 0
    assert merged.tickets("t3")["line"] == f"0 tickets opened · 0 closed · {owners} open"
    assert merged.check()["on_no_ticket"] == []


def test_too_many_tickets_are_said_in_the_line_and_follow_in_the_next_run(here: Place):
    bounded = replace(here, baseline=Baseline.model_validate(here.baseline.model_dump() | {"tickets": {"most_new": 1}}))
    bounded.review(bounded.reading("r1", **MISSING))
    assert bounded.tickets("t1")["line"] == "1 tickets opened · 0 closed · 1 open · 1 deferred"
    assert len(bounded.check()["deferred"]) == 1
    assert bounded.tickets("t2")["line"] == "1 tickets opened · 0 closed · 2 open"
    assert bounded.check()["deferred"] == []


def test_an_older_reading_that_is_reviewed_late_changes_nothing(here: Place):
    older, newer = here.reading("r1", **MISSING), here.reading("r2")
    here.review(newer)
    assert here.review(older)["new"] == 0
    assert here.findings.open_findings("o-1") == []


def test_the_verdicts_are_kept_as_parquet_by_their_content(here: Place):
    place = here.reading("r1", **MISSING)
    one, other = here.review(place)["verdicts"], here.review(place)["verdicts"]
    assert one == other
    import duckdb

    with duckdb.connect() as database:
        rows = database.read_parquet(str(here.store.root / one)).aggregate("status, count(*)").fetchall()
    assert dict(rows)["FAIL"] == 2


def test_a_review_under_another_key_or_of_another_organization_is_refused(here: Place):
    place = here.reading("r1")
    with pytest.raises(BadInput, match="another ORGWARDEN_HASH_KEY"):
        reviewing.judge(place, theme=None, store=here.store, baseline=None, veil=Veil(b"other"))
    declared = Baseline.model_validate({"organization": {"id": "o-1234567890"}})
    with pytest.raises(BadInput, match="the baseline is of organization o-1234567890"):
        reviewing.judge(place, theme=None, store=here.store, baseline=declared, veil=VEIL)


def test_without_findings_or_a_snapshot_there_is_nothing_to_plan(here: Place):
    with pytest.raises(StopAndTell, match="no findings yet"):
        here.tickets("t1")
    assert not here.store.names("snapshots/" + str(DECEMBER))
