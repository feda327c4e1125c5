"""The tagging API tells what is tagged, where it is, and nothing of what it was not asked about."""

from typing import Any

import pytest

from orgwarden.collect.tagged import tagged
from orgwarden.errors import SkipAndNote
from orgwarden.privacy import Veil
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, always, regional_aws

ARNS = ("arn:aws:s3:::b", "arn:aws:sns:us-east-1:111111111111:t", "arn:aws:cloudfront::111111111111:distribution/E")


def read(region: str, answer: Any = None) -> dict[str, Any]:
    mappings = [{"ResourceARN": arn, "Tags": [{"Key": "by", "Value": "a@corp.example"}]} for arn in ARNS]
    told = {"ResourceTagMappingList": mappings, "PaginationToken": ""} if answer is None else answer
    aws = regional_aws({"resourcegroupstaggingapi:GetResources": always(told)})
    return tagged(aws, MANAGEMENT, region, Veil(b"key"))


def test_a_bucket_is_where_it_was_asked_for_and_what_names_no_region_is_global():
    assert set(read(HOME)) == {ARNS[0], ARNS[1]}
    assert set(read("global")) == {ARNS[2]}
    assert set(read(AWAY)) == {ARNS[0]}


def test_types_are_read_from_arns_and_tags_are_masked():
    row = read(HOME)[ARNS[1]]
    assert (row.type, row.region) == ("AWS::SNS::Topic", HOME)
    assert "a@corp" not in row.tags["by"]


def test_our_own_mark_among_the_tags_is_nobodys_to_write():
    forged = {"ResourceARN": ARNS[1], "Tags": [{"Key": "orgwarden:default", "Value": "true"}]}
    assert read(HOME, {"ResourceTagMappingList": [forged]})[ARNS[1]].tags == {}


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), {}, {"ResourceTagMappingList": [{}]}], ids=str)
def test_what_is_refused_or_broken_is_told(answer: Any):
    with pytest.raises(SkipAndNote):
        read(HOME, answer)
