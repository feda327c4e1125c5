"""The embedded ticket system: tables, and a readable file for each ticket."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from orgwarden.errors import BadInput
from orgwarden.findings.database import writing
from orgwarden.findings.store import FindingStore
from orgwarden.findings.tables import LOCAL_TICKETS
from orgwarden.model import Severity
from orgwarden.tickets.draft import Drafter
from orgwarden.tickets.drift import Drift
from orgwarden.tickets.local import LocalSink
from orgwarden.tickets.outbox import Outbox
from orgwarden.tickets.sink import Category, Draft, TicketRef
from orgwarden.tickets.text import BEGIN, END
from tests.findings.readings import CONTROL, ORG, A, B, control, fail, review, subject


def draft(title="Phones", body="one", severity=Severity.HIGH, labels=("orgwarden", "severity-high")):
    block = f"{BEGIN}\n{body}\n{END}"
    return Draft(title=title, body=block, labels=labels, severity=severity, owner="team", due=date(2026, 12, 1))


@pytest.fixture
def files():
    return {}


@pytest.fixture
def sink(engine, files):
    return LocalSink(engine, write=files.__setitem__)


def test_tickets_are_numbered_and_found_by_their_fingerprint(sink):
    assert [sink.create(draft(), fp).key for fp in ("a", "b")] == ["OW-0001", "OW-0002"]
    assert [ref.key for ref in sink.find("b")] == ["OW-0002"]
    assert sink.find("c") == []


def test_the_database_refuses_a_second_ticket_of_one_fingerprint(sink):
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: sink.create(draft(), "a").key, range(8)))
    assert keys == {"OW-0001"}


def test_a_file_shows_title_status_body_and_comments(sink, files):
    ref = sink.create(draft(title="Phones @all"), "a")
    sink.comment(ref, "it is back", "k1")
    sink.comment(ref, "it is back", "k1")
    sink.transition(ref, Category.DONE)
    page = files["OW-0001.md"]
    assert all(text in page for text in ("# OW-0001: Phones @\u200ball", "**done**", "one"))
    assert page.count("it is back") == 1


def test_the_index_lists_open_tickets_the_worst_first(sink, files):
    for severity in (Severity.LOW, Severity.CRITICAL):
        sink.create(draft(title=severity.name, severity=severity), severity.name)
    done = sink.create(draft(title="gone"), "gone")
    sink.transition(done, Category.DONE)
    index = files["README.md"]
    assert index.index("CRITICAL") < index.index("LOW")
    assert "[OW-0001](OW-0001.md)" in index
    assert "gone" not in index
    assert "2 open, 1 closed" in index


def test_an_update_keeps_what_people_wrote_and_their_labels(sink, engine, files):
    ref = sink.create(draft(body="old"), "a")
    with writing(engine) as connection:
        body = f"above\n{draft(body='old').body}\nbelow"
        connection.execute(LOCAL_TICKETS.update().values(body=body, labels=["orgwarden", "severity-high", "q4"]))
    sink.update(ref, draft(body="fresh", labels=("orgwarden", "severity-low")))
    page = files["OW-0001.md"]
    assert page.index("above") < page.index("fresh") < page.index("below")
    assert "old" not in page
    assert sink.get(ref).labels == ("q4", "orgwarden", "severity-low")


def test_all_files_can_be_written_anew(sink, files):
    sink.create(draft(), "a")
    before = dict(files)
    files.clear()
    sink.publish()
    assert files == before


@pytest.mark.parametrize("key", ["OW-0009", "JIRA-1"])
def test_a_ticket_that_is_not_there_is_named(sink, key):
    with pytest.raises(BadInput, match=key):
        sink.update(TicketRef(key), draft())


def test_projects_are_apart(engine):
    for project in ("one", "two"):
        assert LocalSink(engine, project=project).create(draft(), "a").key == "OW-0001"


def test_drift_runs_on_it_from_finding_to_closed_ticket(sink, engine, files):
    store = FindingStore(engine)
    drafter = Drafter(controls={CONTROL: control()}, capabilities=sink.capabilities, names={A: "payments"})

    def run(n, *verdicts):
        store.record(review(n, *verdicts))
        drift = Drift(organization=ORG, findings=store, outbox=Outbox(engine, sink), drafter=drafter)
        applied = drift.apply(drift.plan()).or_retry_later()
        assert (drift.sweep().closed, drift.reconcile().closed_by_hand) == (0, ())
        return applied

    assert run(1, fail(subject(A)), fail(subject(B))).created == 1
    assert "payments" in files["OW-0001.md"]
    assert run(2, fail(subject(B))).updated == 1
    assert run(3, fail(subject(B))).updated == 0
    assert (run(4).closed, sink.get(TicketRef("OW-0001")).status) == (1, Category.DONE)
    assert run(5, fail(subject(A))).reopened == 1
