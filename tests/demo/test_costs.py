"""Cost Explorer: sums of the rows that a patch declared, to the last digit, and nothing where none were."""

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

OCTOBER = {"Start": "2026-10-01", "End": "2026-11-01"}
BY = [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "REGION"}]
OURS = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [MANAGEMENT_ID]}}


def _row(account=MANAGEMENT_ID, service="Amazon EC2", amount="1.0000000001", start="2026-10-01"):
    told = {"account": account, "service": service, "region": "eu-west-1", "start": start, "currency": "USD"}
    return {**told, "amount": amount}


def _declare(empty, *rows):
    assert empty.http("PATCH", "/demo/state", {"costs": list(rows)})[0] == 200


def _asked(**more):
    return {"TimePeriod": OCTOBER, "Granularity": "MONTHLY", "Metrics": ["UnblendedCost"], **more}


@pytest.fixture
def costs(empty):
    return empty.client("ce", region="us-east-1")


def _groups(told):
    return {tuple(one["Keys"]): one["Metrics"]["UnblendedCost"] for one in told["ResultsByTime"][0]["Groups"]}


def test_where_nothing_was_declared_there_are_no_groups(costs):
    told = costs.get_cost_and_usage(**_asked(GroupBy=BY, Filter=OURS))["ResultsByTime"]
    assert [(one["TimePeriod"], one["Groups"]) for one in told] == [(OCTOBER, [])]


def test_amounts_are_summed_by_two_groups_with_all_digits(empty, costs):
    _declare(empty, _row(), _row(amount="0.0000000002"), _row(service="AWS Lambda"), _row(account="111111111111"))
    told = costs.get_cost_and_usage(**_asked(GroupBy=BY, Filter=OURS))
    assert _groups(told) == {
        ("AWS Lambda", "eu-west-1"): {"Amount": "1.0000000001", "Unit": "USD"},
        ("Amazon EC2", "eu-west-1"): {"Amount": "1.0000000003", "Unit": "USD"},
    }
    assert told["GroupDefinitions"] == BY


def test_without_groups_there_is_a_total_for_each_month(empty, costs):
    _declare(empty, _row(), _row(start="2026-09-30", amount="7"))
    whole = {"Start": "2026-09-01", "End": "2026-11-01"}
    told = costs.get_cost_and_usage(**_asked(TimePeriod=whole))["ResultsByTime"]
    assert [one["Total"]["UnblendedCost"]["Amount"] for one in told] == ["7", "1.0000000001"]


def test_filters_are_and_or_and_not_of_dimensions(empty, costs):
    _declare(empty, _row(), _row(service="AWS Lambda", amount="2"))
    functions = {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda"]}}
    told = costs.get_cost_and_usage(**_asked(GroupBy=BY, Filter={"And": [OURS, {"Not": functions}]}))
    assert set(_groups(told)) == {("Amazon EC2", "eu-west-1")}


def test_a_hundred_groups_make_a_page(empty, costs):
    _declare(empty, *(_row(service=f"Service {n:03}") for n in range(101)))
    first = costs.get_cost_and_usage(**_asked(GroupBy=BY))
    rest = costs.get_cost_and_usage(**_asked(GroupBy=BY, NextPageToken=first["NextPageToken"]))
    assert (len(_groups(first)), list(_groups(rest))) == (100, [("Service 100", "eu-west-1")])
    assert "NextPageToken" not in rest


def test_a_member_sees_its_own_costs_alone(empty):
    account = empty.new_account("one")
    _declare(empty, _row(), _row(account=account, amount="3"))
    told = empty.as_role(account, "ce").get_cost_and_usage(**_asked(GroupBy=BY))
    assert [one["Amount"] for one in _groups(told).values()] == ["3"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"TimePeriod": {"Start": "2026-11-01", "End": "2026-10-01"}},
        {"GroupBy": [*BY, {"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}]},
        {"Granularity": "HOURLY"},
        {"Filter": {"Dimensions": {"Key": "AZ", "Values": ["a"]}}},
    ],
    ids=["period", "groups", "granularity", "filter"],
)
def test_what_cannot_be_answered_is_refused(empty, costs, wrong):
    _declare(empty, _row())
    assert refusal(costs.get_cost_and_usage, **_asked(**wrong)) == ("ValidationException", 400)
