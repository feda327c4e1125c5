"""Faults: each key of a rule picks or shapes what it says, and nothing else."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from orgwarden.demo import faults
from orgwarden.errors import BadInput
from tests.demo.asking import MANAGEMENT_ID, refusal

GET = {"service": "account", "operation": "GetContactInformation"}


def _put(ask, *rules):
    status, answer = ask.http("PUT", "/demo/faults", list(rules))
    assert (status, answer) == (200, list(rules))


@pytest.fixture
def account(empty):
    return empty.client("account")


@pytest.mark.parametrize(
    ("service", "operation", "error", "status"),
    [
        ("account", "get_contact_information", "TooManyRequestsException", 429),
        ("account", "get_contact_information", "AccessDeniedException", 403),
        ("organizations", "list_accounts", "TooManyRequestsException", 400),
        ("organizations", "list_accounts", "ServiceException", 500),
        ("sts", "get_caller_identity", "AccessDenied", 403),
        ("iam", "list_users", "Throttling", 400),
        ("s3", "list_buckets", "SlowDown", 503),
        ("ec2", "describe_regions", "RequestLimitExceeded", 503),
        ("dynamodb", "list_tables", "ThrottlingException", 400),
        ("resourcegroupstaggingapi", "get_resources", "ThrottledException", 400),
        ("ce", "list_cost_allocation_tags", "LimitExceededException", 400),
    ],
)
def test_an_error_comes_with_the_status_that_aws_gives_it(empty, service, operation, error, status):
    _put(empty, {"service": service, "error": error})
    assert refusal(getattr(empty.client(service), operation)) == (error, status)


def test_a_status_of_ones_own_replaces_that_of_aws(empty, account):
    _put(empty, {**GET, "error": "AccessDeniedException", "status": 418})
    assert refusal(account.get_contact_information) == ("AccessDeniedException", 418)


def test_a_key_that_is_left_out_or_null_picks_every_call(empty, account, organizations):
    _put(empty, {"service": None, "operation": None, "account": None, "region": None, "error": "InternalFailure"})
    assert refusal(account.list_regions) == ("InternalFailure", 500)
    assert refusal(organizations.list_roots) == ("InternalFailure", 500)


def test_an_account_is_the_one_asked_about(empty, account):
    one, two = empty.new_account("one"), empty.new_account("two")
    _put(empty, {**GET, "account": one, "error": "AccessDeniedException"})
    assert refusal(account.get_contact_information, AccountId=one)[1] == 403
    assert refusal(account.get_contact_information, AccountId=two)[1] == 404


def test_an_account_is_found_in_an_arn_and_is_else_the_callers(empty):
    account = empty.new_account("one")
    caller = empty.as_role(account, "account")
    _put(empty, {"account": account, "error": "AccessDenied"})
    with pytest.raises(ClientError, match="fault of the demo"):
        empty.as_role(account, "sts")
    assert refusal(caller.list_regions) == ("AccessDenied", 403)


def test_a_region_is_that_of_the_signature(empty):
    _put(empty, {"service": "ec2", "region": "eu-north-1", "error": "UnauthorizedOperation", "status": 403})
    assert refusal(empty.client("ec2", region="eu-north-1").describe_regions)[1] == 403
    assert empty.client("ec2", region="eu-west-1").describe_regions()["Regions"]


def test_match_is_a_text_in_url_or_body(empty, account):
    member = empty.new_account("one")
    _put(empty, {"service": "account", "match": "SECURITY", "error": "AccessDeniedException"})
    statuses = [
        refusal(account.get_alternate_contact, AccountId=member, AlternateContactType=kind)[1]
        for kind in ("BILLING", "SECURITY")
    ]
    assert statuses == [404, 403]
    _put(empty, {"match": "/getContactInformation", "error": "AccessDeniedException"})
    assert refusal(account.get_contact_information, AccountId=member)[1] == 403


def test_a_body_is_sent_as_it_is(empty, account, organizations):
    _put(empty, {**GET, "body": "<html>"}, {"service": "organizations", "body": "{}"})
    assert "ContactInformation" not in account.get_contact_information()
    assert "Accounts" not in organizations.list_accounts()
    _put(empty, {"service": "sts", "body": "no xml"})
    with pytest.raises(ResponseParserError):
        empty.client("sts").get_caller_identity()
    _put(empty, {**GET, "body": "{}", "status": 503})
    assert refusal(account.get_contact_information)[1] == 503


def test_times_meets_the_first_calls_alone(empty, account):
    _put(empty, {**GET, "error": "TooManyRequestsException", "times": 2})
    assert [refusal(account.get_contact_information)[1] for _ in range(4)] == [429, 429, 404, 404]


def test_a_share_is_drawn_from_the_seed_and_is_the_same_again(empty, account):
    def drawn(seed):
        _put(empty, {**GET, "error": "TooManyRequestsException", "share": 0.3, "seed": seed})
        return [refusal(account.get_contact_information)[1] for _ in range(60)]

    first = drawn(7)
    assert 6 <= first.count(429) <= 30
    assert drawn(7) == first
    assert drawn(8) != first


def test_a_delay_alone_delays_and_lets_the_answer_come(empty, account):
    _put(empty, {**GET, "delay_ms": 150}, {**GET, "error": "AccessDeniedException", "times": 1})
    began = time.monotonic()
    assert refusal(account.get_contact_information)[1] == 403
    assert time.monotonic() - began >= 0.15
    assert refusal(account.get_contact_information)[1] == 404


def test_faults_are_shown_and_taken_away(empty, account):
    _put(empty, {**GET, "error": "AccessDeniedException"})
    assert empty.http("GET", "/demo/faults") == (200, [{**GET, "error": "AccessDeniedException"}])
    assert empty.http("DELETE", "/demo/faults") == (200, [])
    assert refusal(account.get_contact_information)[1] == 404


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ([{"servce": "s3"}], ["item 0", "'servce'", "'s3'", "known keys are service"]),
        ([{}, {"times": "two"}], ["item 1", "'times'", "'two'"]),
        ([{"share": 1.5}], ["item 0", "'share'", "1.5"]),
        ([{"error": "X", "body": "y"}], ["item 0", "exclude each other"]),
        ({"service": "s3"}, ["the list"]),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_name(empty, rules, says):
    status, answer = empty.http("PUT", "/demo/faults", rules)
    assert status == 400
    assert all(part in answer["error"] for part in says), answer["error"]


def test_a_file_of_faults_is_read_or_refused_by_name(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text(json.dumps([{"service": "s3", "error": None}]))
    assert faults.read(path)[0].service == "s3"
    path.write_text("[")
    with pytest.raises(BadInput, match=r"faults\.json is not JSON"):
        faults.read(path)
    with pytest.raises(BadInput, match="cannot be read"):
        faults.read(tmp_path / "none.json")


def test_the_caller_of_a_call_without_an_account_is_the_management_account(empty, account):
    _put(empty, {"account": MANAGEMENT_ID, "error": "AccessDeniedException"})
    assert refusal(account.get_contact_information)[1] == 403
