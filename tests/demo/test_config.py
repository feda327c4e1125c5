"""Config's aggregators: what is recorded, where it is recorded, and nothing of what is not."""

import json

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

REGION = "eu-north-1"
ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/config"
INSTANCES = f"SELECT arn, awsRegion, tags WHERE accountId = '{MANAGEMENT_ID}' AND resourceType = 'AWS::EC2::Instance'"


@pytest.fixture
def config(empty):
    client = empty.client("config", region=REGION)
    source = {"RoleArn": ROLE, "AllAwsRegions": True}
    client.put_configuration_aggregator(ConfigurationAggregatorName="all", OrganizationAggregationSource=source)
    empty.client("ec2", region=REGION).run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    return client


def _record(empty, config):
    empty.client("s3", region="us-east-1").create_bucket(Bucket="recorded")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": ROLE})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "recorded"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def _counts(config, **more):
    told = config.get_aggregate_discovered_resource_counts(ConfigurationAggregatorName="all", **more)
    return {one["GroupName"]: one["ResourceCount"] for one in told["GroupedResourceCounts"]}


def test_an_aggregator_knows_nothing_of_what_is_not_recorded(config):
    (aggregator,) = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    assert aggregator["OrganizationAggregationSource"]["AllAwsRegions"]
    assert _counts(config, GroupByKey="AWS_REGION") == {}
    told = config.select_aggregate_resource_config(ConfigurationAggregatorName="all", Expression=INSTANCES)
    assert told["Results"] == []


def test_what_is_recorded_is_counted_and_selected(empty, config):
    _record(empty, config)
    counts = _counts(config, GroupByKey="RESOURCE_TYPE", Filters={"AccountId": MANAGEMENT_ID})
    assert counts["AWS::EC2::Instance"] == 1
    assert set(_counts(config, GroupByKey="AWS_REGION")) == {REGION}
    told = config.select_aggregate_resource_config(ConfigurationAggregatorName="all", Expression=INSTANCES)
    (row,) = [json.loads(text) for text in told["Results"]]
    assert (row["awsRegion"], row["tags"]) == (REGION, [])
    assert ":instance/i-" in row["arn"]


def test_an_unknown_aggregator_and_a_query_that_is_none_are_refused(config):
    unknown = {"ConfigurationAggregatorName": "none"}
    asked = refusal(config.get_aggregate_discovered_resource_counts, **unknown)
    assert asked[0] == "NoSuchConfigurationAggregatorException"
    asked = refusal(config.select_aggregate_resource_config, Expression="arn", ConfigurationAggregatorName="all")
    assert asked[0] == "InvalidExpressionException"


@pytest.mark.usefixtures("config")
def test_a_members_aggregator_is_its_own(empty):
    member = empty.as_role(empty.new_account("one"), "config")
    asked = refusal(member.get_aggregate_discovered_resource_counts, ConfigurationAggregatorName="all")
    assert asked[0] == "NoSuchConfigurationAggregatorException"


@pytest.mark.parametrize(
    "expression",
    [
        "SELECT arn WHERE resourceType LIKE 'AWS::EC2::%'",
        "SELECT arn WHERE configuration.state = 'running'",
        f"SELECT arn WHERE accountId = '{MANAGEMENT_ID}' OR awsRegion = '{REGION}'",
        "SELECT configuration",
    ],
)
def test_a_query_that_is_not_understood_is_refused_and_never_answered_with_everything(config, expression):
    asked = refusal(config.select_aggregate_resource_config, ConfigurationAggregatorName="all", Expression=expression)
    assert asked[0] == "InvalidExpressionException"
