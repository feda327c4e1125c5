"""Rates: a burst passes, the next call is refused as AWS refuses it, and N times the rates is N times as many."""

import time

import pytest
from botocore.exceptions import ClientError

from orgwarden.collect import pacer
from orgwarden.demo import wire
from orgwarden.demo.calls import Call, Caller
from orgwarden.demo.rates import PUBLISHED, Rates
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.service import Wanted, serving
from orgwarden.errors import BadInput
from tests.demo.asking import Asking


class Clock:
    """A clock that moves when it is told to, or slept on."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


@pytest.fixture
def clock():
    return Clock()


def call(operation="GetContactInformation", *, service="account", caller="111111111111"):
    who = Caller(account=caller, arn="", user_id="")
    return Call(
        service=service, operation=operation, region="us-east-1", caller=who, account=caller, parameters={}, text=""
    )


def admitted(rates, count, asked=None):
    """How many of some calls are let through."""
    passed = 0
    for _ in range(count):
        try:
            rates.admit(asked or call())
        except AwsError:
            continue
        passed += 1
    return passed


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_burst_passes_then_the_published_rate(clock, times):
    rates = Rates(times=times, now=clock.now, sleep=clock.sleep)
    assert admitted(rates, 200) == 15 * times
    clock.time += 1
    assert admitted(rates, 200) == 10 * times


def test_a_bucket_holds_no_more_than_its_burst(clock):
    rates = Rates(times=1, now=clock.now, sleep=clock.sleep)
    clock.time += 3600
    assert admitted(rates, 200) == 15


def test_each_caller_and_each_api_has_a_bucket_of_its_own(clock):
    rates = Rates(times=1, now=clock.now, sleep=clock.sleep)
    assert admitted(rates, 50) == 15
    assert admitted(rates, 50, call(caller="222222222222")) == 15
    assert admitted(rates, 50, call("GetAlternateContact")) == 15


def test_what_aws_does_not_publish_is_not_limited(clock):
    rates = Rates(times=1, now=clock.now, sleep=clock.sleep)
    assert admitted(rates, 500, call("DescribeResourcePolicy", service="organizations")) == 500


def test_every_call_takes_the_latency_refused_or_not(clock):
    rates = Rates(times=1, latency=0.05, now=lambda: 0.0, sleep=clock.sleep)
    admitted(rates, 20)
    assert clock.time == pytest.approx(20 * 0.05)


def test_without_rates_nothing_is_limited_and_nothing_waits(clock):
    rates = Rates.asked(None, None)
    rates.sleep = clock.sleep
    assert (admitted(rates, 500), clock.time) == (500, 0.0)


@pytest.mark.parametrize(
    ("times", "latency", "remedy"), [(0, None, "above 0"), (None, 5, "--rates 1"), (1, -1, "0 or more")]
)
def test_numbers_that_make_no_sense_are_refused_with_the_remedy(times, latency, remedy):
    with pytest.raises(BadInput, match=remedy):
        Rates.asked(times, latency)


def test_every_limited_api_is_one_of_awss():
    assert all(operation in wire.model_of(service).operation_names for service, operation in PUBLISHED)


def test_the_collector_paces_by_the_same_rates():
    """Of other services AWS publishes no rates by operation, and none is enforced here."""
    paced = {key: rate for key, rate in pacer.RATES.items() if key[0] in ("account", "organizations")}
    assert {key: PUBLISHED.get(key) for key in paced} == paced


def test_the_server_refuses_with_awss_own_code_and_status():
    with serving(Wanted(rates=0.1, latency_ms=0)) as served:
        asking = Asking(served)
        assert _refused(asking.client("account").get_contact_information) == ("TooManyRequestsException", 429)
        assert _refused(asking.client("organizations").list_roots) == ("TooManyRequestsException", 400)
        assert asking.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_the_latency_is_that_of_each_call():
    with serving(Wanted(empty=True, rates=100, latency_ms=60)) as served:
        client = Asking(served).client("organizations")
        begun = time.monotonic()
        client.list_accounts()
        assert time.monotonic() - begun >= 0.06


def _refused(ask):
    """Give code and status of the first refusal among some calls."""
    for _ in range(10):
        try:
            ask()
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("every call was answered")
