"""What AWS's calls answer of a generated month is what the command line would have printed, to the last digit."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from orgwarden.aws import cost_explorer as printed_costs
from orgwarden.aws import invoices as printed_invoices
from orgwarden.collect import cost_explorer, invoicing
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.sessions import Aws
from orgwarden.demo.billing import Plan, generate
from orgwarden.demo.service import running
from orgwarden.model import EVERYTHING, Period
from tests.demo.asking import MANAGEMENT_ID, Asking

OCTOBER = Period("2026-10")
KEYS = ("cost-center", "Env")
DENIED = "AccessDeniedException"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The witnesses of a month, as files."""
    out = tmp_path_factory.mktemp("month")
    generate(Plan(months=(OCTOBER,), rows=1_000), out)
    return out / "witnesses" / OCTOBER.text


@pytest.fixture(scope="module")
def served(folder: Path):
    with running(empty=True) as one, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", one.url)
        asking = Asking(one)
        code, told = asking.http("PATCH", "/demo/state", json.loads((folder / "demo-state.json").read_bytes()))
        assert code == 200, told
        yield asking


@pytest.fixture
def aws(served: Asking) -> Aws:
    served.http("DELETE", "/demo/faults")
    return Aws(boto3.Session("AKIAANYBODY000000001", "any"), share=1000.0, patience=0.0)


def document(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_bytes())


def fault(served: Asking, **told: Any) -> None:
    served.http("PUT", "/demo/faults", [told])


def test_invoices_are_those_that_the_command_line_prints(folder: Path, aws: Aws):
    found = invoicing.read(aws, MANAGEMENT_ID, MANAGEMENT_ID, OCTOBER)
    assert found.gaps == {}
    assert len(found.rows) > 2
    assert Counter(found.rows) == Counter(printed_invoices.parse(document(folder, "invoices")))


def test_costs_are_those_that_the_command_line_prints_and_each_page_is_counted(folder: Path, aws: Aws):
    requests = Requests(50)
    found = cost_explorer.read(aws, MANAGEMENT_ID, OCTOBER, KEYS, requests=requests)
    assert found.gaps == {}
    names = ("cost-explorer-accounts", "cost-explorer-tag-cost-center", "cost-explorer-tag-env-capital")
    told = [row for name in names for row in printed_costs.parse(document(folder, name))]
    assert {_place(row): row.amount for row in found.rows} == {_place(row): row.amount for row in told}
    assert found.requests == requests.made == aws.calls()["ce:GetCostAndUsage"]


def _place(row: Any) -> tuple[str, ...]:
    return row.account, row.record_type, row.tag_key, row.tag_value, row.currency, row.period


def test_a_month_without_invoices_and_costs_is_told_as_one(aws: Aws):
    march = Period("2026-03")
    assert "no invoice" in invoicing.read(aws, MANAGEMENT_ID, MANAGEMENT_ID, march).gaps[EVERYTHING]
    found = cost_explorer.read(aws, MANAGEMENT_ID, march, (), requests=Requests(50))
    assert "no costs of 2026-03" in found.gaps["RECORD_TYPE"]


@pytest.mark.parametrize(("error", "cause"), [(DENIED, "denied"), ("ThrottlingException", "throttled")])
def test_what_is_refused_is_a_gap_and_never_a_witness(served: Asking, aws: Aws, error: str, cause: str):
    fault(served, service="invoicing", operation="ListInvoiceSummaries", error=error)
    found = invoicing.read(aws, MANAGEMENT_ID, MANAGEMENT_ID, OCTOBER)
    assert (found.rows, cause in found.gaps[EVERYTHING]) == ((), True)
    fault(served, service="ce", operation="GetCostAndUsage", error=error)
    costs = cost_explorer.read(aws, MANAGEMENT_ID, OCTOBER, KEYS, requests=Requests(50))
    assert (costs.rows, costs.requests, len(costs.gaps)) == ((), 0, 3)
