"""The witnesses agree with the lines to the last digit, and are written as the AWS CLI prints them."""

import json
from collections import defaultdict
from decimal import Decimal

import botocore.session
import pytest
from botocore.validate import ParamValidator

from orgwarden.aws import cost_explorer, invoices
from orgwarden.demo.billing import Discounts, Format, Plan, generate
from orgwarden.model import Period

OCTOBER = Period("2026-10")


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    return generate(Plan(months=(OCTOBER,)), tmp_path_factory.mktemp("export")).last


def told(month, name):
    return json.loads((month.witnesses / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("service", "operation", "name"),
    [("invoicing", "ListInvoiceSummaries", "invoices"), ("ce", "GetCostAndUsage", "cost-explorer-tag-owner")],
)
def test_a_witness_has_the_shape_that_aws_gives_it(month, service, operation, name):
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape
    errors = ParamValidator().validate(told(month, name), shape)
    assert not errors.has_errors(), errors.generate_report()


def test_each_invoice_is_what_its_lines_come_to_in_cents(month):
    found = {one.invoice: one for one in invoices.parse(told(month, "invoices")) if one.type != "PAYMENT_RECEIPT"}
    assert found.keys() == month.truth.invoices.keys()
    assert all(abs(found[key].total - amount) <= Decimal("0.005") for key, amount in month.truth.invoices.items())


def test_there_are_invoices_of_each_type_and_one_is_paid_in_euro(month):
    found = invoices.parse(told(month, "invoices"))
    assert {one.type for one in found} == {"INVOICE", "CREDIT_MEMO", "PAYMENT_RECEIPT"}
    assert {one.payment_currency for one in found} == {"USD", "EUR"}
    assert {one.publisher for one in found} == {"AWS", "AWS_MARKETPLACE"}


def test_cost_explorer_has_the_sum_of_each_account(month):
    found = defaultdict(Decimal)
    for cost in cost_explorer.parse(told(month, "cost-explorer-accounts")):
        found[cost.account] += cost.amount
    assert found == month.truth.accounts


@pytest.mark.parametrize(("key", "name"), [("cost-center", "cost-center"), ("Env", "env-capital"), ("env", "env")])
def test_cost_explorer_has_the_sum_of_each_value_of_a_tag(month, key, name):
    found = defaultdict(Decimal)
    for cost in cost_explorer.parse(told(month, f"cost-explorer-tag-{name}")):
        found[cost.tag_value] += cost.amount
    assert found == month.truth.tags[key]


def test_what_the_demo_keeps_comes_to_the_bill(month):
    state = told(month, "demo-state")
    assert sum(Decimal(one["amount"]) for one in state["costs"]) == month.truth.total
    assert state["invoices"] == told(month, "invoices")["InvoiceSummaries"]


def test_with_discounts_inside_the_net_columns_the_invoices_are_lower_than_the_lines(tmp_path):
    plans = {
        form: Plan(months=(OCTOBER,), format=form, discounts=Discounts.NET) for form in (Format.CUR2, Format.FOCUS)
    }
    cur, focus = (generate(plan, tmp_path / form).last for form, plan in plans.items())
    billed = sum(one.total for one in invoices.parse(told(cur, "invoices")) if one.type != "PAYMENT_RECEIPT")
    assert billed < cur.truth.total
    assert abs(billed - focus.truth.total) < Decimal("0.05")
