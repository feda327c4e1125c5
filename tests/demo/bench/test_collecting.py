"""The bench's sweeps, on a small organization and as fast as it goes: what does not depend on the machine."""

import pytest

from orgwarden.demo.bench import ceiling, formula, growing
from orgwarden.demo.bench.__main__ import FORMULAS
from orgwarden.demo.bench.collecting import ground

# A server of its own is asked as AWS would be, at its pace.
pytestmark = pytest.mark.slow

SEED = growing.grown(100)
TIMES = 500.0


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.setenv(name, "")
        with ground(SEED, times=TIMES, folder=tmp_path_factory.mktemp("bench") / "ground") as ground_:
            yield ground_


def test_the_calls_are_the_formulas_and_nothing_is_refused(standing):
    swept = standing.read("plain")
    assert [one.name for one in swept] == list(FORMULAS)
    assert {one.name: one.calls for one in swept} == {name: count(SEED) for name, count in FORMULAS.items()}
    assert [one for one in swept if one.gaps] == []


def test_what_is_denied_becomes_a_gap_and_what_is_throttled_does_not(standing):
    denied = standing.deny_and_throttle()
    swept = {one.name: one for one in standing.read("faulty")}
    assert frozenset().union(*(one.gaps for one in swept.values())) == denied
    for name in ("contacts", "policies"):
        assert sum(swept[name].calls.values()) > sum(FORMULAS[name](SEED).values())


def test_the_ceiling_counts_what_is_answered(standing):
    assert ceiling.calls_a_second(standing.url, formula.live(SEED), threads=2, seconds=0.3) > 0
