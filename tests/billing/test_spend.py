"""Spend by service and stage is exact, without fees that pay for others; what the bill does not tell is a gap."""

from decimal import Decimal

import pytest

from orgwarden.billing.ledger import Ledger
from orgwarden.billing.spend import spend_parts, stage_keys
from orgwarden.model import EVERYTHING, Period
from orgwarden.parts.bill_spend import ACCOUNT_SERVICES, ACCOUNT_STAGES, BILLED_KEYS
from tests.billing import ledgers
from tests.billing.ledgers import row

OCTOBER = Period("2026-10")
A, B = "100000000002", "100000000003"
KEYS = Ledger(tag_keys=("Stage", "env"))


def parts(*rows, stage_tags=("stage", "env"), cost_keys=()):
    con = ledgers.ledger(*rows)
    return spend_parts(con, KEYS, OCTOBER, cost_keys=cost_keys, stage_tags=stage_tags)


def services(*rows):
    return {key: one.amount for key, one in parts(*rows)[0][ACCOUNT_SERVICES].items()}


def stages(*rows, **more):
    return {key: one.amount for key, one in parts(*rows, **more)[0][ACCOUNT_STAGES].items()}


def test_spend_is_added_by_account_service_and_currency_to_the_last_digit():
    found = services(
        row("0.000000000000000001"),
        row("1"),
        row("2", account=B),
        row("3", service="AmazonS3"),
        row("4", currency="EUR"),
    )
    assert found == {
        f"{A}/AmazonEC2/USD": Decimal("1.000000000000000001"),
        f"{B}/AmazonEC2/USD": Decimal(2),
        f"{A}/AmazonS3/USD": Decimal(3),
        f"{A}/AmazonEC2/EUR": Decimal(4),
    }


def test_usage_that_a_commitment_covers_counts_with_what_it_cost():
    assert services(row("0", amortized=Decimal(7), line_type="DiscountedUsage")) == {f"{A}/AmazonEC2/USD": Decimal(7)}
    assert services(row("5", amortized=None)) == {f"{A}/AmazonEC2/USD": Decimal(5)}


@pytest.mark.parametrize(
    "left_out",
    [
        {"charge_category": "Tax", "line_type": "Tax"},
        {"charge_category": "Credit", "line_type": "Credit"},
        {"charge_category": "Purchase", "line_type": "SavingsPlanRecurringFee"},
        {"charge_category": "Purchase", "line_type": "RIFee"},
        {"charge_category": "Purchase", "commitment": "arn:aws:ec2:::ri/1"},
        {"account": ""},
        {"unblended": "0"},
    ],
    ids=str,
)
def test_what_is_no_use_of_the_account_is_left_out(left_out):
    amount = left_out.pop("unblended", "9")
    assert services(row(amount, **left_out)) == {}
    assert stages(row(amount, tag_1="prod", **left_out)) == {}


def test_spend_is_added_by_the_first_stage_tag_that_has_a_value():
    found = stages(row("1", tag_1="prod", tag_2="test"), row("2", tag_1=" ", tag_2="test"), row("3"))
    assert found == {f"{A}/prod/USD": Decimal(1), f"{A}/test/USD": Decimal(2)}
    assert stages(row("1", tag_1="prod", tag_2="test"), stage_tags=("env", "stage")) == {f"{A}/test/USD": Decimal(1)}


def test_a_bill_without_a_stage_tag_tells_no_stages_and_the_remedy():
    rows, gaps = parts(row(), stage_tags=("purpose",))
    assert ACCOUNT_STAGES not in rows
    assert "structure.stage_tags" in gaps[ACCOUNT_STAGES.name, EVERYTHING]


def test_a_tag_key_is_on_as_many_lines_as_have_a_value_of_it():
    rows, gaps = parts(row(tag_1="prod", lines=3), row(lines=4), cost_keys=("Stage", "env", "team"))
    found = {key: (one.tagged, one.lines, one.period) for key, one in rows[BILLED_KEYS].items()}
    assert found == {"Stage": (3, 7, "2026-10"), "env": (0, 7, "2026-10")}
    assert set(gaps) == {(BILLED_KEYS.name, "team")}


def test_an_empty_ledger_has_no_spend_and_no_lines():
    rows, _ = parts(cost_keys=("env",))
    assert rows[ACCOUNT_SERVICES] == rows[ACCOUNT_STAGES] == {}
    assert (rows[BILLED_KEYS]["env"].tagged, rows[BILLED_KEYS]["env"].lines) == (0, 0)


def test_stage_keys_are_those_of_the_export_in_whatever_spelling():
    assert stage_keys(("team", "Env", "stage", "Stage"), ("stage", "env")) == ("stage", "Stage", "Env")
