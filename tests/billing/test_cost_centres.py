"""Whose a cost is: the first of resource tag, account tag, dated mapping and unit that says so."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.baseline.billing import CostCentres
from orgwarden.billing.cost_centres import Accounts, PlacedBy, cost_centre, place, spans
from tests.billing.ledgers import ledger, put, row

ACCOUNT = "100000000002"
UNIT, ABOVE = "ou-exam-12345678", "ou-exam-87654321"
OCTOBER = date(2026, 10, 1)
RULES = CostCentres.model_validate(
    {
        "tag_key": "cost-center",
        "account_tag_key": "owner-centre",
        "accounts": (
            {"account": ACCOUNT, "cost_centre": "old", "until": date(2026, 10, 10)},
            {"account": ACCOUNT, "cost_centre": "new", "since": date(2026, 10, 20), "until": date(2026, 10, 25)},
        ),
        "units": {UNIT: "unit", ABOVE: "above"},
        "default": "nobody's",
    }
)
IN_UNIT = Accounts(units={ACCOUNT: (ABOVE, UNIT)})
TAGGED = Accounts(tags={ACCOUNT: {"owner-centre": "tagged"}}, units=IN_UNIT.units)


def whose(day: date, accounts: Accounts = IN_UNIT, tag: str = "", account: str = ACCOUNT):
    return cost_centre(tag=tag, account=account, day=day, rules=RULES, accounts=accounts)


def test_the_resource_comes_before_its_account():
    assert whose(OCTOBER, TAGGED, tag="mine") == ("mine", PlacedBy.RESOURCE_TAG)


def test_the_tag_of_the_account_comes_before_the_baseline():
    assert whose(OCTOBER, TAGGED) == ("tagged", PlacedBy.ACCOUNT_TAG)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (10, ("old", PlacedBy.MAPPING)),
        (11, ("unit", PlacedBy.UNIT)),
        (19, ("unit", PlacedBy.UNIT)),
        (20, ("new", PlacedBy.MAPPING)),
        (25, ("new", PlacedBy.MAPPING)),
        (26, ("unit", PlacedBy.UNIT)),
    ],
)
def test_the_day_of_the_line_decides_which_mapping_holds(day, expected):
    assert whose(date(2026, 10, day)) == expected


def test_the_nearest_unit_counts():
    assert whose(date(2026, 11, 1), Accounts(units={ACCOUNT: (ABOVE, "ou-exam-00000000")})) == ("above", PlacedBy.UNIT)


def test_what_nothing_places_is_by_default():
    assert whose(OCTOBER, Accounts(), account="") == ("nobody's", PlacedBy.NOTHING)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_the_spans_of_an_account_cover_every_day_once(bounds):
    days = sorted({OCTOBER + timedelta(days=d) for pair in bounds for d in pair})
    entries = tuple(
        {"account": ACCOUNT, "cost_centre": "x", "since": a, "until": b - timedelta(days=1)}
        for a, b in itertools.pairwise(days)
    )
    found = list(spans(ACCOUNT, CostCentres.model_validate({"accounts": entries}), Accounts()))
    assert (found[0].first, found[-1].last) == (date.min, date.max)
    assert all(a.last + timedelta(days=1) == b.first for a, b in itertools.pairwise(found))


ROWS = st.lists(
    st.tuples(
        st.sampled_from([ACCOUNT, "100000000003", ""]), st.sampled_from(["", "mine"]), st.none() | st.integers(0, 40)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.sampled_from([IN_UNIT, TAGGED, Accounts()]))
def test_over_a_ledger_the_rule_is_the_same(rows, accounts):
    days = [None if day is None else OCTOBER + timedelta(days=day) for _, _, day in rows]
    made = [row(account=a, tag_2=tag, day=day) for (a, tag, _), day in zip(rows, days, strict=True)]
    con = ledger(*made)
    place(con, tag_keys=("env", "cost-center"), rules=RULES, accounts=accounts)
    expected = [whose(day or OCTOBER, accounts, tag, a) for (a, tag, _), day in zip(rows, days, strict=True)]
    assert sorted(con.sql("select cost_centre, placed_by from placed").fetchall()) == sorted(expected)


def test_earlier_months_are_placed_by_their_own_days():
    con = ledger(row(), tags=2)
    put(con, "earlier_ledger", [row(period="2026-11", day=date(2026, 11, 20))])
    place(con, tag_keys=("env", "cost-center"), rules=RULES, accounts=IN_UNIT, earlier="earlier_ledger")
    assert con.sql("select period, cost_centre from placed order by 1").fetchall() == [
        ("2026-10", "old"),
        ("2026-11", "unit"),
    ]


def test_a_ledger_without_the_tag_is_placed_by_its_accounts():
    con = ledger(row(tag_1="mine"))
    place(con, tag_keys=("env", "team"), rules=RULES, accounts=TAGGED)
    assert con.sql("select cost_centre from placed").fetchall() == [("tagged",)]


def test_an_empty_ledger_has_nothing_to_place():
    con = ledger()
    place(con, tag_keys=("env", "team"), rules=RULES, accounts=TAGGED)
    assert con.sql("from placed").fetchall() == []
