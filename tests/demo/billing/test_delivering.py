"""Deliveries come as AWS makes them: the manifest after the files that it lists, and everybody tells the same month."""

from datetime import date
from types import SimpleNamespace

import pytest

from orgwarden.demo.billing.delivering import STATE, Post, declaration, declare, deliver
from orgwarden.demo.billing.months import demo_months
from orgwarden.demo.state import StatePatch

KEEPER = "898716897684"


class Bucket:
    """A bucket that keeps which keys were put, in their order."""

    def __init__(self):
        self.keys = []

    def create_bucket(self, **asked):
        self.made = asked

    def upload_file(self, _, bucket, key):
        self.keys.append((bucket, key))


@pytest.fixture
def steps():
    return demo_months(date(2026, 11, 26), rows=1_000)


@pytest.fixture
def post(tmp_path):
    return Post(s3=Bucket(), payer=Payer(), state=Stated(), folder=tmp_path)


class Payer:
    """A payer that keeps what it was asked to do, by service."""

    def __init__(self):
        self.asked = []

    def __call__(self, service):
        note = lambda **asked: self.asked.append((service, asked))  # noqa: E731 - one answer for two calls
        return SimpleNamespace(create_export=note, update_cost_allocation_tags_status=note)


class Stated(list):
    """What was stated, one patch after the other."""

    def __call__(self, patch):
        self.append(patch)


def test_a_manifest_comes_after_the_files_that_it_lists(post, steps):
    deliver(post, steps[0])
    keys = [key for _, key in post.s3.keys]
    assert keys[-1] == "exports/orgwarden-cur2/metadata/BILLING_PERIOD=2026-09/orgwarden-cur2-Manifest.json"
    assert {bucket for bucket, _ in post.s3.keys} == {"northwind-billing"}
    assert len(keys) == len(set(keys))


def test_a_later_delivery_touches_no_file_of_an_earlier_one_but_the_manifest_of_its_month(post, steps):
    put = []
    for step in steps:
        deliver(post, step)
        put.append([key for _, key in post.s3.keys])
        post.s3.keys.clear()
    _, final, restated, _ = put
    assert set(final) & set(restated) == {final[-1]}
    assert not any("2026-09/" in key for key in final)


def test_what_is_stated_holds_every_month_that_was_delivered_and_can_be_patched(post, steps):
    deliver(post, steps[0])
    deliver(post, steps[1])
    first, second = ({one["start"] for one in patch["costs"]} for patch in post.state)
    assert (first, second) == ({"2026-09-01"}, {"2026-09-01", "2026-10-01"})
    StatePatch.model_validate(post.state[-1])
    assert (post.folder / "witnesses" / "2026-10" / STATE).exists()


def test_the_payer_declares_the_export_into_a_members_bucket_and_tells_costs_apart_by_tags(post, steps):
    plan = steps[0].plan
    declare(post, plan, keeper=KEEPER)
    exported, tagged = post.payer.asked
    assert exported == ("bcm-data-exports", {"Export": declaration(plan, keeper=KEEPER)})
    assert {one["TagKey"] for one in tagged[1]["CostAllocationTagsStatus"]} >= {"cost-center", "owner"}
    place = exported[1]["Export"]["DestinationConfigurations"]["S3Destination"]
    assert (place["S3Bucket"], place["S3BucketOwner"]) == (post.s3.made["Bucket"], KEEPER)
