"""An aggregator adds what it has; it is asked by who may, and what it refuses to tell is told."""

import json
from typing import Any

import pytest

from orgwarden.collect.config_aggregator import recorded
from orgwarden.privacy import Veil
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, MEMBER, always, only_in, regional_aws

VEIL = Veil(b"key")
BUCKET = {
    "arn": "arn:aws:s3:::b",
    "resourceType": "AWS::S3::Bucket",
    "awsRegion": AWAY,
    "tags": [{"key": "by", "value": "a@corp.example", "tag": "by=a@corp.example"}],
}
OF_ORGANIZATION = {"ConfigurationAggregatorName": "all", "OrganizationAggregationSource": {"RoleArn": "r"}}
OF_ACCOUNTS = {"ConfigurationAggregatorName": "some", "AccountAggregationSources": [{"AccountIds": ["1"]}]}


def read(*results: Any, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, list[str], str]:
    told = {
        "DescribeConfigurationAggregators": only_in(
            AWAY, {"ConfigurationAggregators": [OF_ACCOUNTS, OF_ORGANIZATION]}, {"ConfigurationAggregators": []}
        ),
        "SelectAggregateResourceConfig": always({"Results": [json.dumps(one) for one in results]}),
        **changed,
    }
    aws = regional_aws({f"config:{name}": answer for name, answer in told.items()}, caller=caller)
    records = recorded(aws, MANAGEMENT, (HOME, AWAY), VEIL)
    return records.rows, [f"{place} {name}" for place, name, _ in aws.session.asked], records.refused


def test_recorded_resources_are_given_by_region_with_masked_tags():
    rows, asked, _ = read(BUCKET)
    assert rows[AWAY]["arn:aws:s3:::b"].type == "AWS::S3::Bucket"
    assert "a@corp" not in rows[AWAY]["arn:aws:s3:::b"].tags["by"]
    assert f"{AWAY} config:SelectAggregateResourceConfig" in asked


def test_a_result_without_an_arn_and_what_config_makes_itself_are_left_out():
    own = {**BUCKET, "resourceType": "AWS::Config::ResourceCompliance"}
    assert read(own, {**BUCKET, "arn": None}, "x")[0] == {}


def test_an_account_that_does_not_administer_config_asks_nothing():
    rows, asked, refused = read(BUCKET, caller=MEMBER)
    assert (rows, refused) == ({}, "")
    assert not [name for name in asked if "config:" in name]


@pytest.mark.parametrize("aggregators", [[], [OF_ACCOUNTS]])
def test_without_an_aggregator_of_the_organization_nothing_is_recorded_and_nothing_is_lost(aggregators: Any):
    rows, _, refused = read(BUCKET, DescribeConfigurationAggregators=always({"ConfigurationAggregators": aggregators}))
    assert (rows, refused) == ({}, "")


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), refusal("ThrottlingException"), {}], ids=str)
def test_where_config_does_not_say_whether_there_is_an_aggregator_something_may_be_lost(answer: Any):
    rows, _, refused = read(BUCKET, DescribeConfigurationAggregators=always(answer))
    assert rows == {}
    assert "config:DescribeConfigurationAggregators" in refused


def test_a_region_that_refuses_is_no_loss_once_the_aggregator_is_found_in_another():
    refusing = only_in(AWAY, {"ConfigurationAggregators": [OF_ORGANIZATION]}, refusal("AccessDeniedException"))
    rows, _, refused = read(BUCKET, DescribeConfigurationAggregators=refusing)
    assert (set(rows), refused) == ({AWAY}, "")


def test_what_was_listed_before_a_refusal_stands():
    def pages(_: str, NextToken: str = "", **__: Any) -> Any:
        return refusal("ThrottlingException") if NextToken else {"Results": [json.dumps(BUCKET)], "NextToken": "2"}

    rows, _, refused = read(SelectAggregateResourceConfig=pages)
    assert set(rows[AWAY]) == {"arn:aws:s3:::b"}
    assert "config:SelectAggregateResourceConfig was throttled" in refused


@pytest.mark.parametrize(
    ("answer", "is_loss"),
    [(refusal("AccessDeniedException"), False), (refusal("TooManyRequestsException"), True), ({}, True)],
    ids=["denied", "throttled", "empty"],
)
def test_where_aws_does_not_say_who_administers_config_something_may_be_lost(answer: Any, *, is_loss: bool):
    aws = regional_aws({"organizations:ListDelegatedServicesForAccount": always(answer)}, caller=MEMBER)
    records = recorded(aws, MANAGEMENT, (HOME, AWAY), VEIL)
    assert (records.rows, bool(records.refused)) == ({}, is_loss)
