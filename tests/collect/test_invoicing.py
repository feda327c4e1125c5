"""A payer's invoices of a month are read whole, or the reason is told; none yet is a reason, too."""

from decimal import Decimal
from typing import Any

import pytest

from orgwarden.collect.invoicing import read
from orgwarden.collect.sessions import Aws
from orgwarden.model import Period
from tests.collect.fakes import refusal
from tests.collect.regional import MANAGEMENT, MEMBER, always, regional_aws

OCTOBER = Period("2026-10")


def invoice(id_: str = "EU-1", total: Any = "10.01", **more: Any) -> dict[str, Any]:
    amount = {"TotalAmount": total, "CurrencyCode": "USD"}
    base = {"AccountId": MANAGEMENT, "InvoiceId": id_, "InvoiceType": "INVOICE", "BaseCurrencyAmount": amount}
    return {**base, **more}


def aws(told: Any, **more: Any) -> Aws:
    return regional_aws({"invoicing:ListInvoiceSummaries": told if callable(told) else always(told)}, **more)


def asked(client: Aws):
    return read(client, MANAGEMENT, MANAGEMENT, OCTOBER)


def test_a_payers_invoices_of_a_month_are_asked_for():
    client = aws({"InvoiceSummaries": [invoice()]})
    found = asked(client)
    assert [(row.invoice, row.total) for row in found.rows] == [("EU-1", Decimal("10.01"))]
    assert found.gaps == {}
    region, _, params = client.session.asked[-1]
    assert region == "us-east-1"
    assert params["Selector"] == {"ResourceType": "ACCOUNT_ID", "Value": MANAGEMENT}
    assert params["Filter"] == {"BillingPeriod": {"Month": 10, "Year": 2026}}


def test_all_pages_are_read_and_receipts_kept_with_their_type():
    def pages(_: str, NextToken: str = "", **__: Any) -> Any:
        if NextToken:
            return {"InvoiceSummaries": [invoice("EU-2", InvoiceType="PAYMENT_RECEIPT")]}
        return {"InvoiceSummaries": [invoice()], "NextToken": "more"}

    assert [row.type for row in asked(aws(pages)).rows] == ["INVOICE", "PAYMENT_RECEIPT"]


def test_a_list_that_ends_in_a_refusal_gives_no_invoice():
    def pages(_: str, NextToken: str = "", **__: Any) -> Any:
        more = {"InvoiceSummaries": [invoice()], "NextToken": "more"}
        return refusal("ThrottlingException") if NextToken else more

    found = asked(aws(pages))
    assert found.rows == ()
    assert "throttled" in found.gaps["*"]


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (refusal("AccessDeniedException"), "denied"),
        (refusal("ThrottlingException"), "throttled"),
        (refusal("ValidationException"), "ValidationException"),
        ({}, "does not parse"),
        ({"InvoiceSummaries": [invoice(total=10.01)]}, "does not parse"),
        ({"InvoiceSummaries": [invoice(total="")]}, "does not parse"),
        ({"InvoiceSummaries": []}, "no invoice"),
    ],
    ids=str,
)
def test_what_is_refused_broken_or_empty_is_a_gap(told: Any, cause: str):
    found = asked(aws(told))
    assert found.rows == ()
    assert cause in found.gaps["*"]


def test_without_a_role_the_remedy_is_told():
    found = asked(aws({}, caller=MEMBER))
    assert "ORGWARDEN_MANAGEMENT_ROLE_ARN" in found.gaps["*"]
