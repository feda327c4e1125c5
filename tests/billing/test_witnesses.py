"""What witnesses say comes into their tables exactly; a file that says something else is told by its name."""

import json
from decimal import Decimal

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from orgwarden.baseline import Baseline
from orgwarden.billing.checking import Witness
from orgwarden.billing.witnesses import (
    NO_COST_KEYS,
    as_exported,
    put,
    put_baseline,
    put_costs,
    read_costs,
    read_invoices,
    read_organization,
    underscored,
)
from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing.ledgered import PAYER, bill, given, line
from tests.billing.test_checks import cost

OCTOBER, SEPTEMBER = Period("2026-10"), Period("2026-09")
INVOICE = {
    "AccountId": PAYER,
    "InvoiceId": "INV1",
    "InvoiceType": "INVOICE",
    "BillingPeriod": {"Month": 10, "Year": 2026},
    "BaseCurrencyAmount": {"TotalAmount": "12.30", "CurrencyCode": "USD"},
}
COSTS = {
    "GroupDefinitions": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}],
    "ResultsByTime": [
        {
            "TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
            "Groups": [{"Keys": [PAYER], "Metrics": {"UnblendedCost": {"Amount": "1.0000000001", "Unit": "USD"}}}],
        }
    ],
}
ACCOUNTS = {
    "Accounts": [
        {
            "Id": id_,
            "Arn": f"arn:aws:organizations::{PAYER}:account/o-corp/{id_}",
            "Name": "name",
            "Status": "ACTIVE",
            "JoinedTimestamp": "2019-03-04T08:30:00+00:00",
        }
        for id_ in (PAYER, "100000000002")
    ]
}


@pytest.fixture
def written(tmp_path):
    def write(document):
        file = tmp_path / "told.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return file

    return write


def test_invoices_of_the_month_are_read_and_a_list_of_another_month_is_refused(written):
    file = written({"InvoiceSummaries": [INVOICE]})
    assert [one.total for one in read_invoices(file, OCTOBER)] == [Decimal("12.30")]
    with pytest.raises(BadInput, match=r"told.json has no invoice of 2026-09"):
        read_invoices(file, SEPTEMBER)


def test_costs_of_the_month_are_read_and_an_answer_about_another_month_is_refused(written):
    file = written(COSTS)
    assert [one.amount for one in read_costs([file], OCTOBER)] == [Decimal("1.0000000001")]
    with pytest.raises(BadInput, match=r"told.json has no costs of 2026-09"):
        read_costs([file], SEPTEMBER)


def test_accounts_are_read_and_the_arn_names_the_management_account(written):
    found = read_organization(written(ACCOUNTS))
    assert [(one.account, one.is_management, str(one.joined)) for one in found] == [
        (PAYER, True, "2019-03-04"),
        ("100000000002", False, "2019-03-04"),
    ]


@pytest.mark.parametrize("document", ["{", "[]", "{}", '{"Accounts": []}', '{"InvoiceSummaries": [{}]}'])
@pytest.mark.parametrize(
    "read",
    [lambda f: read_invoices(f, OCTOBER), lambda f: read_costs([f], OCTOBER), read_organization],
    ids=["invoices", "costs", "organization"],
)
def test_a_file_that_says_something_else_is_told_by_its_name(written, read, document):
    with pytest.raises(BadInput, match=r"told\.json"):
        read(written(document))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere.json cannot be read"):
        read_invoices(tmp_path / "nowhere.json", OCTOBER)


@settings(deadline=None)
@for_any(st.decimals(allow_nan=False, places=18, min_value=-(10**19), max_value=10**19))
def test_an_amount_comes_into_its_table_to_the_last_digit(amount: Decimal):
    con = bill_without_lines()
    put(con, "t", ("amount",), [(amount,)])
    assert con.execute("select amount from t").fetchall() == [(amount,)]


def bill_without_lines():
    import duckdb

    con = duckdb.connect()
    con.execute("create table t (amount decimal(38,18))")
    return con


def test_nothing_is_put_where_there_is_nothing():
    con = bill_without_lines()
    put(con, "t", ("amount",), [])
    assert con.execute("select count(*) from t").fetchall() == [(0,)]


def test_who_speaks_is_noted():
    con = bill(line())
    given(con, Witness.EARLIER)
    (row,) = con.execute("select * from given").fetchall()
    assert dict(zip(Witness, row, strict=True)) == {one: one is Witness.EARLIER for one in Witness}


def test_a_key_is_found_in_the_spelling_of_the_report_where_no_other_has_the_same():
    assert as_exported(["cost-center", "owner"], ["cost_center", "owner"]) == {
        "cost-center": "cost_center",
        "owner": "owner",
    }
    assert as_exported(["Env", "env"], ["env"]) == {}
    assert as_exported(["Env", "env"], ["Env", "env"]) == {"Env": "Env", "env": "env"}


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("CostCenter", "cost_center"),
        ("cost--center ", "cost_center"),
        ("aws:createdBy", "aws:created_by"),
        ("名前", ""),
    ],
)
def test_a_key_is_spelled_as_a_column(key, column):
    assert underscored(key) == column


def test_what_cost_explorer_was_not_asked_by_is_told_by_key():
    rows = [cost("1", tag_key="Env", tag_value="x"), cost("1", tag_key="env", tag_value="x")]
    why = put_costs(bill(line()), rows, ("env", "owner"))
    assert "several tags" in why["env"]
    assert "TAG,Key=owner" in why["owner"]


def test_limits_and_cost_keys_are_the_declared_ones():
    con = bill(line())
    con.execute("delete from variance_limit")
    declared = {
        "billing": {"cost_keys": ("team",), "coverage": {"keys": {"team": 0.9}}, "month_on_month": {"amount": 100}},
        "tags": {"values": {"team": ("red",)}},
    }
    assert put_baseline(con, Baseline.model_validate(declared)) == ""
    assert con.execute("select * from variance_limit").fetchall() == [(Decimal(100), Decimal("0.2"))]
    assert con.execute("select * from cost_key").fetchall() == [("team", Decimal("0.9"))]
    assert con.execute("select * from cost_value").fetchall() == [("team", "red")]
    assert put_baseline(con, None) == NO_COST_KEYS
