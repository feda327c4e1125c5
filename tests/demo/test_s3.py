"""What moto lacks of S3 is refused before it, and leaves the bucket as it was."""

import inspect

import pytest
from botocore.session import get_session
from moto.s3 import responses

from orgwarden.demo.services.s3 import LACKING
from tests.demo.asking import refusal

MODEL = get_session().get_service_model("s3")
LACKED = "NotImplementedByDemo"


@pytest.fixture
def s3(empty):
    client = empty.client("s3", region="us-east-1")
    client.create_bucket(Bucket="kept")
    client.put_object(Bucket="kept", Key="one", Body=b"1")
    return client


def _parts(operation):
    query = MODEL.operation_model(operation).http["requestUri"].partition("?")[2]
    return [part for part in query.split("&") if part and "=" not in part]


def test_a_bucket_survives_what_moto_takes_for_its_deletion(s3):
    s3.delete_object(Bucket="kept", Key="one")
    assert refusal(s3.delete_bucket_metrics_configuration, Bucket="kept", Id="all")[0] == LACKED
    assert refusal(s3.delete_bucket_inventory_configuration, Bucket="kept", Id="all")[0] == LACKED
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["kept"]


def test_what_moto_takes_for_a_listing_or_an_object_is_refused(s3):
    assert refusal(s3.list_bucket_metrics_configurations, Bucket="kept")[0] == LACKED
    assert refusal(s3.get_object_retention, Bucket="kept", Key="one")[0] == LACKED
    assert s3.get_object(Bucket="kept", Key="one")["Body"].read() == b"1"


def test_every_operation_whose_part_of_the_request_moto_does_not_know_is_refused():
    source = inspect.getsource(responses)
    assert set(MODEL.operation_names) >= LACKING
    unknown = {name for name in MODEL.operation_names if any(f'"{part}"' not in source for part in _parts(name))}
    assert unknown <= LACKING


def test_a_head_of_what_is_not_there_says_so(s3):
    assert refusal(s3.head_bucket, Bucket="absent") == ("404", 404)
    assert refusal(s3.head_object, Bucket="kept", Key="absent") == ("404", 404)
