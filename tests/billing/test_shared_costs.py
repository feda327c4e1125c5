"""Shared costs go by the declared rule, to the last cent; what nothing drives stays with the pool."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.baseline.billing import CostCentres, SharedCost
from orgwarden.billing.cost_centres import Accounts, place
from orgwarden.billing.shared_costs import Kind, Own, drivers, members, pool_of, split, take
from orgwarden.rounding import to_cents
from tests.billing.ledgers import ledger, row

SUPPORT = Kind("AWSSupportEnterprise", "Fee", "Usage")
TAX = Kind("AmazonEC2", "Tax", "Tax")
CENTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
DRIVERS = st.dictionaries(
    st.text(min_size=1, max_size=3), st.decimals(min_value="0.0001", max_value=10**9, places=10), min_size=1, max_size=9
)


def pool(**changed) -> SharedCost:
    return SharedCost.model_validate({"name": "support", "services": ("AWSSupport*",), "rule": "amortized", **changed})


def own(**amounts: str) -> dict[str, Own]:
    return {centre: Own(Decimal(amount), Decimal(1)) for centre, amount in amounts.items()}


@given(CENTS, DRIVERS)
def test_the_lines_of_a_pool_add_up_to_it(amount, by):
    found = split(pool(), amount, by)
    assert found.allocated == amount
    assert found.rest == 0


@given(CENTS, DRIVERS)
def test_no_line_is_a_cent_away_from_its_exact_share(amount, by):
    lines = split(pool(), amount, by).lines
    assert all(abs(lines[c] - amount * by[c] / sum(by.values())) < Decimal("0.0101") for c in by)


@given(CENTS, st.integers(1, 99))
def test_what_fixed_shares_leave_stays_with_the_pool(amount, percent):
    fixed = pool(rule="fixed", shares={"ERP": percent})
    found = split(fixed, amount, drivers(fixed, {}, ""))
    assert found.lines["ERP"] == to_cents(amount * percent / 100)
    assert found.allocated + found.rest == amount
    assert found.reason == f"its shares add up to {percent} percent"


def test_three_who_share_ten_evenly_get_ten():
    by = drivers(pool(rule="even"), own(a="1", b="5", c="0"), "unallocated")
    assert split(pool(rule="even"), Decimal("10.00"), by).lines == {
        "a": Decimal("3.34"),
        "b": Decimal("3.33"),
        "c": Decimal("3.33"),
    }


def test_a_pool_without_driver_stays_and_says_why():
    found = split(pool(), Decimal("10.00"), drivers(pool(), own(unallocated="7"), "unallocated"))
    assert (found.rest, found.lines) == (Decimal("10.00"), {})
    assert found.reason == "no cost centre has amortized costs of its own to split it by"


def test_who_has_only_credits_drives_nothing():
    assert drivers(pool(), own(a="-5", b="0", c="2"), "unallocated") == {"c": Decimal(2)}


def test_the_rule_says_which_costs_drive():
    assert drivers(pool(rule="unblended"), own(a="5"), "unallocated") == {"a": Decimal(1)}


def test_among_names_who_bears_it_the_default_centre_included():
    by = drivers(pool(among=("a", "unallocated", "gone")), own(a="5", b="1", unallocated="3"), "unallocated")
    assert by == {"a": Decimal(5), "unallocated": Decimal(3)}


@pytest.mark.parametrize(
    ("keys", "kind", "account", "taken"),
    [
        ({}, SUPPORT, "1", True),
        ({}, TAX, "1", False),
        ({"services": None, "line_types": ("Tax",)}, TAX, "1", True),
        ({"services": None, "charge_categories": ("Tax",)}, TAX, "1", True),
        ({"charge_categories": ("Tax",)}, SUPPORT, "1", False),
        ({"accounts": ("100000000001",)}, SUPPORT, "100000000001", True),
        ({"accounts": ("100000000001",)}, SUPPORT, "100000000002", False),
    ],
)
def test_a_pool_takes_what_all_its_keys_fit(keys, kind, account, taken):
    assert (pool_of(kind, account, [pool(**keys)]) == "support") is taken


def test_a_line_that_two_pools_take_belongs_to_the_first():
    pools = [pool(name="one", accounts=("100000000001",)), pool(name="two")]
    assert pool_of(SUPPORT, "100000000001", pools) == "one"
    assert pool_of(SUPPORT, "100000000002", pools) == "two"


def test_the_members_of_pools_say_the_same_as_line_by_line():
    account = "100000000001"
    pools = [pool(name="one", accounts=(account,)), pool(name="two"), pool(name="three", accounts=(account,))]
    assert list(members([SUPPORT, TAX], pools)) == [(SUPPORT, account, 0), (SUPPORT, "", 1)]


def test_over_a_ledger_the_first_pool_that_fits_takes_the_row():
    account, other = "100000000001", "100000000002"
    pools = [
        pool(name="one", accounts=(account,)),
        pool(name="two"),
        pool(name="tax", services=("*",), line_types=("Tax",)),
    ]
    lines = [
        row(account=account, service="AWSSupportX", line_type="Fee"),
        row(account=other, service="AWSSupportX", line_type="Fee"),
        row(account=account, service="AWSSupportX", line_type="Tax"),
        row(account=other, service="AmazonEC2", line_type="Tax"),
        row(account=other, service="AmazonEC2", line_type="Usage"),
    ]
    con = ledger(*lines)
    place(con, tag_keys=(), rules=CostCentres(), accounts=Accounts())
    take(con, pools)
    found = con.sql("select account, service, line_type, charge_category, pool from pooled").fetchall()
    assert len(found) == len(lines)
    assert all(pool_of(Kind(s, t, c), a, pools) == taken for a, s, t, c, taken in found)
    assert {taken for *_, taken in found} == {"one", "two", "tax", ""}


def test_without_pools_no_row_is_taken():
    con = ledger(row())
    place(con, tag_keys=(), rules=CostCentres(), accounts=Accounts())
    take(con, ())
    assert con.sql("select pool from pooled").fetchall() == [("",)]
