"""Amounts digit for digit: what SQL takes of them, what Python adds, and what both refuse."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.billing import amounts
from orgwarden.billing.columns import Field
from orgwarden.errors import BadInput

NEAR = st.one_of(
    st.floats(min_value=-2e5, max_value=2e5),
    st.integers(-(2 * 10**15), 2 * 10**15).map(lambda n: n / 10**10),
    st.integers(-(10**6), 10**6).map(lambda n: n / 10**12),
    st.integers(-(2 * 10**15), 2 * 10**15).map(lambda n: n / 10**15),
    st.integers(-(10**9), 10**9).map(lambda n: n / 10**17),
    st.sampled_from([0.0, -0.0, 1e5, -1e5, 99999.9999999999, 1e-10, 5e-11, 1e-11, 0.1 + 0.2, 1 / 3]),
)


@given(values=st.lists(NEAR, min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_short_double_is_its_shortest_decimal(values: list[float]) -> None:
    rows = duckdb.execute(
        f"select x, cast(x as {amounts.SHORT}) from (select unnest($1) as x) where {amounts.short('x')}",
        [values],
    ).fetchall()
    assert all(Decimal(repr(double)) == short for double, short in rows)


@given(values=st.lists(NEAR, min_size=1, max_size=50))
@settings(max_examples=50, deadline=None)
def test_an_amount_and_what_is_beyond_it_are_the_shortest_decimal(values: list[float]) -> None:
    field = Field(name="cost", sql="x", type="DOUBLE")
    rows = duckdb.execute(
        f"select x, {amounts.exact(field, required=True, path='f')}, {amounts.beyond(field)} "
        "from (select unnest($1) as x, '' as f)",
        [values],
    ).fetchall()
    for double, rounded, text in rows:
        rest = amounts.rest(text, rounded) if text else Decimal(0)
        assert amounts.EXACT.add(rounded, rest) == Decimal(repr(double))


@pytest.mark.parametrize(
    ("amount", "text"), [("0E-18", "0"), ("-0.00", "0"), ("100.000", "100"), ("1.50", "1.5"), ("1E+2", "100")]
)
def test_a_plain_amount_has_no_zeros_at_its_end(amount: str, text: str) -> None:
    assert str(amounts.plain(Decimal(amount))) == text


def test_an_amount_of_endless_decimals_is_refused() -> None:
    with pytest.raises(BadInput, match="more than 400 decimals"):
        amounts.rest("1e-99999", Decimal(0))


def test_a_refused_value_is_read_back_from_the_error() -> None:
    field = Field(name="it's", sql="x", type="VARCHAR")
    amount = amounts.exact(field, required=True, path="f")
    with pytest.raises(duckdb.Error) as told:
        duckdb.execute(f"select {amount} from (select 'l\nf' as x, '/a b.csv' as f)")
    assert amounts.refused(str(told.value)) == ("it's", "l\nf", "/a b.csv")
