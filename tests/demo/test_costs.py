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


def test_amounts_in_two_currencies_are_never_one_sum(empty, costs):
    _declare(empty, _row(amount="2"), {**_row(amount="3"), "currency": "EUR"})
    told = costs.get_cost_and_usage(**_asked(GroupBy=BY))["ResultsByTime"][0]["Groups"]
    assert {(one["Metrics"]["UnblendedCost"]["Unit"], one["Metrics"]["UnblendedCost"]["Amount"]) for one in told} == {
        ("EUR", "3"),
        ("USD", "2"),
    }
    assert refusal(costs.get_cost_and_usage, **_asked()) == ("ValidationException", 400)


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


# -- record types and tags

BY_TYPE = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "DIMENSION", "Key": "RECORD_TYPE"}]
BY_TAG = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": "TAG", "Key": "team"}]


def _tagged(value, **more):
    return {**_row(**more), "tags": {"team": value}}


def test_amounts_are_summed_by_record_type_which_is_usage_unless_told(empty, costs):
    _declare(empty, _row(amount="3"), {**_row(amount="-1"), "record_type": "Credit"}, _row(amount="2"))
    told = _groups(costs.get_cost_and_usage(**_asked(GroupBy=BY_TYPE)))
    assert {keys: one["Amount"] for keys, one in told.items()} == {
        (MANAGEMENT_ID, "Credit"): "-1",
        (MANAGEMENT_ID, "Usage"): "5",
    }


def test_amounts_are_summed_by_a_tags_value_and_the_untagged_stand_behind_its_bare_key(empty, costs):
    _declare(empty, _tagged("a", amount="3"), _tagged("b", amount="2"), _row(amount="1"))
    told = _groups(costs.get_cost_and_usage(**_asked(GroupBy=BY_TAG)))
    assert {keys[1]: one["Amount"] for keys, one in told.items()} == {"team$": "1", "team$a": "3", "team$b": "2"}


def test_record_types_and_tags_filter(empty, costs):
    _declare(empty, _tagged("a"), {**_tagged("a"), "record_type": "Tax"}, _tagged("b"))
    both = [{"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax"]}}, {"Tags": {"Key": "team", "Values": ["a"]}}]
    told = _groups(costs.get_cost_and_usage(**_asked(GroupBy=BY_TYPE, Filter={"And": both})))
    assert list(told) == [(MANAGEMENT_ID, "Tax")]


def test_a_key_that_was_made_inactive_tells_no_values_until_it_is_active_again(empty, costs):
    _declare(empty, _tagged("a"))
    for status, values in (("Inactive", {"team$"}), ("Active", {"team$a"})):
        costs.update_cost_allocation_tags_status(CostAllocationTagsStatus=[{"TagKey": "team", "Status": status}])
        assert {keys[1] for keys in _groups(costs.get_cost_and_usage(**_asked(GroupBy=BY_TAG)))} == values


def test_tag_keys_are_those_of_costs_and_those_that_were_switched(empty, costs):
    _declare(empty, _tagged("a"), {**_row(), "tags": {"aws:createdBy": "x"}})
    costs.update_cost_allocation_tags_status(CostAllocationTagsStatus=[{"TagKey": "stage", "Status": "Inactive"}])
    told = {one["TagKey"]: one for one in costs.list_cost_allocation_tags()["CostAllocationTags"]}
    assert {key: (one["Type"], one["Status"]) for key, one in told.items()} == {
        "aws:createdBy": ("AWSGenerated", "Active"),
        "stage": ("UserDefined", "Inactive"),
        "team": ("UserDefined", "Active"),
    }
    assert told["team"]["LastUsedDate"] == "2026-10-01T00:00:00Z"
    first = costs.list_cost_allocation_tags(MaxResults=2)
    rest = costs.list_cost_allocation_tags(MaxResults=2, NextToken=first["NextToken"])
    assert [one["TagKey"] for one in rest["CostAllocationTags"]] == ["team"]
    active = costs.list_cost_allocation_tags(Status="Active", Type="UserDefined")
    assert [one["TagKey"] for one in active["CostAllocationTags"]] == ["team"]


def test_a_backfill_that_was_begun_is_in_the_history(costs):
    assert costs.list_cost_allocation_tag_backfill_history()["BackfillRequests"] == []
    costs.start_cost_allocation_tag_backfill(BackfillFrom="2026-01-01T00:00:00Z")
    (one,) = costs.list_cost_allocation_tag_backfill_history()["BackfillRequests"]
    assert (one["BackfillFrom"], one["BackfillStatus"]) == ("2026-01-01T00:00:00Z", "PROCESSING")


def test_a_member_manages_no_tag_keys(empty):
    ce = empty.as_role(empty.new_account("two"), "ce")
    assert refusal(ce.list_cost_allocation_tags) == ("AccessDeniedException", 400)


def test_where_nobody_switched_it_on_it_answers_nobody(empty, costs):
    empty.http("PATCH", "/demo/state", {"cost_explorer": False})
    assert refusal(costs.get_cost_and_usage, **_asked()) == ("AccessDeniedException", 400)
