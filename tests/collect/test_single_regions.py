"""Resources are looked at again by reading their region whole, by the witnesses that a whole reading would ask."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pytest

from orgwarden.collect.again import Again, reread
from orgwarden.collect.mail_domains import resolver
from orgwarden.collect.means import Means
from orgwarden.collect.resources import OFF
from orgwarden.collect.sessions import Aws
from orgwarden.collect.single_regions import NOWHERE
from orgwarden.demo.service import running
from orgwarden.model import EVERYTHING, World
from orgwarden.parts.resources import REGIONS, RESOURCES, WITNESSES, Resource
from orgwarden.privacy import Veil
from tests.collect.regional import AWAY, MANAGEMENT, always, regional_aws
from tests.demo.asking import MANAGEMENT_ID, Asking

TODAY = date(2026, 11, 21)
IRELAND, SYDNEY, MALTA = "eu-west-1", "ap-southeast-2", "eu-malta-1"
BUCKET, OTHER = "arn:aws:s3:::left-over", f"arn:aws:dynamodb:{SYDNEY}:{MANAGEMENT_ID}:table/other"


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running(empty=True) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", served.url)
        yield Asking(served)


@pytest.fixture
def here(served: Asking) -> Asking:
    served.http("DELETE", "/demo/faults")
    return served


def known(gaps: Any = None, **regions: str) -> World:
    """A world in which a bucket was seen in a region, and a table in Sydney."""
    rows = {arn: Resource(type="", region=region, tags={}) for arn, region in {BUCKET: IRELAND, OTHER: SYDNEY}.items()}
    rows[BUCKET] = Resource(type="AWS::S3::Bucket", region=regions.get("bucket", IRELAND), tags={})
    parts: dict[Any, Any] = {RESOURCES: rows, WITNESSES: {IRELAND: ("one",), SYDNEY: ("one",)}}
    return World(organization="o", management=MANAGEMENT_ID, today=TODAY, parts=parts, gaps=gaps or {})


def again(*arns: str, before: World | None = None) -> Again:
    session = boto3.Session("AKIAANYBODY000000001", "any", region_name=IRELAND)
    means = Means(aws=Aws(session, share=1000.0, patience=0.0), dns=resolver(None), veil=Veil(b"k"), today=TODAY)
    return reread({(RESOURCES.name, arn) for arn in arns}, before=before or known(), means=means)


@pytest.mark.usefixtures("here")
def test_a_resource_that_its_region_has_no_more_is_gone_and_other_regions_stand():
    fresh = again(BUCKET)
    assert fresh.gone == {(RESOURCES.name, BUCKET)}
    assert fresh.page.rows[WITNESSES].keys() == {IRELAND}
    assert IRELAND in fresh.page.rows[REGIONS][EVERYTHING]
    assert not fresh.page.gaps


def test_a_resource_that_is_still_there_is_seen(here: Asking):
    s3 = here.client("s3", region=IRELAND)
    s3.create_bucket(Bucket="left-over", CreateBucketConfiguration={"LocationConstraint": IRELAND})
    fresh = again(BUCKET)
    s3.delete_bucket(Bucket="left-over")
    assert BUCKET in fresh.page.rows[RESOURCES]
    assert not fresh.gone


def test_a_resource_whose_arn_holds_an_address_is_found_again_by_its_masked_arn():
    arn, veil = f"arn:aws:ses:{AWAY}:{MANAGEMENT}:identity/jane.doe@corp.example", Veil(b"k")
    tagged = {"resourcegroupstaggingapi:GetResources": always({"ResourceTagMappingList": [{"ResourceARN": arn}]})}
    seen = {RESOURCES: {veil.text(arn): Resource(type="AWS::SES::Identity", region=AWAY, tags={})}}
    before = World(organization="o", management=MANAGEMENT, today=TODAY, parts=seen)
    means = Means(aws=regional_aws(tagged), dns=resolver(None), veil=veil, today=TODAY)
    fresh = reread({(RESOURCES.name, veil.text(arn))}, before=before, means=means)
    assert fresh.page.rows[RESOURCES].keys() == seen[RESOURCES].keys()
    assert not fresh.gone


@pytest.mark.usefixtures("here")
def test_what_a_witness_refused_before_is_no_gap_once_it_tells():
    unread = (RESOURCES.name, IRELAND)
    fresh = again(BUCKET, before=known({unread: "denied"}))
    assert unread in fresh.gone
    assert not fresh.page.gaps


def test_a_resource_that_a_refusing_witness_may_have_seen_is_not_known_to_be_gone(here: Asking):
    here.http("PUT", "/demo/faults", [{"operation": "GetResources", "error": "AccessDeniedException"}])
    assert again(BUCKET).page.gaps.keys() == {(RESOURCES.name, IRELAND)}


def test_a_region_that_no_witness_answers_for_is_a_gap(here: Asking):
    here.http("PUT", "/demo/faults", [{"operation": "DescribeInstances", "error": "UnauthorizedOperation"}])
    assert again(BUCKET).page.gaps.keys() == {(WITNESSES.name, IRELAND)}


def test_where_the_regions_are_denied_nothing_is_known_of_what_lies_there(here: Asking):
    here.http("PUT", "/demo/faults", [{"operation": "ListRegions", "error": "AccessDeniedException"}])
    fresh = again(BUCKET)
    assert fresh.page.gaps.keys() == {(REGIONS.name, EVERYTHING), (WITNESSES.name, IRELAND), (RESOURCES.name, BUCKET)}


@pytest.mark.usefixtures("here")
def test_a_resource_whose_region_is_off_or_not_known_is_a_gap_and_costs_one_call():
    assert again(BUCKET, before=known(bucket=MALTA)).page.gaps == {(RESOURCES.name, BUCKET): OFF}
    assert again("arn:aws:s3:::unheard-of").page.gaps == {(RESOURCES.name, "arn:aws:s3:::unheard-of"): NOWHERE}
