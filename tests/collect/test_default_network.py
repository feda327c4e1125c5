"""What AWS makes with a default VPC is marked; where EC2 does not tell, nobody knows."""

from typing import Any

import pytest

from orgwarden.collect.api import Api
from orgwarden.collect.default_network import COMPANIONS, marked
from orgwarden.parts.resources import Resource
from tests.collect.fakes import FakeClient, refusal

MARK = {"orgwarden:default": "true"}
VPC, GROUP, OTHER = "arn:x/vpc-1", "arn:x/sg-1", "arn:x/sg-2"


def row(type_: str, **tags: str) -> Resource:
    return Resource(type=type_, region="eu-west-1", tags=tags)


ROWS = {
    VPC: row("AWS::EC2::VPC", **MARK),
    GROUP: row("AWS::EC2::SecurityGroup", owner="x"),
    OTHER: row("AWS::EC2::SecurityGroup"),
}


def api(answer: Any) -> Api:
    answers = dict.fromkeys({one.operation for one in COMPANIONS.values()}, lambda **_: answer)
    return Api("ec2", FakeClient(answers), share=1000.0, patience=0.0)


def test_what_comes_with_a_default_vpc_is_marked_and_the_rest_is_not():
    rows = marked(api({"SecurityGroups": [{"GroupId": "sg-1"}]}), ROWS, ())
    assert rows[GROUP].tags == {"owner": "x", **MARK}
    assert rows[OTHER].tags == {}


def test_only_what_was_listed_is_asked_for_and_within_the_default_vpcs():
    asked = api({"SecurityGroups": []})
    marked(asked, ROWS, ())
    filters = [
        {"Name": "vpc-id", "Values": ["vpc-1"]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    assert asked.client.asked == [("DescribeSecurityGroups", {"Filters": filters})]


def test_without_a_default_vpc_nothing_is_asked():
    asked = api({})
    rows = {**ROWS, VPC: row("AWS::EC2::VPC")}
    assert marked(asked, rows, ()) == rows
    assert asked.client.asked == []


@pytest.mark.parametrize("answer", [refusal("UnauthorizedOperation", 403), {}, {"SecurityGroups": [{}]}], ids=str)
def test_where_ec2_does_not_tell_the_tags_are_unknown(answer: Any):
    rows = marked(api(answer), ROWS, ())
    assert (rows[GROUP].tags, rows[OTHER].tags, rows[VPC].tags) == (None, None, MARK)


def test_where_the_vpcs_were_not_listed_nothing_of_the_network_is_known():
    rows = marked(api({}), ROWS, {"AWS::EC2::VPC"})
    assert all(one.tags is None for one in rows.values())
