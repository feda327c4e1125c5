"""Costs keep every digit and their place; an answer that is cut off or not by account is told and never half taken."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.cost_explorer import parse

BY_TYPE = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "DIMENSION", "Key": "RECORD_TYPE"}]
BY_TAG = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "TAG", "Key": "cost$centre"}]
OCTOBER = {"Start": "2026-10-01", "End": "2026-11-01"}


def group(*keys: str, amount: Any = "0.000000123456789", unit: str = "USD") -> dict[str, Any]:
    return {"Keys": list(keys), "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": unit}}}


def answer(*groups: Any, by: Any = BY_TYPE, **more: Any) -> dict[str, Any]:
    month = {"TimePeriod": OCTOBER, "Total": {}, "Groups": list(groups), "Estimated": True}
    return {"GroupDefinitions": by, "ResultsByTime": [month], "DimensionValueAttributes": [], **more}


def test_costs_by_account_and_record_type_are_read():
    (found,) = parse(answer(group("111111111111", "Usage")))
    assert (found.account, found.record_type, found.tag_key) == ("111111111111", "Usage", "")
    assert (found.amount, found.currency) == (Decimal("0.000000123456789"), "USD")
    assert (found.period, found.is_estimated) == ("2026-10", True)


def test_the_order_of_the_keys_is_that_of_the_definitions():
    (found,) = parse(answer(group("Usage", "111111111111"), by=BY_TYPE[::-1]))
    assert (found.account, found.record_type) == ("111111111111", "Usage")


@pytest.mark.parametrize("value", ["", "4711", "a$b", "$", " ", "Zürich"])
def test_a_tags_value_is_all_that_stands_behind_its_key(value: str):
    (found,) = parse(answer(group("111111111111", f"cost$centre${value}"), by=BY_TAG))
    assert (found.tag_key, found.tag_value, found.record_type) == ("cost$centre", value, "")


def test_a_month_without_costs_has_none():
    assert parse(answer()) == ()


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_an_amount_keeps_every_digit(amount: Decimal):
    (found,) = parse(answer(group("111111111111", "Credit", amount=str(amount))))
    assert str(found.amount) == str(amount)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({}, "ResultsByTime: Field required"),
        (answer(NextPageToken="more"), "NextPageToken: the answer is cut off"),
        (answer(group("Usage"), by=BY_TYPE[1:]), "GroupDefinitions: the groups are not by LINKED_ACCOUNT"),
        (answer(by=[]), "GroupDefinitions: "),
        (answer(group("111111111111")), "['111111111111'] has not one key for each of 2 group definitions"),
        (answer(group("111111111111", "other$x"), by=BY_TAG), "'other$x' is no group of the tag 'cost$centre'"),
        (answer(group("111111111111", "Usage", amount=1.5)), "ResultsByTime[0].Groups[0].Metrics.UnblendedCost.Amount"),
        (answer({"Keys": ["1", "2"], "Metrics": {"BlendedCost": {}}}), "Metrics.UnblendedCost: Field required"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told_with_its_place(wrong: Any, told: str):
    with pytest.raises(ValueError) as found:  # noqa: PT011 - its text is what is tested
        parse(wrong)
    assert told in str(found.value)
    assert "\n" not in str(found.value)
