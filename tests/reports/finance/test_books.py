"""Every table of a pack breaks the same totals down: its lines add up, and no two tables differ."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.reports.finance.books import BILLED, CHARGED, added
from orgwarden.reports.finance.chargeback import chargeback
from orgwarden.reports.finance.sheets import every_sheet
from orgwarden.reports.finance.statements import statements
from orgwarden.reports.finance.tables import Kind, Table
from tests.reports.finance.packs import DATA, ERP, PAYER, SHOP, SUPPORT, TAX, books, row

AMOUNT = st.decimals(min_value=-(10**6), max_value=10**6, places=9, allow_nan=False, allow_infinity=False)
MEDIAN = "3-month median"


def sums_of(table: Table):
    for at, column in enumerate(table.columns):
        if column.kind is Kind.MONEY and table.total is not None and column.title not in {MEDIAN, "Payment total"}:
            yield column.title, added(r[at] for r in table.rows if r[at] is not None), table.total[at]


def assert_all_add_up(made) -> None:
    for sheet in every_sheet(made):
        for table in sheet.tables:
            for title, lines, total in sums_of(table):
                assert total is None or lines == total, (sheet.name, table.title, title)


def test_the_lines_of_every_table_add_up_to_its_total():
    assert_all_add_up(books())


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            AMOUNT,
            AMOUNT,
            st.sampled_from([SHOP, ERP, DATA, PAYER, ""]),
            st.sampled_from(["", "Shop", "ERP"]),
            st.sampled_from([{}, SUPPORT, TAX, {"line_type": "Credit"}, {"invoice": ""}]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_whatever_the_amounts_every_table_adds_up_and_the_statements_are_the_bill(found):
    rows = [row(a, amortized=b, **{"account": account, **more}, tag_2=tag) for a, b, account, tag, more in found]
    made = books(*rows)
    assert_all_add_up(made)
    rests = added(one.rest for one in chargeback(made).splits)
    assert added([*(one.total for one in statements(made)), rests]) == made.total(CHARGED)


def test_totals_are_the_exact_sums_rounded_once():
    made = books()
    assert made.total(BILLED) == Decimal("287.26")
    assert made.total(BILLED, "2026-09") == Decimal("117.78")


def test_the_months_before_are_known_as_far_as_they_were_read():
    assert books().months == ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
    assert (books().before, books(earlier=False).before) == ("2026-09", "")


def test_another_payer_and_another_currency_are_no_part_of_the_pack():
    made = books(row("5"), row("7", payer="999999999999"), row("9", currency="EUR"))
    assert made.total(BILLED) == 5


def test_where_discounts_are_lines_the_invoice_asks_for_the_unblended_amount():
    lines = (row("10", net_unblended=Decimal(9)), row("-1", line_type="EdpDiscount", net_unblended=Decimal(0)))
    assert (books(*lines).total(BILLED), books(*lines).billed_as) == (9, "Unblended")


def test_where_discounts_are_in_the_net_amount_the_invoice_asks_for_that():
    made = books(row("10", net_unblended=Decimal(9), net_amortized=Decimal(8)))
    assert (made.total(BILLED), made.billed_as) == (9, "Net unblended")
    assert (made.total(CHARGED), made.charged_as) == (8, "Net amortized")
    assert made.measures == ("unblended", "net", "amortized", "net_amortized")


def test_without_net_amounts_there_are_no_columns_for_them():
    assert books().measures == ("unblended", "amortized")


def test_a_currency_without_cents_is_rounded_to_the_whole():
    made = books(row("10.6", currency="JPY"), row("0.7", currency="JPY", account=ERP), currency="JPY")
    assert made.total(BILLED) == 11
    assert sorted(made.by("account")[BILLED].values()) == [1, 10]


def test_a_bill_without_lines_makes_a_pack_too():
    assert_all_add_up(books(row("1", payer="999999999999"), earlier=False))


@pytest.mark.parametrize("key", ["AWSSupportEnterprise", "ComputeSavingsPlans"])
def test_the_lines_of_account_and_service_break_down_the_line_of_the_account(key):
    made = books()
    lines = made.within(made.by("account"), "account", "service")[BILLED]
    of_payer = {k: v for k, v in lines.items() if k[0] == PAYER}
    assert (PAYER, key) in of_payer
    assert added(of_payer.values()) == made.by("account")[BILLED][PAYER,]
