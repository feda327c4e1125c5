"""A bucket never lets more calls through than its rate and its burst allow."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.pacer import RATES, UNPUBLISHED, Bucket, bucket_for
from tests.collect.fakes import FakeTime


@given(
    rate=st.floats(0.5, 50),
    burst=st.floats(1, 20),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_calls_never_exceed_burst_and_rate(rate: float, burst: float, pauses: list[float]):
    time = FakeTime()
    bucket = Bucket(rate=rate, burst=burst, now=time.now, sleep=time.sleep)
    taken = []
    for pause in pauses:
        time.at += pause
        bucket.take()
        taken.append(time.at)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - taken[first]) + 1 + 1e-6


def test_a_burst_passes_at_once_and_the_next_call_waits_its_turn():
    time = FakeTime()
    bucket = Bucket(rate=2, burst=3, now=time.now, sleep=time.sleep)
    for _ in range(5):
        bucket.take()
    assert time.slept == [0.5, 0.5]


def test_a_share_of_the_published_rate_is_used_and_one_call_always_passes():
    assert bucket_for("account", "GetAlternateContact", 0.7).rate == 7
    assert bucket_for("organizations", "ListRoots", 0.1).burst == 1
    assert bucket_for("nobody", "Knows", 1).rate == 5


def test_what_many_ask_is_asked_one_by_one():
    assert bucket_for("organizations", "ListDelegatedServicesForAccount", 1).burst == 1
    assert bucket_for("organizations", "ListAWSServiceAccessForOrganization", 1).burst == 1.5


@pytest.mark.parametrize("share", [0.1, 0.7, 1])
@pytest.mark.parametrize("api", [*RATES, ("nobody", "Knows")], ids=":".join)
def test_a_task_that_runs_again_at_once_stays_within_awss_burst_with_the_one_that_was_killed(api, share):
    time, came = FakeTime(), []
    told = bucket_for(*api, share)
    for _ in ("killed", "run again"):
        bucket = Bucket(rate=told.rate, burst=told.burst, now=time.now, sleep=time.sleep)
        for _ in range(20):
            bucket.take()
            came.append(time.at)
    rate, burst = RATES.get(api, UNPUBLISHED)
    level = float(burst)
    for before, at in pairwise([0.0, *came]):
        level = min(burst, level + (at - before) * rate) - 1
        assert level >= -1e-9
