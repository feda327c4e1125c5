"""Changes of an organization, reading by reading: found once, on one digest, and gone by declaring or accepting."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden import approved
from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.finding import Finding, Kind
from orgwarden.findings.store import FindingStore
from orgwarden.flows import accepting, changes_review, contact_review, drift_tickets, reviewing
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.accepting import Accepted, Word
from orgwarden.model import Period
from orgwarden.privacy import Veil
from orgwarden.store import FileStore
from tests.collect.fakes import aws, refusal
from tests.collect.test_contacts import ALTERNATE, PRIMARY
from tests.collect.test_organizations import A, B, answers, listed
from tests.flows.test_organization_inventory import CLOCK, VEIL, NoDns

NEW = [f"{n}" * 12 for n in range(3, 8)]
LOOSE = Baseline.model_validate({"inventory": {"most_lost": 1.0}})
FACTORY = Baseline.model_validate({"changes": {"vended": ({"method": "CREATED", "name": "team-*"},)}})


def accounts(*more: dict[str, Any]) -> dict[str, Any]:
    return {"ListAccounts": lambda **_: {"Accounts": [listed(A, Name="a"), listed(B, Name="b"), *more]}}


def alternate(**changed: Any) -> dict[str, Any]:
    """The contact of B's SECURITY is another; everything else is as it was."""
    other = {"AlternateContact": {**ALTERNATE["AlternateContact"], **changed}}

    def answer(**asked: Any) -> Any:
        return other if (asked.get("AccountId"), asked["AlternateContactType"]) == (B, "SECURITY") else ALTERNATE

    return {"GetAlternateContact": answer}


VENDED = accounts(*(listed(n, Name=f"team-{n[0]}", JoinedMethod="CREATED") for n in NEW))
ELSEWHERE = accounts()["ListAccounts"]()["Accounts"][0], listed(B, Name="b", Paths=[f"o-1/r-1/{B}/"])
MOVED = {"ListAccounts": lambda **_: {"Accounts": list(ELSEWHERE)}}
RENAMED_TOO = {"ListAccounts": lambda **_: {"Accounts": [ELSEWHERE[0], {**ELSEWHERE[1], "Name": "new"}]}}
LEFT = {"ListAccounts": lambda **_: {"Accounts": [listed(A, Name="a")]}}
CLOSED = accounts()["ListAccounts"]()["Accounts"][0], listed(B, Name="b", State="CLOSED")
SHUT = {"ListAccounts": lambda **_: {"Accounts": list(CLOSED)}}
EVE = alternate(EmailAddress="eve@corp.example", Name="Eve")
REMOVED = {
    "GetAlternateContact": lambda **asked: (
        refusal("ResourceNotFoundException", 404)
        if (asked.get("AccountId"), asked["AlternateContactType"]) == (B, "SECURITY")
        else ALTERNATE
    )
}


@dataclass
class Office:
    """An organization that is read, reviewed and put on tickets, month after month."""

    store: FileStore
    findings: FindingStore
    baseline: Baseline = Baseline()  # noqa: RUF009 - frozen, and declares nothing
    runs: int = 0
    ticks: int = 0

    def reading(self, veil: Veil = VEIL, **changed: Any) -> str:
        """Read the organization; give the snapshot's place."""
        self.runs += 1
        period = Period(f"2026-{self.runs:02}")
        place = inventory.open_snapshot(period, run="r", store=self.store, veil=veil, clock=self.clock)
        contacts = {"GetContactInformation": lambda **_: PRIMARY, "GetAlternateContact": lambda **_: ALTERNATE}
        caller = aws(answers(**{**contacts, **accounts(), **changed}))
        inventory.sweep_organizations(place, store=self.store, aws=caller, veil=veil)
        inventory.sweep_contacts(place, store=self.store, aws=caller, veil=veil)
        inventory.sweep_mail_domains(place, store=self.store, dns=NoDns())
        inventory.gate(place, store=self.store, baseline=LOOSE)
        inventory.seal(place, store=self.store, clock=self.clock, versions={})
        return place

    def clock(self) -> datetime:
        """Give a time in the month of the reading, later than all before."""
        self.ticks += 1
        return datetime(2026, self.runs or 1, 1, tzinfo=UTC) + timedelta(seconds=self.ticks)

    def month(self, **changed: Any) -> set[tuple[str, str]]:
        """Read, review and ticket; give the open changes by control and account."""
        return self.reviewed(self.reading(**changed))

    def reviewed(self, place: str) -> set[tuple[str, str]]:
        tools = {
            "store": self.store,
            "baseline": self.baseline,
            "veil": VEIL,
            "findings": self.findings,
            "clock": CLOCK,
        }
        changes_review.review(place, **tools)
        contact_review.review(place, **tools)
        return {(f.control.partition(".")[2], f.subject.account) for f in self.changes}

    @property
    def changes(self) -> list[Finding]:
        return accepting.acceptable(self.findings.open_findings("o-1"))

    @property
    def state(self) -> approved.Approved:
        return approved.load(self.store, "o-1")

    def accept(self, *findings: Finding) -> Accepted:
        word = Word(by="ada", at=self.clock(), why="it was meant")
        return accepting.accept(findings or self.changes, word, store=self.store, baseline=self.baseline, veil=VEIL)

    def digests(self) -> list[tuple[str, ...]]:
        """Plan and apply the tickets; give the findings of each open digest."""
        tools = {
            "store": self.store,
            "engine": self.findings.engine,
            "findings": self.findings,
            "baseline": self.baseline,
        }
        drift_tickets.apply(drift_tickets.plan(run=f"t{self.runs}", **tools), **tools)
        drift = drift_tickets._drift(*tools.values())  # noqa: SLF001 - the tickets as they stand
        return [e.findings for e in drift.outbox.entries("o-1") if e.is_open and e.group.control == "digest"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    yield Office(FileStore(tmp_path / "store"), FindingStore(engine))
    engine.dispose()


def test_the_first_reading_becomes_the_approved_state_and_an_unchanged_one_is_as_approved(office: Office):
    assert office.month() == office.month() == set()
    assert set(office.state.accounts) == {A, B}
    assert office.state.number == 1


def test_a_contact_review_that_comes_first_approves_the_first_reading(office: Office):
    place = office.reading()
    contact_review.review(place, store=office.store, baseline=None, veil=VEIL, findings=office.findings, clock=CLOCK)
    assert office.state.number == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (VENDED, {("account_joined", new) for new in NEW}),
        (MOVED, {("account_moved", B)}),
        (RENAMED_TOO, {("account_moved", B), ("account_renamed", B)}),
        (LEFT, {("account_left", B)}),
        (SHUT, {("account_left", B)}),
        (EVE, {("details_as_reviewed", "")}),
        (REMOVED, set()),
    ],
    ids=["joined", "moved", "renamed", "left", "closed", "another contact", "a contact removed"],
)
def test_each_change_is_told_once_until_it_is_undone(office: Office, changed, told):
    office.month()
    assert office.month(**changed) == office.month(**changed) == told
    assert office.month() == set()
    assert office.state.number == 1


# Four readings each; one kind of change goes the way of all.
@pytest.mark.parametrize(
    "changed",
    [MOVED, *(pytest.param(one, marks=pytest.mark.slow) for one in (VENDED, RENAMED_TOO, LEFT, SHUT, EVE))],
    ids=["moved", "joined", "renamed", "left", "closed", "another contact"],
)
def test_an_accepted_change_is_gone_and_undoing_it_is_the_next_change(office: Office, changed):
    office.month()
    place = office.reading(**changed)
    found = office.reviewed(place)
    done = office.accept()
    assert (len(done.accepted), done.already, len(done.files)) == (len(found), (), 1)
    assert office.reviewed(place) == set()
    assert office.month(**changed) == set()
    assert office.month() != set()


def test_only_what_was_accepted_is_approved(office: Office):
    office.month()
    office.month(**RENAMED_TOO)
    moved = next(f for f in office.changes if f.control == "changes.account_moved")
    office.accept(moved)
    assert office.month(**RENAMED_TOO) == {("account_renamed", B)}


def test_five_accounts_that_nobody_expected_are_one_digest_and_nothing_else_of_theirs(office: Office):
    office.month()
    assert len(office.month(**VENDED)) == 5
    ((*lines,),) = office.digests()
    assert len(lines) == 5
    office.accept()
    assert office.month(**VENDED) == set()
    assert office.digests() == []


def test_vended_accounts_pass_and_are_approved_by_themselves_by_pattern(office: Office):
    office.baseline = FACTORY
    office.month()
    assert office.month(**VENDED) == set()
    assert set(office.state.accounts) == {A, B, *NEW}
    assert any(key.startswith(NEW[0]) for key in office.state.contacts)
    why = approved.decoded(office.store.read("approved/o-1/2.json")).why
    assert why == "vended by pattern: CREATED team-*"
    assert office.month(**VENDED) == set()
    assert office.state.number == 2


def test_a_removed_security_contact_is_one_line_on_one_ticket_that_is_no_digest(office: Office):
    office.month()
    before = {f.id for f in office.findings.open_findings("o-1")}
    office.month(**REMOVED)
    now = office.findings.open_findings("o-1")
    fresh = [f for f in now if f.id not in before and f.kind is Kind.DEVIATION]
    assert [(f.control, f.subject.account) for f in fresh] == [("contacts.alternate_contacts_complete", B)]
    assert office.digests() == []


def test_details_that_change_again_change_the_finding(office: Office):
    office.month()
    office.month(**EVE)
    before = office.changes[0].evidence
    office.month(**alternate(EmailAddress="evil@corp.example", Name="Evil"))
    assert office.changes[0].evidence["seen"] != before["seen"]


def test_what_a_newer_reading_shows_otherwise_cannot_be_accepted(office: Office):
    office.month()
    office.month(**EVE)
    newer = office.reading(**alternate(EmailAddress="evil@corp.example", Name="Evil"))
    with pytest.raises(BadInput, match=f"{newer} shows something else: review that first"):
        office.accept()
    assert office.state.number == 1


def test_what_a_newer_reading_could_not_see_may_be_accepted_from_when_it_was(office: Office):
    office.month()
    office.month(**EVE)
    denied = {"GetAlternateContact": lambda **_: refusal("AccessDeniedException", 403)}
    office.reading(**denied)
    assert len(office.accept().accepted) == 1
    assert office.month(**EVE) == set()


def test_what_was_undone_in_a_newer_reading_cannot_be_accepted(office: Office):
    office.month()
    office.month(**MOVED)
    office.reading()
    with pytest.raises(BadInput, match="shows something else"):
        office.accept()


def test_of_two_acceptances_of_one_finding_the_second_writes_nothing(office: Office):
    office.month()
    office.month(**MOVED)
    (finding,) = office.changes
    office.accept(finding)
    done = office.accept(finding)
    assert (done.accepted, done.already, done.files) == ((), (finding.id,), ())
    assert office.state.number == 2


def test_what_is_no_change_or_is_resolved_cannot_be_accepted(office: Office):
    office.month()
    office.month(**MOVED)
    (finding,) = office.changes
    with pytest.raises(BadInput, match="no change from an approved state"):
        office.accept(replace(finding, control="contacts.primary_phone_valid"))
    office.month()
    with pytest.raises(BadInput, match="nothing to accept"):
        office.accept(*office.findings.by_ids([finding.id]))


def test_the_word_is_needed_and_no_secret_of_it_is_kept(office: Office):
    with pytest.raises(BadInput, match="--why is empty"):
        Word(by="ada", at=office.clock(), why=" ")
    office.month()
    office.month(**EVE)
    word = Word(by="ada@corp.example", at=office.clock(), why="asked eve@corp.example, +47 912 34 567")
    accepting.accept(office.changes, word, store=office.store, baseline=None, veil=VEIL)
    text = office.store.read("approved/o-1/2.json").decode()
    assert not any(secret in text for secret in ("eve@", "ada@", "912 34", "91234567", "Eve"))
    assert "e•••@corp.example" in text


def test_an_older_reading_replayed_after_a_newer_approves_nothing_and_resurrects_nothing(office: Office):
    office.baseline = FACTORY
    older = office.reading(**VENDED)
    office.month()
    assert set(office.state.accounts) == {A, B}
    assert office.reviewed(older) == set()
    assert set(office.state.accounts) == {A, B}


def test_without_a_store_of_approvals_nothing_is_compared_and_nothing_passes(office: Office):
    place = office.reading()
    judged = reviewing.judge(place, theme="changes", store=office.store, baseline=None, veil=VEIL)
    assert {v.status.value for v in judged.verdicts} == {"UNKNOWN"}
    assert {v.cause for v in judged.verdicts} == {approved.NO_STORE}
    looked = reviewing.judge(
        place, theme="changes", store=office.store, baseline=None, veil=VEIL, approvals=office.store
    )
    assert {v.cause for v in looked.verdicts} == {approved.NOTHING_YET}
    assert office.state.number == 0


def test_contacts_approved_under_other_aliases_are_taken_as_they_are_by_one_word(office: Office):
    office.month()
    aliased = Baseline.model_validate(
        {"contacts": {"aliases": ({"pattern": "soc@corp.example", "mailbox": "all@corp.example"},)}}
    )
    veil = replace(VEIL, aliases=(("soc@corp.example", "all@corp.example"),))
    office.baseline = aliased
    place = office.reading(veil)
    assert details(office, place, veil) == ("UNKNOWN", approved.OTHER_ALIASES)
    word = Word(by="ada", at=office.clock(), why="the patterns are new")
    accepting.accept_contacts("o-1", word, store=office.store, baseline=aliased, veil=veil)
    assert details(office, place, veil) == ("PASS", "")


def details(office: Office, place: str, veil) -> tuple[str, str]:
    judged = reviewing.judge(
        place, theme="contacts", store=office.store, baseline=office.baseline, veil=veil, approvals=office.store
    )
    return next((v.status.value, v.cause) for v in judged.verdicts if v.control == "contacts.details_as_reviewed")
