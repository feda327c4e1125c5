"""Published lines add up to the published total, to the cent, whatever the amounts."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.rounding import CENT, allocate, minor_unit, to_cents, total_of

AMOUNTS = st.dictionaries(
    st.text(max_size=4),
    st.decimals(min_value=-(10**12), max_value=10**12, places=18, allow_nan=False, allow_infinity=False),
    max_size=30,
)


@given(AMOUNTS)
def test_lines_add_up_to_the_rounded_total(exact):
    assert total_of(allocate(exact)) == to_cents(total_of(exact))


@given(AMOUNTS)
def test_no_line_moves_by_a_cent(exact):
    lines = allocate(exact)
    assert lines.keys() == exact.keys()
    assert all(abs(lines[key] - exact[key]) < CENT for key in exact)


@given(AMOUNTS)
def test_each_line_has_whole_cents_and_no_negative_zero(exact):
    assert all(line == to_cents(line) and str(line) != "-0.00" for line in allocate(exact).values())


@given(AMOUNTS)
def test_what_is_zero_stays_zero(exact):
    assert all(line == 0 for key, line in allocate(exact).items() if exact[key] == 0)


@given(AMOUNTS, st.randoms())
def test_the_order_of_the_lines_decides_nothing(exact, random):
    shuffled = list(exact.items())
    random.shuffle(shuffled)
    assert allocate(dict(shuffled)) == allocate(exact)


@given(AMOUNTS.filter(len), st.integers(-1, 1))
def test_lines_break_down_a_published_line_that_is_a_cent_off(exact, cents):
    published = to_cents(total_of(exact)) + cents * CENT
    if abs(published - total_of(exact)) <= len(exact) * CENT:
        assert total_of(allocate(exact, total=published)) == published


def test_the_cent_goes_to_the_largest_remainder():
    thirds = {"a": Decimal("0.333"), "b": Decimal("0.334"), "c": Decimal("0.333")}
    assert allocate(thirds) == {"a": Decimal("0.33"), "b": Decimal("0.34"), "c": Decimal("0.33")}


def test_another_amount_is_no_rounding():
    with pytest.raises(ValueError, match="no rounding"):
        allocate({"a": Decimal(1)}, total=Decimal(2))
    with pytest.raises(ValueError, match="no rounding"):
        allocate({}, total=CENT)


def test_nothing_is_allocated_among_nobody():
    assert allocate({}) == {}


def test_the_precision_of_the_thread_decides_nothing():
    exact = {"a": Decimal("12345678901234.123456789012345678"), "b": Decimal("0.004999999999999999")}
    with localcontext() as context:
        context.prec = 6
        assert total_of(allocate(exact)) == Decimal("12345678901234.13")


def test_currencies_without_cents_round_to_the_whole():
    assert minor_unit("USD") == CENT
    assert allocate({"a": Decimal("0.6"), "b": Decimal("0.6")}, unit=minor_unit("JPY")) == {"a": 1, "b": 0}
