"""Each mailbox is written to once a quarter, and only two people who confirm it make it count."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden.attestations.bounces import MARKED
from orgwarden.attestations.confirming import Standing
from orgwarden.attestations.links import MARK, probe_of, token
from orgwarden.attestations.records import AttestationStore, broken_at
from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput, Refused, RetryLater
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.flows import access_validation, probing
from orgwarden.flows.mailing import Letter
from orgwarden.flows.probing import NotTaken, Returned
from orgwarden.model import Period
from orgwarden.parts.probed import REACHES_TWO, Delivery
from orgwarden.store import FileStore
from tests.attestations.test_bounces import report
from tests.collect.fakes import aws, refusal
from tests.flows.test_organization_inventory import VEIL, opened, sealed, swept

Q4 = Period("2026-Q4")
BEGAN, DUE = datetime(2026, 10, 1, 7, tzinfo=UTC), datetime(2026, 10, 31, 7, tzinfo=UTC)
URL = "https://airflow.corp.example"
LINK = re.compile(rf"{re.escape(URL)}/orgwarden/probe/(\S+)")
PEOPLE = {"anna": {"name": "Anna"}, "bjorn": {"name": "Bjorn", "sign_in": "4"}, "chen": {"name": "Chen"}}
GROUPS = (
    {"address": "aws@corp.example", "members": 2},
    {"address": "queue@corp.example", "kind": "ticket_queue"},
)
MANAGEMENT, DEV, OPS, OLD = "111111111111", "222222222222", "333333333333", "444444444444"
ACCOUNTS = {
    MANAGEMENT: ("aws+management@corp.example", "ACTIVE"),
    DEV: ("AWS+dev@corp.example", "ACTIVE"),
    OPS: ("queue+ops@corp.example", "ACTIVE"),
    "555555555555": ("labs@corp.example", "ACTIVE"),
    OLD: ("gone@corp.example", "CLOSED"),
}


def declared(**changed: Any) -> Baseline:
    usual = {"people": PEOPLE, "contacts": {"groups": GROUPS}, "attestations": {"reviewers": ("anna",)}}
    return Baseline.model_validate({**usual, **changed})


@dataclass
class Place:
    """A record, an organization whose addresses AWS lists, and a mail server."""

    store: FileStore
    attestations: AttestationStore
    findings: FindingStore
    now: datetime = BEGAN
    baseline: Baseline = field(default_factory=declared)
    accounts: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(ACCOUNTS))
    answer: Any = None
    taken: list[Letter] = field(default_factory=list)
    fails: dict[str, Exception] = field(default_factory=dict)
    listed: int = 0

    def post(self, letter: Letter) -> None:
        if error := self.fails.get(letter.to, self.fails.get("*")):
            raise error
        self.taken.append(letter)

    def list_accounts(self, **_: Any) -> Any:
        self.listed += 1
        rows = [{"Id": i, "Email": email, "Name": i, "State": state} for i, (email, state) in self.accounts.items()]
        return self.answer or {"Accounts": rows}

    def send(self, *, opening: bool = True, quarter: Period = Q4) -> dict[str, Any]:
        return probing.send(
            quarter, self.post, base_url=URL, opening=opening, store=self.store, baseline=self.baseline, veil=VEIL,
            aws=aws({"ListAccounts": self.list_accounts}), attestations=self.attestations, clock=lambda: self.now,
        )  # fmt: skip

    def follow(self, link: str, sign_in: str, *, presses: bool = True) -> Standing:
        return probing.follow(
            link, sign_in, presses=presses, veil=VEIL, baseline=self.baseline, attestations=self.attestations,
            clock=lambda: self.now,
        ).standing  # fmt: skip

    def letter(self, to: str = "aws") -> Letter:
        """Give the last letter to a mailbox."""
        return [one for one in self.taken if one.to.startswith(to)][-1]

    def link(self, to: str = "aws") -> str:
        found = LINK.search(self.letter(to).text)
        assert found
        return found[1]

    def probes(self) -> dict[str, Any]:
        return {one.masked: one for one in self.attestations.probes.all("o-1")}

    def review(self) -> dict[str, str]:
        """Give what stands open about mailboxes, by the mailbox."""
        access_validation.review(
            store=self.store, baseline=self.baseline, veil=VEIL, attestations=self.attestations,
            findings=self.findings, clock=lambda: self.now,
        )  # fmt: skip
        mine = [one for one in self.findings.open_findings("o-1") if one.control == REACHES_TWO]
        return {str(one.evidence.get("mailbox", "")): one.reason for one in mine}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one sealed snapshot, and the tables."""
    folder = tmp_path_factory.mktemp("read")
    engine = connect(f"sqlite:///{folder / 'orgwarden.db'}")
    migrate(engine)
    engine.dispose()
    store = FileStore(folder / "store")
    reading = opened(store)
    rows = [{"Id": i, "Email": email, "Name": i, "State": state} for i, (email, state) in ACCOUNTS.items()]
    swept(store, reading, ListAccounts=lambda **_: {"Accounts": rows})
    sealed(store, reading)
    return folder


@pytest.fixture
def here(tmp_path: Path, read: Path) -> Iterator[Place]:
    shutil.copytree(read, tmp_path, dirs_exist_ok=True)
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    yield Place(FileStore(tmp_path / "store"), AttestationStore(engine), FindingStore(engine))
    engine.dispose()


def test_each_mailbox_gets_one_message_whatever_number_of_accounts_uses_it(here: Place):
    counts = here.send()
    assert sorted(letter.to for letter in here.taken) == ["aws+management@corp.example", "labs@corp.example"]
    assert {name: counts[name] for name in ("mailboxes", "sent", "refused", "ticket_queues")} == {
        "mailboxes": 3, "sent": 2, "refused": 0, "ticket_queues": 1,
    }  # fmt: skip
    assert {one.outcome for one in here.probes().values()} == {Delivery.SENT}


def test_a_message_says_what_to_do_by_when_and_nothing_that_the_mailbox_does_not_know(here: Place):
    here.send()
    letter = here.letter()
    assert "Two different people" in letter.text
    assert "2026-10-31" in letter.subject
    assert here.probes().keys() == {"a•••@corp.example", "l•••@corp.example"}
    assert not any(account in letter.text for account in ACCOUNTS)
    assert "aws+management" not in letter.text
    number = probe_of(VEIL.key, here.link())
    assert probe_of(VEIL.key, letter.headers[MARKED], MARK) == number
    assert max(map(len, letter.text.replace(here.link(), "").splitlines())) <= 80


def test_nobody_is_written_to_twice_in_a_quarter_and_everybody_in_the_next(here: Place):
    here.send()
    assert here.send()["sent"] == 0
    here.now = datetime(2027, 1, 1, 7, tzinfo=UTC)
    assert here.send(quarter=Period("2027-Q1"))["sent"] == 2
    assert len({LINK.search(letter.text)[1] for letter in here.taken}) == 4


def test_a_run_that_was_broken_off_sends_the_same_link_again_and_makes_no_second_message(here: Place):
    here.fails["*"] = KeyboardInterrupt()  # no error of ours: the process was killed
    with pytest.raises(KeyboardInterrupt):
        here.send()
    (made,) = here.attestations.probes.all("o-1")
    assert made.outcome is Delivery.MADE
    here.fails.clear()
    assert here.send()["sent"] == 2
    assert made.number in {probe_of(VEIL.key, here.link(to)) for to in ("aws", "labs")}
    assert len(here.attestations.probes.all("o-1")) == 2


def test_another_address_of_a_mailbox_is_taken_each_quarter_where_none_is_the_management_accounts(here: Place):
    here.accounts = {DEV: ("labs+a@corp.example", "ACTIVE"), OPS: ("labs+b@corp.example", "ACTIVE")}
    for period in ("2026-Q4", "2027-Q1"):
        here.send(quarter=Period(period))
    assert {letter.to for letter in here.taken} == {"labs+a@corp.example", "labs+b@corp.example"}


def test_accounts_that_cannot_be_listed_leave_nothing_half_written(here: Place):
    here.answer = refusal("AccessDeniedException")
    with pytest.raises(Refused, match="organizations:ListAccounts was denied"):
        here.send()
    assert (here.taken, here.probes()) == ([], {})


def test_what_a_mail_server_refuses_for_good_is_noted_and_tried_again_a_week_later(here: Place):
    here.fails["labs@corp.example"] = Returned("550 nobody of that name")
    assert here.send()["refused"] == 1
    assert here.review() == {"l•••@corp.example": "the message came back: 550 nobody of that name"}
    here.fails.clear()
    here.now += timedelta(days=6)
    assert here.send(opening=False)["sent"] == 0
    here.now += timedelta(days=1)
    assert here.send(opening=False)["sent"] == 1
    assert here.probes()["l•••@corp.example"].text == ""


def test_what_is_not_taken_for_now_is_tried_again_and_the_rest_is_sent_meanwhile(here: Place):
    here.fails["labs@corp.example"] = NotTaken("451 come back later")
    with pytest.raises(RetryLater, match=r"1 written to .* 1 not taken .*: 451 come back later"):
        here.send()
    assert len(here.taken) == 1
    assert here.review() == {}
    here.fails.clear()
    assert here.send(opening=False)["sent"] == 1


def test_what_somebody_has_to_set_up_first_is_noted_and_not_tried_again_at_once(here: Place):
    here.fails["*"] = NotTaken("Airflow has no connection", is_passing=False)
    assert here.send()["unreachable"] == 2
    for _ in range(2):
        here.now += timedelta(hours=1)
        found = here.review()
    assert found == {"": "Airflow has no connection"}


def test_the_daily_look_writes_to_nobody_whom_the_quarter_has_not_written_to(here: Place):
    assert here.send(opening=False)["sent"] == 0
    assert (here.taken, here.listed) == ([], 0)


def test_who_is_written_to_late_has_days_of_their_own(here: Place):
    here.now = DUE + timedelta(days=3)
    here.send()
    assert {str(one.due) for one in here.probes().values()} == {"2026-11-10"}


def test_whoever_did_not_answer_in_time_is_written_to_again_only_when_asked_and_not_who_did(here: Place):
    here.send()
    for who in ("anna", "4"):
        here.follow(here.link(), who)
    here.now = DUE + timedelta(days=1)
    assert here.send(opening=False)["sent"] == 0
    expired = here.link("labs")
    assert here.follow(expired, "anna") is Standing.EXPIRED
    assert here.send()["sent"] == 1
    assert here.taken[-1].to == "labs@corp.example"
    assert here.link("labs") == expired
    assert here.follow(expired, "anna") is Standing.CONFIRMED


def test_without_declared_groups_or_with_the_control_switched_off_nothing_is_sent(here: Place):
    here.baseline = declared(contacts={})
    assert "list your group mailboxes" in here.send()["line"]
    here.baseline = declared(controls={REACHES_TWO: {"off": "by another tool"}})
    assert "is switched off" in here.send()["line"]
    assert (here.taken, here.listed) == ([], 0)


def test_without_a_snapshot_nobody_knows_whom_to_write_to(here: Place, tmp_path: Path):
    here.store = FileStore(tmp_path / "empty")
    with pytest.raises(BadInput, match="run organization_inventory first"):
        here.send()


# --- the link


def test_two_different_people_make_it_count(here: Place):
    here.send()
    assert here.follow(here.link(), "anna") is Standing.CONFIRMED
    here.now = DUE + timedelta(days=1)
    assert here.review() == {
        "a•••@corp.example": "one person alone confirmed by 2026-10-31 that the message came",
        "l•••@corp.example": "nobody confirmed by 2026-10-31 that the message came",
    }
    here.now = DUE
    assert here.follow(here.link(), "4") is Standing.CONFIRMED
    here.now = DUE + timedelta(days=2)
    assert here.review().keys() == {"l•••@corp.example"}
    assert broken_at(here.attestations.entries("o-1")) is None


def test_one_person_counts_once_however_often_they_press(here: Place):
    here.send()
    assert {here.follow(here.link(), "anna") for _ in range(3)} == {Standing.CONFIRMED}
    assert [one.entry.by for one in here.attestations.entries("o-1")] == ["anna"]


def test_looking_confirms_nothing(here: Place):
    here.send()
    assert here.follow(here.link(), "anna", presses=False) is Standing.OPEN
    assert here.attestations.entries("o-1") == []


def test_a_link_holds_until_the_end_of_its_day(here: Place):
    here.send()
    here.now = DUE.replace(hour=23, minute=59)
    assert here.follow(here.link(), "anna") is Standing.CONFIRMED
    here.now += timedelta(minutes=1)
    assert here.follow(here.link(), "4") is Standing.EXPIRED
    assert here.follow(here.link(), "anna") is Standing.CONFIRMED  # as it was
    assert len(here.attestations.entries("o-1")) == 1


@pytest.mark.parametrize("sign_in", ["", "zoe", "bjorn"])
def test_who_is_nobody_of_the_register_is_told_nothing_and_leaves_no_trace(here: Place, sign_in):
    here.send()
    found = probing.follow(
        here.link(), sign_in, presses=True, veil=VEIL, baseline=here.baseline, attestations=here.attestations,
        clock=lambda: here.now,
    )  # fmt: skip
    assert (found.standing, found.mailbox, found.due) == (Standing.STRANGER, "", "")
    assert here.attestations.entries("o-1") == []


def test_a_link_that_nobody_made_and_one_of_another_key_lead_nowhere(here: Place):
    here.send()
    forged = [token(b"other", "ab" * 16), token(VEIL.key, "ab" * 16), here.link()[:-1], here.link().swapcase(), ""]
    assert {here.follow(one, "anna") for one in forged} == {Standing.UNKNOWN}
    assert here.attestations.entries("o-1") == []


# --- what comes back


def bounced(here: Place, data: bytes) -> Any:
    return probing.bounced(data, veil=VEIL, attestations=here.attestations, clock=lambda: here.now)


def test_a_message_that_comes_back_later_deviates_and_is_told_without_the_address(here: Place):
    here.send()
    mark = here.letter("labs").headers[MARKED]
    probe = bounced(here, report(mark=f"{MARKED}: {mark}"))
    assert probe.text == "5.1.1 550 5.1.1 <a•••@corp.example>: Recipient address rejected"
    assert here.review() == {"l•••@corp.example": f"the message came back: {probe.text}"}


def test_a_report_is_noted_once_and_one_of_no_message_of_ours_not_at_all(here: Place):
    here.send()
    data = report(mark=f"{MARKED}: {here.letter('labs').headers[MARKED]}")
    first = bounced(here, data)
    here.now += timedelta(days=3)
    assert bounced(here, data) == first
    assert bounced(here, report(mark=f"{MARKED}: {token(VEIL.key, 'ab' * 16, MARK)}")) is None
    assert bounced(here, report(mark=f"{MARKED}: {token(b'other', first.number, MARK)}")) is None


def test_no_address_is_kept(here: Place, tmp_path: Path):
    here.fails["labs@corp.example"] = Returned("550 nobody of that name")
    here.send()
    here.follow(here.link(), "anna")
    here.review()
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(address in data for data in kept for address in (b"labs@corp", b"aws@corp", b"+management@"))
    assert "labs@" not in repr(here.taken)
