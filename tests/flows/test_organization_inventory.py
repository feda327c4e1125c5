"""A reading is sealed once it is whole or says what it lacks; the last good snapshot outlives a bad one."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect.links import Links
from orgwarden.errors import BadInput, GateFailed, Refused, RetryLater, StopAndTell
from orgwarden.flows import organization_inventory as inventory
from orgwarden.model import EVERYTHING, Period
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, MAIL_DOMAINS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS, STATES_SINCE
from orgwarden.parts.resources import RESOURCES, WITNESSES, Resource
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, load, load_manifest, load_rows
from orgwarden.store import FileStore, Store
from tests.collect.fakes import aws, refusal
from tests.collect.regional import regional_aws
from tests.collect.test_contacts import ALTERNATE, PRIMARY
from tests.collect.test_organizations import A, B, answers, listed

VEIL = Veil(b"key")
NOVEMBER, DECEMBER = Period("2026-11"), Period("2026-12")
VERSIONS = {"orgwarden": "0"}
# The parts of the sweeps that are left out here.
NOT_SWEPT = {
    part.name
    for sweep in inventory.SWEEPS
    if sweep.NAME not in ("organizations", "contacts", "mail_domains")
    for part in sweep.PARTS
}
LEFT_OUT = len(NOT_SWEPT)
ON_THE_THIRD = datetime(2026, 12, 3, 6, tzinfo=UTC)


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
    assert outcome["line"].startswith(f"2 accounts · {LEFT_OUT} gaps · snapshot ")
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
    assert {part for part, key in snapshot.gaps if key == EVERYTHING} - NOT_SWEPT == {
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


def tools_of(store: Store) -> dict[str, Any]:
    tools = {"store": store, "dns": NoDns(), "links": Links(), "veil": VEIL, "baseline": None}
    return {**tools, "audit": "", "asks_cost_explorer": False}


def all_swept(store: Store, place: str, *only: str) -> list[str]:
    """Sweep an AWS that knows nothing beyond organization and contacts; give the names of the sweeps in order."""
    known = {"GetContactInformation": lambda **_: PRIMARY, "GetAlternateContact": lambda **_: ALTERNATE}
    return [name for name, _ in inventory.sweep_all(place, only, **tools_of(store), aws=aws(answers(**known)))]


def test_without_a_scheduler_every_sweep_is_made_one_after_the_other(store: Store):
    place = opened(store)
    assert all_swept(store, place) == [sweep.NAME for sweep in inventory.SWEEPS]
    sealed(store, place)
    gaps = load(store, place).gaps
    assert not [cause for cause in gaps.values() if "left out" in cause]
    assert {part for part, _ in gaps} <= NOT_SWEPT


def test_a_region_that_was_switched_off_with_something_in_it_stays_a_gap_until_it_is_on_again(store: Store):
    left = Resource(type="AWS::SNS::Topic", region="eu-malta-1", tags={})
    first = opened(store, "r1")
    swept(store, first)
    staging = Staging(store, first)
    rows = {RESOURCES: {"arn:aws:sns:eu-malta-1:1:t": left}, WITNESSES: {"global": ("one",)}}
    staging.put("resources", 1, Page(rows=rows))
    staging.finish("resources", (RESOURCES,))
    sealed(store, first)
    later = [opened(store, run, DECEMBER) for run in ("without resources", "off", "still off")]
    for place in later:
        swept(store, place)
        if place != later[0]:
            inventory.sweep_resources(
                place, store=store, aws=regional_aws({}, caller=A), veil=VEIL, asks_cost_explorer=False
            )
        sealed(store, place)
    gaps = [{(gap.part, gap.key) for gap in load_manifest(store, place).gaps} for place in later]
    assert [(RESOURCES.name, "eu-malta-1") in told for told in gaps] == [False, True, True]


def test_only_the_sweeps_that_are_named_are_made_and_before_them_that_of_the_organization(store: Store):
    place = opened(store)
    assert all_swept(store, place, "alerts", "contacts") == ["organizations", "contacts", "alerts"]
    sealed(store, place)
    left_out = {part for (part, _), cause in load(store, place).gaps.items() if "was left out" in cause}
    named = [part.name for sweep in (inventory.contacts, inventory.alerts) for part in sweep.PARTS]
    assert left_out == (NOT_SWEPT | {MAIL_DOMAINS.name}) - set(named)


def test_a_sweep_that_did_not_come_to_its_end_keeps_none_of_the_others_from_theirs(store: Store):
    def unreachable(**_: Any) -> Any:
        raise RetryLater("account cannot be reached")

    place = opened(store)
    told = dict(inventory.sweep_all(place, **tools_of(store), aws=aws(answers(GetContactInformation=unreachable))))
    assert [sweep for sweep, counts in told.items() if isinstance(counts, RetryLater)] == ["contacts"]
    assert told.keys() == {sweep.NAME for sweep in inventory.SWEEPS}
    sealed(store, place)
    assert "did not come to its end" in load(store, place).gaps[PRIMARY_CONTACTS.name, EVERYTHING]


def test_without_the_organization_no_other_sweep_is_made(store: Store):
    def unreachable(**_: Any) -> Any:
        raise RetryLater("organizations cannot be reached")

    place = opened(store)
    with pytest.raises(RetryLater):
        list(inventory.sweep_all(place, **tools_of(store), aws=aws(answers(ListAccounts=unreachable))))


def test_a_sweep_that_there_is_not_is_told_and_nothing_is_read(store: Store):
    place = opened(store)
    with pytest.raises(BadInput, match="no sweep 'polices': choose among organizations, contacts, "):
        all_swept(store, place, "polices")
    assert not store.names(f"{place}/pages")


def suspended(store: Store, *, run: str, at: datetime, state: str = "SUSPENDED") -> str:
    """Read an organization of which B is suspended on a day; give the place."""
    period = Period.month_of(at)
    place = inventory.open_snapshot(period, run=run, store=store, veil=VEIL, clock=lambda: at)
    swept(store, place, ListAccounts=lambda **_: {"Accounts": [listed(A), listed(B, State=state)]})
    return place


def since(store: Store, place: str) -> dict[str, str]:
    return dict(load_rows(store, place, STATES_SINCE))


def test_since_when_an_account_is_idle_goes_on_from_the_last_sealed_reading(store: Store):
    sealed(store, suspended(store, run="r1", at=ON_THE_THIRD))
    later = ON_THE_THIRD + timedelta(days=30)
    same = suspended(store, run="r2", at=later)
    other = suspended(store, run="r3", at=later, state="PENDING_CLOSURE")
    for place in (same, other):
        sealed(store, place)
    assert (since(store, same), since(store, other)) == ({B: "2026-12-03"}, {B: "2027-01-02"})


def test_a_reading_that_was_not_sealed_is_not_gone_on_from(store: Store):
    suspended(store, run="r1", at=ON_THE_THIRD)
    place = suspended(store, run="r2", at=ON_THE_THIRD + timedelta(days=2))
    sealed(store, place)
    assert since(store, place) == {B: "2026-12-05"}


def test_a_reading_of_a_version_that_did_not_say_since_when_is_gone_on_from_as_far_as_it_goes(store: Store):
    old = suspended(store, run="r1", at=ON_THE_THIRD)
    sealed(store, old)
    manifest = json.loads(store.read(f"{old}/manifest.json"))
    del manifest["parts"][STATES_SINCE.name]
    store.replace(f"{old}/manifest.json", json.dumps(manifest).encode())
    place = suspended(store, run="r2", at=ON_THE_THIRD + timedelta(days=2))
    sealed(store, place)
    assert since(store, place) == {B: "2026-12-05"}
