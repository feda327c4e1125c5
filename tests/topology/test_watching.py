"""What is counted of calls is what AWS counts."""

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.demo.rates import Bucket
from tests.topology.watching import bucket_of, busiest

MOMENTS = st.lists(st.integers(0, 400).map(lambda quarters: quarters / 4), min_size=1, max_size=60).map(sorted)


@given(at=MOMENTS, rate=st.sampled_from([0.5, 1.0, 2.0, 4.0]))
def test_the_smallest_bucket_lets_all_through_and_no_smaller_one_does(at, rate):
    size = bucket_of(at, rate)
    assert refused(at, rate, size) == 0
    assert size == 1 or refused(at, rate, size - 0.125) > 0


def refused(at, rate, burst):
    bucket = Bucket(rate=rate, burst=burst, at=0.0)
    return sum(not bucket.takes(moment) for moment in at)


@given(at=MOMENTS, seconds=st.sampled_from([0.5, 1.0, 10.0]))
def test_the_busiest_seconds_are_those_of_any_window(at, seconds):
    assert busiest(at, seconds) == max(sum(start <= one < start + seconds for one in at) for start in at)
