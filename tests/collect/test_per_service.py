"""Each list of the table is read to its end; what is refused or broken is told, and hides nothing else."""

from typing import Any

import pytest

from orgwarden.collect.per_service import Found, listed, tags_of
from orgwarden.collect.resource_types import GLOBAL
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.privacy import Veil
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, MANAGEMENT, always, regional_aws

VEIL = Veil(b"key")
EC2 = f"arn:aws:ec2:{AWAY}:{MANAGEMENT}:"


def read(region: str = AWAY, **answers: Any) -> Found:
    named = {name.replace("__", ":").replace("_", "-"): answer for name, answer in answers.items()}
    return listed(regional_aws(named), MANAGEMENT, region, VEIL)


def test_an_account_that_has_nothing_has_no_row_and_no_gap():
    assert read() == Found()
    assert read(GLOBAL) == Found()


def test_what_is_listed_has_its_arn_its_region_and_masked_tags():
    instance = {"InstanceId": "i-1", "State": {"Name": "running"}, "Tags": [{"Key": "by", "Value": "a@corp.example"}]}
    found = read(ec2__DescribeInstances=always({"Reservations": [{"Instances": [instance]}]}))
    row = found.rows[f"{EC2}instance/i-1"]
    assert (row.type, row.region) == ("AWS::EC2::Instance", AWAY)
    assert "a@corp" not in row.tags["by"]


@pytest.mark.parametrize(
    ("answers", "arn"),
    [
        ({"eks__ListClusters": {"clusters": ["x"]}}, f"arn:aws:eks:{AWAY}:{MANAGEMENT}:cluster/x"),
        ({"sqs__ListQueues": {"QueueUrls": ["https://sqs/1/q"]}}, f"arn:aws:sqs:{AWAY}:{MANAGEMENT}:q"),
        ({"s3__ListBuckets": {"Buckets": [{"Name": "b"}]}}, "arn:aws:s3:::b"),
        ({"apigateway__GetRestApis": {"items": [{"id": "a"}]}}, f"arn:aws:apigateway:{AWAY}::/restapis/a"),
    ],
)
def test_a_text_a_url_or_a_name_becomes_an_arn(answers: dict[str, Any], arn: str):
    assert set(read(**{name: always(answer) for name, answer in answers.items()}).rows) == {arn}


def test_global_services_are_asked_once_and_their_resources_are_in_no_region():
    zones = always({"HostedZones": [{"Id": "/hostedzone/Z1"}]})
    distributions = always({"DistributionList": {"Quantity": 1, "Items": [{"ARN": "arn:aws:cloudfront::1:d/E"}]}})
    found = read(GLOBAL, route53__ListHostedZones=zones, cloudfront__ListDistributions=distributions)
    assert set(found.rows) == {"arn:aws:route53:::hostedzone/Z1", "arn:aws:cloudfront::1:d/E"}
    assert {row.region for row in found.rows.values()} == {GLOBAL}


def test_a_default_vpc_is_marked_and_another_is_not():
    vpcs = [{"VpcId": "vpc-1", "IsDefault": True}, {"VpcId": "vpc-2", "IsDefault": False}]
    rows = read(ec2__DescribeVpcs=always({"Vpcs": vpcs})).rows
    assert rows[f"{EC2}vpc/vpc-1"].tags == {"orgwarden:default": "true"}
    assert rows[f"{EC2}vpc/vpc-2"].tags == {}


def test_what_is_gone_and_what_others_share_is_left_out():
    instances = [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "terminated"}}]}]
    subnets = [{"SubnetId": "subnet-1", "OwnerId": "999999999999"}]
    found = read(
        ec2__DescribeInstances=always({"Reservations": instances}), ec2__DescribeSubnets=always({"Subnets": subnets})
    )
    assert found == Found()


def test_a_list_is_read_to_its_last_page():
    def pages(_: str, Marker: str = "", **__: Any) -> Any:
        functions = [{"FunctionArn": f"arn:aws:lambda:{AWAY}:1:function:f{Marker}"}]
        return {"Functions": functions, "NextMarker": "" if Marker else "2"}

    assert len(read(lambda__ListFunctions=pages).rows) == 2


@pytest.mark.parametrize(
    "answer",
    [
        refusal("AccessDeniedException", 403),
        refusal("ThrottlingException"),
        refusal("UnrecognizedClientException", 403),
        refusal("OptInRequired", 403),
        {},
        {"message": "<html>"},
        {"Topics": None},
        {"Topics": [{}]},
        {"Topics": ["x", 5]},
    ],
    ids=str,
)
def test_a_list_that_is_not_answered_is_told_and_hides_no_other(answer: Any):
    found = read(
        sns__ListTopics=always(answer), ecs__ListClusters=always({"clusterArns": ["arn:aws:ecs:x:1:cluster/c"]})
    )
    assert set(found.unread) == {"AWS::SNS::Topic"}
    assert "sns" in found.cause
    assert set(found.rows) == {"arn:aws:ecs:x:1:cluster/c"}


def test_a_worldwide_service_that_cannot_be_reached_is_not_an_empty_one():
    found = read(GLOBAL, cloudfront__ListDistributions=always(RetryLater("cloudfront cannot be reached")))
    assert "cloudfront cannot be reached" in found.cause


@pytest.mark.parametrize("raw", [{"k": "v"}, [{"Key": "k", "Value": "v"}], [{"key": "k", "value": "v"}]])
def test_tags_are_read_in_every_spelling(raw: Any):
    assert tags_of(raw, VEIL) == {"k": "v"}


def test_nobody_but_us_can_mark_a_resource_as_of_aws_own_making():
    mark = {"orgwarden:default": "true"}
    assert tags_of({**mark, "k": "v"}, VEIL) == {"k": "v"}
    instance = {"InstanceId": "i-1", "Tags": [{"Key": "orgwarden:default", "Value": "true"}]}
    rows = read(ec2__DescribeInstances=always({"Reservations": [{"Instances": [instance]}]})).rows
    assert rows[f"{EC2}instance/i-1"].tags == {}


@pytest.mark.parametrize("raw", [[{"Key": ""}], ["x"], [{"Key": "k", "Value": None}], 5])
def test_tags_that_do_not_parse_are_told(raw: Any):
    with pytest.raises(SkipAndNote):
        tags_of(raw, VEIL)
