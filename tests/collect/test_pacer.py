"""A bucket never lets more calls through than its rate and its burst allow."""

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.pacer import Bucket, bucket_for
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
    assert bucket_for("organizations", "ListAWSServiceAccessForOrganization", 1).burst == 3
