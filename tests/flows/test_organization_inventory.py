"""A reading is sealed once it is whole or says what it lacks; the last good snapshot outlives a bad one."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden.errors import GateFailed, Refused, RetryLater, StopAndTell
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import EVERYTHING, Period
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.privacy import Veil
from orgwarden.snapshot import load
from orgwarden.store import FileStore, Store
from tests.collect.fakes import aws, refusal
from tests.collect.test_contacts import ALTERNATE, PRIMARY
from tests.collect.test_organizations import A, answers, listed

VEIL = Veil(b"key")
NOVEMBER, DECEMBER = Period("2026-11"), Period("2026-12")
VERSIONS = {"orgwarden": "0"}


class Clock:
    def __init__(self) -> None:
        self.minute = 0

    def __call__(self) -> datetime:
        self.minute += 1
        return datetime(2026, 11, 21, 6, tzinfo=UTC) + timedelta(minutes=self.minute)


CLOCK = Clock()


class NoDns:
    def records(self, domain: str, _: str) -> list[str]:
        return [f"10 mail.{domain}."]


def opened(store: Store, run: str = "r1", period: Period = NOVEMBER) -> str:
    return inventory.open_snapshot(period, run=run, store=store, veil=VEIL, clock=CLOCK)


def swept(store: Store, place: str, **changed: Any) -> None:
    contacts = {"GetContactInformation": lambda **_: PRIMARY, "GetAlternateContact": lambda **_: ALTERNATE}
    caller = aws(answers(**contacts) | changed)
    inventory.sweep_organizations(place, store=store, aws=caller, veil=VEIL)
    inventory.sweep_contacts(place, store=store, aws=caller, veil=VEIL)
    inventory.sweep_mail_domains(place, store=store, dns=NoDns())


def sealed(store: Store, place: str) -> dict[str, Any]:
    inventory.gate(place, store=store, baseline=None)
    return inventory.seal(place, store=store, clock=CLOCK, versions=VERSIONS)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def test_a_whole_reading_is_sealed_and_found_as_the_newest(store: Store):
    place = opened(store)
    swept(store, place)
    outcome = sealed(store, place)
    assert outcome["line"].startswith("2 accounts · 0 gaps · snapshot ")
    assert inventory.newest(store) == inventory.newest(store, NOVEMBER) == place == "snapshots/2026-11/1"
    assert inventory.newest(store, DECEMBER) is None


def test_a_run_resumes_its_own_reading_and_another_run_opens_the_next(store: Store):
    assert opened(store, "r1") == opened(store, "r1") == "snapshots/2026-11/1"
    assert opened(store, "r2") == "snapshots/2026-11/2"


def test_a_run_that_is_cleared_after_sealing_opens_the_next(store: Store):
    place = opened(store)
    swept(store, place)
    sealed(store, place)
    assert opened(store) == "snapshots/2026-11/2"


def test_sealing_twice_gives_the_same_seal(store: Store):
    place = opened(store)
    swept(store, place)
    assert sealed(store, place) == inventory.seal(place, store=store, clock=CLOCK, versions=VERSIONS)


def test_snapshots_are_chained_by_their_digests(store: Store):
    first, second = opened(store, "r1"), opened(store, "r2", DECEMBER)
    for place in (first, second):
        swept(store, place)
        sealed(store, place)
    assert load(store, second).manifest.previous == load(store, first).manifest.digest
    assert inventory.newest(store) == second


def test_a_sweep_that_failed_leaves_gaps_of_its_parts_and_the_others_stand(store: Store):
    def unreachable(**_: Any) -> Any:
        raise RetryLater("account cannot be reached")

    place = opened(store)
    with pytest.raises(RetryLater):
        swept(store, place, GetContactInformation=unreachable)
    inventory.sweep_mail_domains(place, store=store, dns=NoDns())
    sealed(store, place)
    snapshot = load(store, place)
    assert len(snapshot.rows[ACCOUNTS]) == 2
    assert {part for part, key in snapshot.gaps if key == EVERYTHING} == {
        PRIMARY_CONTACTS.name,
        ALTERNATE_CONTACTS.name,
    }


def test_without_the_organization_nothing_is_sealed(store: Store):
    place = opened(store)
    with pytest.raises(Refused):
        swept(store, place, ListAccounts=lambda **_: refusal("AccessDeniedException"))
    with pytest.raises(StopAndTell, match="did not come to its end"):
        inventory.seal(place, store=store, clock=CLOCK, versions=VERSIONS)


def test_a_failed_gate_says_why_and_the_last_good_snapshot_stays(store: Store):
    good = opened(store, "r1")
    swept(store, good)
    sealed(store, good)
    bad = opened(store, "r2")
    swept(store, bad, ListAccounts=lambda **_: {"Accounts": [listed(A)]})
    with pytest.raises(GateFailed, match=r"last good snapshot stays: .*vanished since the last snapshot \(0\.5\)"):
        inventory.gate(bad, store=store, baseline=None)
    with pytest.raises(StopAndTell, match="did not pass the gate"):
        inventory.seal(bad, store=store, clock=CLOCK, versions=VERSIONS)
    assert inventory.newest(store) == good


@pytest.mark.parametrize("passes", [True, False])
def test_the_gates_pages_are_kept_with_the_reading_and_named_whether_it_passed_or_not(store: Store, *, passes: bool):
    sealed(store, opened_and_swept(store, "r1"))
    place = opened_and_swept(store, "r2", **({} if passes else {"ListAccounts": lambda **_: {"Accounts": [listed(A)]}}))
    with nullcontext() if passes else pytest.raises(GateFailed):
        inventory.gate(place, store=store, baseline=None)
    named = json.loads(store.read(f"{place}/gate.json"))["pages"]
    assert [f"{place}/{name}" for name in named] == store.names(f"{place}/gate")
    assert "gate/index.html" in named


def opened_and_swept(store: Store, run: str, **changed: Any) -> str:
    place = opened(store, run)
    swept(store, place, **changed)
    return place


def test_nothing_is_sealed_that_was_not_held_against_the_gate(store: Store):
    place = opened(store)
    swept(store, place)
    with pytest.raises(StopAndTell, match="not held against the gate"):
        inventory.seal(place, store=store, clock=CLOCK, versions=VERSIONS)
