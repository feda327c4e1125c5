"""The journal balances to the cent, whatever the bill, and an accrual is gone after the month."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.reports.finance.books import BILLED, added, open_books
from orgwarden.reports.finance.journal import costs, journal, journal_csv
from tests.reports.finance.packs import DATA, ERP, PAYER, SHOP, SUPPORT, TAX, books, pack, row, with_invoices

AMOUNT = st.decimals(min_value=-(10**6), max_value=10**6, places=9, allow_nan=False, allow_infinity=False)


def assert_balanced(entries) -> None:
    by_posting = defaultdict(Decimal)
    for entry in entries:
        by_posting[entry.journal, entry.on] += (entry.debit or 0) - (entry.credit or 0)
    assert set(by_posting.values()) <= {Decimal(0)}


@pytest.mark.parametrize("status", ["ESTIMATED", "FINAL"])
def test_debits_equal_credits(status):
    assert_balanced(journal(books(status=status)))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(AMOUNT, st.sampled_from([SHOP, ERP, DATA, PAYER]), st.sampled_from([{}, SUPPORT, TAX])),
        min_size=1,
        max_size=15,
    ),
    st.sampled_from(["ESTIMATED", "FINAL"]),
)
def test_whatever_the_amounts_it_balances_and_books_the_whole_bill(found, status):
    rows = [row(amount, **{"account": account, **more}) for amount, account, more in found]
    made = books(*rows, status=status, earlier=False)
    assert_balanced(journal(made))
    assert added(costs(made).values()) == made.total(BILLED)


def test_an_estimated_month_is_accrued_on_its_last_day_and_taken_back_on_the_next():
    entries = journal(books(status="ESTIMATED"))
    assert {(e.journal, e.on) for e in entries} == {
        ("accrual", date(2026, 10, 31)),
        ("reversal", date(2026, 11, 1)),
    }
    assert added(e.amount for e in entries if e.code == "6540") == 0


def test_a_final_month_is_booked_invoice_by_invoice_on_the_day_of_the_last_one():
    entries = journal(open_books(with_invoices(pack())))
    assert {(e.journal, e.on) for e in entries} == {("invoice", date(2026, 11, 3))}
    assert {e.reference for e in entries if e.code == "2400"} == {"2100000001", "2100000002", "2100000003"}


def test_without_invoices_a_final_month_is_booked_on_the_first_day_after_it():
    assert {e.on for e in journal(books())} == {date(2026, 11, 1)}


def test_costs_are_booked_by_code_and_cost_centre_and_pools_where_they_are_borne():
    found = costs(books(row("25", account=SHOP, **TAX), row("10", tag_2="Shop")))
    assert found == {
        ("2645", "ERP"): Decimal("15.00"),
        ("2645", "Shop"): Decimal("7.50"),
        ("2645", "unallocated"): Decimal("2.50"),
        ("6540", "Shop"): Decimal("10.00"),
    }


def test_a_centre_that_earns_more_than_it_costs_is_credited():
    entries = journal(books(row("-5", tag_2="ERP"), earlier=False))
    assert [(e.debit, e.credit) for e in entries] == [(None, Decimal(5)), (Decimal(5), None)]


def test_the_file_has_neutral_texts_and_plain_amounts():
    lines = list(csv.DictReader(StringIO(journal_csv(books()).decode(), newline="")))
    assert "'@Data" in {line["cost_centre"] for line in lines}
    assert sum(Decimal(line["debit"] or 0) - Decimal(line["credit"] or 0) for line in lines) == 0
    assert [line["line"] for line in lines] == [str(n + 1) for n in range(len(lines))]


def test_the_journal_of_a_restated_month_says_which_one_it_takes_the_place_of():
    told = {e.text for e in journal(books(version=2, restates="final-v1"))}
    assert told == {"AWS 2026-10 final v2, in place of final-v1"}


def test_an_accrual_is_taken_back_by_its_own_reversal_alone():
    assert {e.text for e in journal(books(version=2, restates="estimated-v1"))} == {"AWS 2026-10 final v2"}
