from decimal import Decimal

import pytest

from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.parts.declared import MANAGEMENT_RULES
from orgwarden.parts.resources import MANAGEMENT_SPEND, REGIONS, RESOURCES, WITNESSES, Resource, Spend
from tests.access_worlds import allowed, governed, resource, rules
from tests.worlds import A, gap

CONTROL = "management_account.no_workloads"
BUCKET = "arn:aws:s3:::somebodys-data"
HERE = ("us-east-1", BUCKET)
ONE_BUCKET = {RESOURCES: {BUCKET: resource(stage="prod")}}


def verdicts(parts=None, *permits, gaps=None):
    """The verdicts by (region, resource)."""
    seen = governed({MANAGEMENT_RULES: rules(allowed=permits), **(parts or {})}, gaps)
    said = evaluate([c for c in catalogue() if c.id == CONTROL], seen)
    return {(v.subject.region, v.subject.resource): v for v in said}


def test_each_region_that_a_witness_answered_for_passes_and_says_what_is_there():
    spend = {MANAGEMENT_SPEND: {"us-east-1/AWS CloudTrail": Spend(amount=Decimal(1), currency="USD", period="2026-10")}}
    said = verdicts({**ONE_BUCKET, **spend}, allowed("AWS::S3::*"))
    assert {place: v.status.value for place, v in said.items()} == dict.fromkeys(
        [("us-east-1", ""), ("eu-central-1", ""), ("global", "")], "PASS"
    )
    evidence = said["us-east-1", ""].evidence
    assert (evidence["count"], evidence["witnesses"]) == (1, ("resource-explorer",))
    assert evidence["services"] == ("AWS CloudTrail",)


def test_a_resource_that_nothing_allows_deviates_where_it_is():
    said = verdicts(ONE_BUCKET)
    assert (said[HERE].status, said[HERE].subject.account) == ("FAIL", A)
    assert said[HERE].evidence == {"type": "AWS::S3::Bucket"}
    assert said["us-east-1", ""].status == "PASS"


@pytest.mark.parametrize(
    ("permit", "is_allowed"),
    [
        (allowed("AWS::S3::Bucket"), True),
        (allowed("AWS::S3::*", arn="arn:aws:s3:::somebodys-*"), True),
        (allowed(stage="pr*"), True),
        (allowed("AWS::EC2::*"), False),
        (allowed("AWS::S3::*", arn="arn:aws:s3:::nobodys-*"), False),
        (allowed("AWS::S3::*", stage="prod", team="*"), False),
        (allowed("aws::s3::bucket"), False),
    ],
    ids=str,
)
def test_type_arn_and_tags_of_one_permit_must_all_match(permit, is_allowed):
    assert (HERE not in verdicts(ONE_BUCKET, permit)) is is_allowed


def test_a_resource_of_unread_tags_is_unknown_where_only_they_would_tell():
    unread = {RESOURCES: {BUCKET: Resource(type="AWS::S3::Bucket", region="us-east-1", tags=None)}}
    assert verdicts(unread, allowed(stage="prod"))[HERE].status == "UNKNOWN"
    assert verdicts(unread, allowed("AWS::EC2::*", stage="prod"))[HERE].status == "FAIL"
    assert HERE not in verdicts(unread, allowed(stage="prod"), allowed("AWS::S3::*"))


def test_a_region_that_nobody_answered_for_is_unknown_not_empty():
    said = verdicts(gaps=gap(WITNESSES, "eu-central-1", "no witness"))
    assert (said["eu-central-1", ""].status, said["eu-central-1", ""].cause) == ("UNKNOWN", "no witness")
    assert said["us-east-1", ""].status == "PASS"


def test_a_region_of_which_a_witness_refused_to_tell_is_unknown_and_what_others_saw_there_deviates():
    said = verdicts(ONE_BUCKET, gaps=gap(RESOURCES, "us-east-1", "denied"))
    assert (said["us-east-1", ""].status, said["us-east-1", ""].cause) == ("UNKNOWN", "denied")
    assert (said[HERE].status, said["eu-central-1", ""].status) == ("FAIL", "PASS")


@pytest.mark.parametrize("part", [REGIONS, RESOURCES, MANAGEMENT_RULES], ids=lambda part: part.name)
def test_without_regions_resources_or_rules_something_is_unknown(part):
    assert "UNKNOWN" in {v.status.value for v in verdicts(ONE_BUCKET, gaps=gap(part)).values()}


def test_unread_regions_hide_no_resource_and_unread_resources_let_no_region_pass():
    assert verdicts(ONE_BUCKET, gaps=gap(REGIONS))[HERE].status == "FAIL"
    assert {v.status.value for v in verdicts(gaps=gap(RESOURCES)).values()} == {"UNKNOWN"}
