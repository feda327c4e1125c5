"""The spend keeps every digit; what does not parse is told and never zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.spend import last_full_month, spent
from orgwarden.errors import SkipAndNote
from tests.collect.fakes import refusal
from tests.collect.regional import MANAGEMENT, MEMBER, always, regional_aws

AT = datetime(2026, 1, 3, tzinfo=UTC)


def group(amount: Any = "0.0000012345678901", service: str = "AWS Lambda", region: str = "eu-west-1") -> dict[str, Any]:
    return {"Keys": [service, region], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}


def answer(*groups: Any, **more: Any) -> dict[str, Any]:
    return {"ResultsByTime": [{"Groups": list(groups)}], **more}


def test_an_amount_keeps_every_digit_and_says_of_which_month():
    aws = regional_aws({"ce:GetCostAndUsage": always(answer(group()))})
    found = spent(aws, MANAGEMENT, AT)["eu-west-1/AWS Lambda"]
    assert (found.amount, found.currency, found.period) == (Decimal("0.0000012345678901"), "USD", "2025-12")


def test_one_request_asks_for_the_last_full_month_of_the_management_account():
    aws = regional_aws({"ce:GetCostAndUsage": always(answer())})
    assert spent(aws, MANAGEMENT, AT) == {}
    region, _, params = aws.session.asked[-1]
    assert region == "us-east-1"
    assert params["TimePeriod"] == {"Start": "2025-12-01", "End": "2026-01-01"}
    assert params["Filter"] == {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [MANAGEMENT]}}


def test_pages_are_followed():
    def pages(_: str, NextPageToken: str = "", **__: Any) -> Any:
        return answer(group(service=NextPageToken or "1"), NextPageToken="" if NextPageToken else "2")

    assert set(spent(regional_aws({"ce:GetCostAndUsage": pages}), MANAGEMENT, AT)) == {"eu-west-1/1", "eu-west-1/2"}


@pytest.mark.parametrize(
    "told",
    [
        refusal("AccessDeniedException"),
        refusal("LimitExceededException"),
        refusal("DataUnavailableException"),
        {},
        {"ResultsByTime": []},
        answer({}),
        answer(group("much")),
        answer(group("NaN")),
        answer(group("")),
        answer(group(1.5)),
        answer({**group(), "Keys": ["AWS Lambda"]}),
    ],
    ids=str,
)
def test_what_is_refused_or_broken_is_told(told: Any):
    with pytest.raises(SkipAndNote):
        spent(regional_aws({"ce:GetCostAndUsage": always(told)}), MANAGEMENT, AT)


def test_without_a_role_the_remedy_is_told():
    with pytest.raises(SkipAndNote, match="ORGWARDEN_MANAGEMENT_ROLE_ARN"):
        spent(regional_aws({}, caller=MEMBER), MANAGEMENT, AT)


@given(st.dates(min_value=date(1, 2, 1)))
def test_the_last_full_month_ends_where_the_days_month_begins(day: date):
    first, end = last_full_month(day)
    assert first.day == end.day == 1
    assert first < end <= day
    assert (end.year * 12 + end.month) - (first.year * 12 + first.month) == 1
