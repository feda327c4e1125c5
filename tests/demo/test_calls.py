"""Calls are counted exactly, by who called and about whom."""

import time
from concurrent.futures import ThreadPoolExecutor

from orgwarden.demo.calls import asked_about
from tests.demo.asking import MANAGEMENT_ID, refusal


def test_calls_are_counted_by_caller_and_account_asked_about(empty):
    member = empty.new_account("one")
    empty.http("DELETE", "/demo/calls")
    for _ in range(3):
        refusal(empty.client("account").get_contact_information, AccountId=member)
    told = {"service": "account", "operation": "GetContactInformation", "caller": MANAGEMENT_ID}
    assert empty.http("GET", "/demo/calls") == (200, [{**told, "account": member, "count": 3}])


def test_ten_threads_lose_no_count(empty):
    client = empty.client("organizations")
    empty.http("DELETE", "/demo/calls")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: client.describe_organization(), range(200)))
    assert [row["count"] for row in empty.http("GET", "/demo/calls")[1]] == [200]


def test_each_call_is_kept_with_its_time_by_what_aws_counts_by(empty):
    client = empty.client("organizations")
    empty.http("DELETE", "/demo/calls")
    begun = time.monotonic()
    for _ in range(3):
        client.describe_organization()
    took = time.monotonic() - begun
    (row,) = empty.http("GET", "/demo/calls/times")[1]
    at = row.pop("at")
    assert row == {
        "service": "organizations",
        "operation": "DescribeOrganization",
        "caller": MANAGEMENT_ID,
        "region": client.meta.region_name,
    }
    assert at == sorted(at)
    assert (len(at), 0 <= at[-1] - at[0] <= took) == (3, True)


def test_a_call_that_meets_a_fault_is_counted_too(empty):
    empty.http("PUT", "/demo/faults", [{"error": "AccessDeniedException"}])
    empty.http("DELETE", "/demo/calls")
    refusal(empty.client("organizations").list_roots)
    assert empty.http("GET", "/demo/calls")[1][0]["count"] == 1


def test_an_account_is_named_by_id_or_arn():
    me, other = "111111111111", "222222222222"
    assert asked_about({}, me) == me
    assert asked_about({"AccountId": other}, me) == other
    assert asked_about({"RoleArn": f"arn:aws:iam::{other}:role/r"}, me) == other
    assert asked_about({"TargetId": f"arn:aws:organizations::{me}:account/o-x/{other}"}, me) == other
    assert asked_about({"TargetId": "ou-abcd-12345678"}, me) == me
