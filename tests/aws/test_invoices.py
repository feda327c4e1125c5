"""Invoices keep every digit; what is cut off, unknown or no amount is told with its place and never a zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.invoices import parse

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=15, min_value=0)


def summary(total: Any = "1234.560000000000001", **more: Any) -> dict[str, Any]:
    return {
        "AccountId": "111111111111",
        "InvoiceId": "EUINNL26-1",
        "InvoiceType": "INVOICE",
        "BaseCurrencyAmount": {"TotalAmount": total, "TotalAmountBeforeTax": "1000", "CurrencyCode": "USD"},
        **more,
    }


def listed(*summaries: Any, **more: Any) -> dict[str, Any]:
    return {"InvoiceSummaries": list(summaries), **more}


def only(*args: Any, **more: Any):
    (found,) = parse(listed(summary(*args, **more)))
    return found


def test_an_invoice_is_read_with_seller_month_and_what_is_paid():
    found = only(
        BillType="ANNIVERSARY",
        Entity={"InvoicingEntity": "Amazon Web Services EMEA SARL", "BillingEntity": "AWS"},
        BillingPeriod={"Month": 9, "Year": 2026},
        PaymentCurrencyAmount={
            "TotalAmount": "1100.10",
            "CurrencyCode": "EUR",
            "CurrencyExchangeDetails": {"SourceCurrencyCode": "USD", "TargetCurrencyCode": "EUR", "Rate": "0.8911"},
        },
    )
    assert (found.total, found.before_tax) == (Decimal("1234.560000000000001"), Decimal(1000))
    assert (found.payment_currency, found.payment_total, found.rate) == ("EUR", Decimal("1100.10"), Decimal("0.8911"))
    assert (found.seller, found.publisher) == ("Amazon Web Services EMEA SARL", "AWS")
    assert (found.period, found.bill_type, found.payer) == ("2026-09", "ANNIVERSARY", "111111111111")


@pytest.mark.parametrize(
    "issued",
    [
        "2026-10-03T23:30:00+00:00",
        "2026-10-04T01:30:00+02:00",
        "2026-10-03T23:30:00",
        "2026-10-03",
        1791070200.0,
        datetime(2026, 10, 3, 23, 30, tzinfo=UTC),
    ],
)
def test_a_day_is_that_of_utc_however_the_cli_prints_it(issued: Any):
    assert only(IssuedDate=issued).issued == date(2026, 10, 3)


def test_what_aws_does_not_tell_is_blank_or_none():
    found = only()
    assert (found.original_invoice, found.issued, found.due, found.period) == ("", None, None, "")
    assert (found.payment_currency, found.payment_total, found.rate) == ("", None, None)


def test_a_payment_receipt_keeps_its_type():
    assert only(InvoiceType="PAYMENT_RECEIPT").type == "PAYMENT_RECEIPT"


@given(AMOUNTS)
def test_a_credit_memo_is_minus_whichever_sign_it_comes_with(amount: Decimal):
    plus, minus = only(f"{amount:f}", InvoiceType="CREDIT_MEMO"), only(f"-{amount:f}", InvoiceType="CREDIT_MEMO")
    assert plus.total == minus.total == amount.copy_negate()
    assert (plus.is_turned, minus.is_turned) == (amount > 0, False)


@given(AMOUNTS)
def test_an_amount_keeps_every_digit(amount: Decimal):
    assert str(only(str(amount)).total) == str(amount)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, "InvoiceSummaries: Field required"),
        ([], "the document: "),
        (listed(summary("")), "InvoiceSummaries[0].BaseCurrencyAmount.TotalAmount: '' is no amount"),
        (listed(summary("1,234.56")), "'1,234.56' is no amount"),
        (listed(summary("NaN")), "'NaN' is no amount"),
        (listed(summary(12.34)), "12.34 is no amount: AWS writes amounts as texts"),
        (listed(summary(), summary(InvoiceType="PROFORMA")), "InvoiceSummaries[1].InvoiceType: "),
        (listed(summary(AccountId="1234")), "InvoiceSummaries[0].AccountId: "),
        (listed(summary(), NextToken="more"), "NextToken: the list is cut off"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told_with_its_place(wrong: Any, told: str):
    with pytest.raises(ValueError) as found:  # noqa: PT011 - its text is what is tested
        parse(wrong)
    assert told in str(found.value)
    assert "\n" not in str(found.value)
