"""The bench, on a small organization and as fast as it goes: what does not depend on the machine."""

import pytest

from orgwarden.demo import messy
from orgwarden.demo.bench import ceiling, formula, reviewing
from orgwarden.demo.bench.collecting import ground

SEED = messy.declared(100)
TIMES = 500.0


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.setenv(name, "")
        with ground(SEED, times=TIMES, folder=tmp_path_factory.mktemp("bench") / "ground") as ground_:
            yield ground_


def test_the_calls_are_the_formulas_and_nothing_is_refused(standing):
    organizations, contacts = standing.read("plain")
    assert organizations.calls == formula.organizations(SEED)
    assert contacts.calls == formula.contacts(SEED)
    assert organizations.gaps == contacts.gaps == frozenset()


def test_what_is_denied_becomes_a_gap_and_what_is_throttled_does_not(standing):
    denied = standing.deny_and_throttle()
    organizations, contacts = standing.read("faulty")
    assert organizations.gaps | contacts.gaps == denied
    assert sum(contacts.calls.values()) > sum(formula.contacts(SEED).values())


def test_the_time_is_that_of_the_api_that_is_asked_longest():
    assert formula.seconds({"account:GetAlternateContact": 300, "account:GetContactInformation": 100}, 2) == 15
    assert formula.seconds({"organizations:ListAccounts": 16, "organizations:DescribeResourcePolicy": 900}, 1) == 2


def test_the_ceiling_counts_what_is_answered(standing):
    assert ceiling.calls_a_second(standing.url, formula.live(SEED), threads=2, seconds=0.3) > 0


def test_a_made_up_snapshot_is_judged_whole(tmp_path):
    found = reviewing.measured(100, tmp_path / "review")
    assert found["verdicts"] > 300
    assert found["megabytes"] > 0
