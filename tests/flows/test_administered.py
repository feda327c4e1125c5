"""What the collecting account administers is asked once in a reading; where it is not known, each sweep asks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.flows import administered
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ORGANIZATION, Organization
from orgwarden.snapshot import Opened, Page, Staging, stage
from orgwarden.store import MemoryStore

MANAGEMENT, COLLECTOR = "111111111111", "222222222222"


@dataclass
class Caller:
    """An account that counts how often it asked, and is told."""

    caller: str = COLLECTOR
    services: frozenset[str] = frozenset({"iam.amazonaws.com", "account.amazonaws.com"})
    error: Exception | None = None
    asked: int = 0
    told: list[frozenset[str]] = field(default_factory=list)

    def administers(self) -> frozenset[str]:
        self.asked += 1
        if self.error:
            raise self.error
        return self.services

    def knows(self, administers: frozenset[str]) -> None:
        self.told.append(administers)


@pytest.fixture
def staging() -> Staging:
    opened = Opened(period="2026-11", run="1", at=datetime(2026, 11, 1, tzinfo=UTC), key_check="key")
    staged = stage(MemoryStore(), "snapshots/2026-11/1", opened)
    row = Organization(id="o-corp", management_account=MANAGEMENT, feature_set="ALL", root="r-1")
    staged.put("organization", 1, Page(rows={ORGANIZATION: {EVERYTHING: row}}))
    return staged


@pytest.mark.parametrize("services", [Caller.services, frozenset[str]()], ids=["some", "none"])
def test_what_was_asked_once_is_told_to_every_sweep(staging: Staging, services: frozenset[str]):
    first, second = Caller(services=services), Caller()
    administered.keep(staging, first)
    assert administered.sharing(staging.store, staging.place, second) == (staging, second)
    assert (first.asked, second.asked, second.told) == (1, 0, [services])


def test_the_sweep_of_the_organization_done_again_replaces_it(staging: Staging):
    later = Caller()
    administered.keep(staging, Caller())
    administered.keep(staging, Caller(services=frozenset()))
    administered.sharing(staging.store, staging.place, later)
    assert later.told == [frozenset()]


@pytest.mark.parametrize("error", [RetryLater("out of reach", after=5), SkipAndNote("throttled")], ids=repr)
def test_where_aws_did_not_say_each_sweep_asks(staging: Staging, error: Exception):
    sweep = Caller()
    administered.keep(staging, Caller(error=error))
    administered.sharing(staging.store, staging.place, sweep)
    assert sweep.told == []


def test_the_management_account_is_not_asked_about(staging: Staging):
    management, sweep = Caller(caller=MANAGEMENT), Caller()
    administered.keep(staging, management)
    administered.sharing(staging.store, staging.place, sweep)
    assert (management.asked, sweep.told) == (0, [])


def test_without_the_organization_nothing_is_kept():
    opened = Opened(period="2026-11", run="1", at=datetime(2026, 11, 1, tzinfo=UTC), key_check="key")
    empty, caller = stage(MemoryStore(), "snapshots/2026-11/1", opened), Caller()
    administered.keep(empty, caller)
    assert caller.asked == 0
