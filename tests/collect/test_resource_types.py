"""One thing has one type, whatever names it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.resource_types import type_of_arn, type_of_kind
from orgwarden.collect.shortlist import REGIONAL, WORLDWIDE


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("ec2:instance", "AWS::EC2::Instance"),
        ("ec2:internet-gateway", "AWS::EC2::InternetGateway"),
        ("ec2:natgateway", "AWS::EC2::NatGateway"),
        ("s3:bucket", "AWS::S3::Bucket"),
        ("elasticloadbalancing:loadbalancer/app", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        ("states:stateMachine", "AWS::StepFunctions::StateMachine"),
        ("resource-explorer-2:index", "AWS::ResourceExplorer2::Index"),
    ],
)
def test_a_kind_has_the_type_of_cloudformation(kind: str, type_: str):
    assert type_of_kind(kind) == type_


@pytest.mark.parametrize(
    ("arn", "type_"),
    [
        ("arn:aws:s3:::bucket", "AWS::S3::Bucket"),
        ("arn:aws:s3:eu-west-1:111111111111:storage-lens/x", "AWS::S3::StorageLens"),
        ("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/x/1", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        ("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/old", "AWS::ElasticLoadBalancing::LoadBalancer"),
        ("arn:aws:organizations::1:account/o-1/1", "AWS::Organizations::Account"),
        ("arn:aws:kms:eu-west-1:1:alias/aws/s3", "AWS::KMS::Alias"),
        ("no arn", ""),
    ],
)
def test_an_arn_has_the_type_of_cloudformation(arn: str, type_: str):
    assert type_of_arn(arn) == type_


@pytest.mark.parametrize("read", [one for one in (*REGIONAL, *WORLDWIDE) if one.arn], ids=lambda one: one.resource_type)
def test_the_arns_that_are_made_by_the_table_have_the_tables_types(read):
    arn = read.arn.format(partition="aws", region="eu-west-1", account="1", name="x")
    assert type_of_arn(arn) == read.resource_type


@given(st.text(max_size=60))
def test_no_text_breaks_the_naming(text: str):
    assert isinstance(type_of_arn(text), str)
    assert isinstance(type_of_arn(f"arn:aws:ec2:eu-west-1:1:{text}"), str)
    assert type_of_kind(text).startswith("AWS::")
