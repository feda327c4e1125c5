import re

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.wildcards import around_any

PARTS = st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=5)


@given(PARTS, st.text(alphabet="ab\n", max_size=10))
def test_any_text_may_stand_between_the_parts_and_nothing_around_them(parts, text):
    plain = re.compile(".*".join(parts), re.DOTALL)
    assert bool(around_any(parts).fullmatch(text)) is bool(plain.fullmatch(text))


def test_a_text_that_almost_fits_does_not_take_long():
    assert not around_any(["a"] * 500 + ["b"]).fullmatch("a" * 5000)
