"""What AWS's API cannot set is patched, merged key by key."""

import pytest

from orgwarden.demo.state import merged


@pytest.fixture
def member(empty):
    return empty.new_account("one")


def _patch(ask, **body):
    return ask.http("PATCH", "/demo/state", body)


def test_a_null_state_or_status_is_left_out_of_the_answers(empty, organizations, member):
    assert _patch(empty, accounts={member: {"State": None}})[0] == 200
    account = organizations.describe_account(AccountId=member)["Account"]
    assert "State" not in account
    assert account["Status"] == "ACTIVE"
    _patch(empty, accounts={member: {"State": "PENDING_CLOSURE", "Status": None}})
    account = organizations.list_accounts()["Accounts"][1]
    assert account["State"] == "PENDING_CLOSURE"
    assert "Status" not in account


def test_the_time_of_joining_may_be_set_and_be_equal(empty, organizations, member):
    _patch(empty, accounts={member: {"JoinedTimestamp": "2020-02-03T04:05:06Z"}})
    joined = organizations.describe_account(AccountId=member)["Account"]["JoinedTimestamp"]
    assert joined.timestamp() == 1580702706


def test_the_verification_of_a_number_may_be_set_or_left_out(empty, member):
    account = empty.client("account")
    contact = {"FullName": "A", "AddressLine1": "B", "City": "C", "PostalCode": "1", "CountryCode": "NO"}
    contact["PhoneNumber"] = "+47 21 49 37 60"
    account.put_contact_information(AccountId=member, ContactInformation=contact)
    _patch(empty, accounts={member: {"PhoneVerificationStatus": "UNVERIFIED"}})
    assert account.get_contact_information(AccountId=member)["VerificationStatus"] == "UNVERIFIED"
    _patch(empty, accounts={member: {"PhoneVerificationStatus": None}})
    assert "VerificationStatus" not in account.get_contact_information(AccountId=member)


def test_what_later_parts_read_is_kept_and_merged(empty, member):
    _patch(empty, root={member: {"mfa": ["a"], "certificates": 1}}, costs=[1])
    _patch(empty, root={member: {"mfa": ["b"]}}, invoices=[{"id": "1"}])
    state = empty.http("GET", "/demo/state")[1]
    assert state["root"] == {member: {"mfa": ["b"], "certificates": 1}}
    assert (state["costs"], state["invoices"]) == ([1], [{"id": "1"}])
    assert state["accounts"][member]["State"] == "ACTIVE"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"acounts": {}}, "acounts"),
        ({"accounts": {"999999999999": {"State": "CLOSED"}}}, "no such account"),
        ({"accounts": {"123456789012": {"State": "GONE"}}}, "GONE"),
        ({"accounts": {"123456789012": {"Email": "x"}}}, "Email"),
    ],
)
def test_a_patch_that_cannot_be_used_is_refused_and_changes_nothing(empty, body, says):
    before = empty.http("GET", "/demo/state")
    status, answer = empty.http("PATCH", "/demo/state", body)
    assert status == 400
    assert says in answer["error"]
    assert empty.http("GET", "/demo/state") == before


def test_merging_replaces_lists_and_keeps_what_is_not_named():
    assert merged({"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}}) == {"a": {"b": [3], "c": 2}}
