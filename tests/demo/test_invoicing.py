"""Invoicing: the invoices that a patch declared, by payer and month, all pages of them, and to nobody else."""

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

OCTOBER, NOVEMBER = {"Month": 10, "Year": 2026}, {"Month": 11, "Year": 2026}
OURS = {"ResourceType": "ACCOUNT_ID", "Value": MANAGEMENT_ID}


def _invoice(id_="EU-1", month=OCTOBER, **more):
    amount = {"TotalAmount": "12.3400000001", "CurrencyCode": "USD"}
    return {"InvoiceId": id_, "BillingPeriod": month, "InvoiceType": "INVOICE", "BaseCurrencyAmount": amount, **more}


def _declare(empty, *invoices):
    assert empty.http("PATCH", "/demo/state", {"invoices": list(invoices)})[0] == 200


@pytest.fixture
def invoicing(empty):
    return empty.client("invoicing", region="us-east-1")


def _ids(told):
    return [one["InvoiceId"] for one in told["InvoiceSummaries"]]


def test_an_invoice_is_told_as_it_was_declared(empty, invoicing):
    _declare(empty, _invoice(IssuedDate="2026-11-03T01:02:03+00:00", Entity={"InvoicingEntity": "AWS EMEA SARL"}))
    (one,) = invoicing.list_invoice_summaries(Selector=OURS)["InvoiceSummaries"]
    assert one["AccountId"] == MANAGEMENT_ID
    assert one["BaseCurrencyAmount"] == {"TotalAmount": "12.3400000001", "CurrencyCode": "USD"}
    assert one["IssuedDate"].isoformat().startswith("2026-11-03T")
    assert one["Entity"] == {"InvoicingEntity": "AWS EMEA SARL"}


def test_invoices_are_listed_by_month_by_id_and_by_the_day_of_issue(empty, invoicing):
    _declare(empty, _invoice(IssuedDate="2026-11-03"), _invoice("EU-2", NOVEMBER, IssuedDate="2026-12-03"))
    assert _ids(invoicing.list_invoice_summaries(Selector=OURS, Filter={"BillingPeriod": NOVEMBER})) == ["EU-2"]
    by_id = {"ResourceType": "INVOICE_ID", "Value": "EU-1"}
    assert _ids(invoicing.list_invoice_summaries(Selector=by_id)) == ["EU-1"]
    span = {"StartDate": "2026-12-01", "EndDate": "2026-12-04"}
    assert _ids(invoicing.list_invoice_summaries(Selector=OURS, Filter={"TimeInterval": span})) == ["EU-2"]


def test_invoices_come_in_pages_of_a_hundred_at_most(empty, invoicing):
    _declare(empty, *(_invoice(f"EU-{n:03}") for n in range(101)))
    first = invoicing.list_invoice_summaries(Selector=OURS)
    rest = invoicing.list_invoice_summaries(Selector=OURS, NextToken=first["NextToken"])
    assert (len(_ids(first)), _ids(rest), "NextToken" in rest) == (100, ["EU-100"], False)


def test_an_account_sees_its_own_invoices_alone(empty):
    account = empty.new_account("one")
    _declare(empty, _invoice(), _invoice("EU-2", AccountId=account))
    member = empty.as_role(account, "invoicing")
    assert _ids(member.list_invoice_summaries(Selector={**OURS, "Value": account})) == ["EU-2"]
    assert refusal(member.list_invoice_summaries, Selector=OURS) == ("AccessDeniedException", 400)
    by_id = {"ResourceType": "INVOICE_ID", "Value": "EU-1"}
    assert _ids(member.list_invoice_summaries(Selector=by_id)) == []


def test_where_nothing_was_declared_there_is_none(invoicing):
    assert _ids(invoicing.list_invoice_summaries(Selector=OURS)) == []
