"""From one hash key to the next nothing opens, nothing closes and no ticket is made; what was not met is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orgwarden import approved
from orgwarden.attestations.probes import Probe, ProbeStore
from orgwarden.baseline import Baseline, load
from orgwarden.collect import contacts
from orgwarden.collect.links import Links
from orgwarden.errors import BadInput, RetryLater
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.finding import State
from orgwarden.findings.store import FindingStore
from orgwarden.flows import changes_review, contact_review, drift_tickets
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.rotating import RotatingVeil, edit_baseline, rekeyed, renamed, rotate
from orgwarden.model import EVERYTHING, Period, Subject, finding_id
from orgwarden.privacy import Veil
from orgwarden.snapshot import load as load_snapshot
from orgwarden.store import FileStore
from tests.collect.fakes import refusal
from tests.stress.organization import Names, reading

TOOLS = ("store", "aws", "dns", "links", "baseline", "audit", "asks_cost_explorer", "findings", "clock", "versions")
OLD, NEW = Veil(b"the old key"), Veil(b"the new key")
TICKET_OF = "SELECT ticket FROM ticket_outbox NATURAL JOIN ticket_findings WHERE finding = '{}'"
DECLARED = """
contacts:
  domains: [corp.example]
  numbers: [{number: "+47 22 86 39 12", use: recovery}]
  groups: [{address: nobody@corp.example, members: 3}]
"""


OWNER = "jane.doe@corp.example"


def owned(aws: Any | None = None) -> Any:
    """Give the organization with a mail address as its accounts' owner, and one in an account's name."""
    aws = aws or reading()
    client = aws.here("organizations").client
    listed = client.answers["ListAccounts"]

    def accounts(**asked: Any) -> Any:
        page = listed(**asked)
        return page | {"Accounts": [one | {"Name": f"of {one['Id']}@corp.example"} for one in page["Accounts"]]}

    client.answers = {
        **client.answers,
        "ListTagsForResource": lambda **_: {"Tags": [{"Key": "owner", "Value": OWNER}]},
        "ListAccounts": accounts,
    }
    return aws


class Place:
    """A store, a database and a baseline, with readings a day apart."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.day = folder, 0
        self.store = FileStore(folder / "store")
        self.findings = FindingStore(connect(f"sqlite:///{folder / 'orgwarden.db'}"))
        migrate(self.findings.engine)
        (folder / "baseline.yaml").write_text(DECLARED)

    @property
    def baseline(self) -> Baseline:
        return load(self.folder / "baseline.yaml")

    def clock(self) -> datetime:
        self.day += 1
        return datetime(2026, 11, self.day, tzinfo=UTC)

    def month(self, veil: Veil) -> dict[str, Any]:
        """Read, review and ticket under a key."""
        now = self.clock()
        place = inventory.open_snapshot(
            Period("2026-11"), run=f"r{self.day}", store=self.store, veil=veil, clock=lambda: now
        )
        inventory.sweep_organizations(place, store=self.store, aws=owned(), veil=veil)
        inventory.sweep_contacts(place, store=self.store, aws=reading(), veil=veil)
        inventory.sweep_mail_domains(place, store=self.store, dns=Names())
        inventory.gate(place, store=self.store, baseline=self.baseline)
        inventory.seal(place, store=self.store, clock=self.clock, versions={})
        return self.reviewed(place, veil)

    def reviewed(self, place: str, veil: Veil) -> dict[str, Any]:
        given = {"store": self.store, "baseline": self.baseline, "findings": self.findings, "clock": self.clock}
        changed = changes_review.review(place, veil=veil, **given)
        assert (changed["new"], changed["resolved"]) == (0, 0)
        told = contact_review.review(place, veil=veil, **given)
        tools = {"store": self.store, "findings": self.findings, "baseline": self.baseline}
        planned = drift_tickets.plan(run=f"t{self.day}", engine=self.findings.engine, **tools)
        drift_tickets.apply(planned, engine=self.findings.engine, **tools)
        return told | {"tickets": drift_tickets.reconcile(planned, engine=self.findings.engine, **tools)}

    def rotated(self, aws: Any = None):
        return rotate(
            NEW,
            store=self.store,
            aws=owned(aws),
            dns=Names(),
            links=Links(),
            veil=OLD,
            baseline=self.baseline,
            audit="",
            asks_cost_explorer=False,
            findings=self.findings,
            clock=self.clock,
            versions={},
        )

    def asked(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "orgwarden.db")) as database:
            return database.execute(statement).fetchall()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    place.month(OLD)
    yield place
    place.findings.engine.dispose()


def hashed(place: Place) -> dict[str, str]:
    return {f.id: f.subject.resource for f in place.findings.findings("o-1") if f.subject.resource[1:2] == "-"}


def test_the_review_behind_a_rotation_opens_and_closes_nothing_and_makes_no_ticket(here: Place):
    tickets = here.asked("SELECT number, status FROM local_tickets ORDER BY number")
    before = {f.id: (f.control, f.state, f.opened_at) for f in here.findings.findings("o-1")}
    rotated = here.rotated()
    assert len(rotated.findings) == len(hashed(here)) > 3
    assert (rotated.left, rotated.left_approved) == ((), ())
    told = here.reviewed(rotated.snapshot, NEW)
    assert (told["new"], told["reopened"], told["resolved"]) == (0, 0, 0)
    assert (told["tickets"]["created"], told["tickets"]["closed"]) == (0, 0)
    assert here.asked("SELECT number, status FROM local_tickets ORDER BY number") == tickets
    assert {f.owner for f in here.findings.findings("o-1")} >= {NEW.text(OWNER)}
    assert OLD.text(OWNER) not in {f.owner for f in here.findings.findings("o-1")}
    after = {f.id: (f.control, f.state, f.opened_at) for f in here.findings.findings("o-1")}
    assert after == {rotated.findings.get(old, old): stood for old, stood in before.items()}


def test_what_happened_to_a_finding_and_its_place_on_a_ticket_go_with_it(here: Place):
    old = next(iter(hashed(here)))
    happened = [(e.happening, e.text) for e in here.findings.events(old)]
    on = here.asked(TICKET_OF.format(old))
    new = here.rotated().findings[old]
    assert here.findings.finding(old) is None
    assert [(e.happening, e.text) for e in here.findings.events(new)] == happened
    assert here.asked(TICKET_OF.format(new)) == on != []


def test_the_approved_contacts_are_compared_under_the_new_key(here: Place):
    rotated = here.rotated()
    state = approved.load(here.store, "o-1")
    assert rotated.approved == len(state.contacts) > 0
    _, gaps = approved.approved_parts(state, load_snapshot(here.store, rotated.snapshot))
    assert gaps == {}


def test_what_the_reading_did_not_meet_is_told_stays_and_moves_with_the_next_rotation(here: Place):
    denied = reading()
    here_api = denied.here("account").client.answers
    answer = here_api["GetContactInformation"]

    def refusing(**asked: str):
        return refusal("AccessDeniedException", 403) if asked.get("AccountId") == "200000000007" else answer(**asked)

    denied.here("account").client.answers = {**here_api, "GetContactInformation": refusing}
    was = hashed(here)
    first = here.rotated(denied)
    assert len(first.left) == 1
    assert first.left[0] in was
    assert here.findings.finding(first.left[0]).state is State.OPEN
    assert first.left_approved == ("200000000007/PRIMARY",)
    second = here.rotated()
    assert set(second.findings) == set(first.left)
    assert (second.left, second.left_approved, second.approved) == ((), (), 1)
    assert here.reviewed(second.snapshot, NEW)["new"] == 0


def test_a_reading_that_did_not_come_to_its_end_moves_nothing(here: Place, monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise RetryLater("account cannot be reached")

    before = hashed(here)
    monkeypatch.setattr(contacts, "sweep", unreachable)
    with pytest.raises(RetryLater):
        here.rotated()
    assert hashed(here) == before


def test_rotating_twice_moves_nothing_the_second_time(here: Place):
    here.rotated()
    again = here.rotated()
    assert (again.findings, again.left, again.approved, again.left_approved) == ({}, (), 0, ())


def test_a_message_to_a_mailbox_goes_by_the_new_hash_and_stays_the_one_of_its_quarter(here: Place):
    probes, now = ProbeStore(here.findings.engine), datetime(2026, 11, 1, tzinfo=UTC)
    (organization,) = here.findings.organizations()
    old, new = (veil.mailbox("nobody@corp.example") for veil in (OLD, NEW))
    message = Probe(
        number="ab" * 16, organization=organization, period="2026-Q4", mailbox=old, masked="a•••@corp.example",
        made_at=now, due=now.date(),
    )  # fmt: skip
    probes.make(message)
    here.rotated()
    assert [one.mailbox for one in probes.all(organization)] == [new]


def test_the_key_in_use_is_no_new_key(here: Place):
    with pytest.raises(BadInput, match="is the key in use"):
        rotate(
            OLD,
            **dict.fromkeys(TOOLS),
            veil=OLD,
        )
    assert here.store.names("snapshots/2026-11/2") == []


def test_a_rotating_veil_hashes_as_the_new_one_does_and_knows_what_the_old_one_said():
    veil = RotatingVeil(NEW.key, old=OLD)
    assert veil.number("+4722863912") == NEW.number("+4722863912")
    assert replace(veil, aliases=(("a*", "b"),)).mailbox("x@corp.example") == NEW.mailbox("x@corp.example")
    assert veil.moved[OLD.number("+4722863912")] == NEW.number("+4722863912")
    assert veil.moved[OLD.mailbox("x@corp.example")] == NEW.mailbox("x@corp.example")
    assert b"the old key" not in repr(veil).encode()


def test_what_goes_by_a_masked_text_with_a_bit_of_its_hash_moves_as_well(here: Place):
    veil = RotatingVeil(NEW.key, old=OLD)
    user, called = "arn:aws:iam::111111111111:user/jane.doe@corp.example", "call +47 22 86 39 12"
    assert (veil.text(user), veil.text(called)) == (NEW.text(user), NEW.text(called))
    finding = replace(
        here.findings.findings("o-1")[0], subject=Subject(resource=OLD.text(user)), owner=OLD.text(called)
    )
    moved = rekeyed(finding, veil.moved)
    assert (moved.subject.resource, moved.owner) == (NEW.text(user), NEW.text(called))
    assert moved.id == finding_id("o-1", finding.control, moved.subject)
    assert renamed(f"resource: '{OLD.text(user)}'", veil.moved) == f"resource: '{NEW.text(user)}'"


def test_the_names_of_findings_and_hashes_in_a_baseline_are_replaced_and_nothing_else(tmp_path: Path):
    old = f"m-{'a' * 24}"
    text = f"findings: ['{'0' * 16}', '{'1' * 16}']\nresource: {old}\naccount: '123456789012'\n"
    assert renamed(text, {"0" * 16: "f" * 16, old: f"m-{'b' * 24}"}) == (
        f"findings: ['{'f' * 16}', '{'1' * 16}']\nresource: m-{'b' * 24}\naccount: '123456789012'\n"
    )
    (tmp_path / "baseline.yaml").write_text(DECLARED)
    assert edit_baseline(tmp_path / "baseline.yaml", {EVERYTHING: "x"}) == []
