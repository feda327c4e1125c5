"""What AWS's API cannot set is patched, merged key by key."""

import pytest

from orgwarden.demo.state import StatePatch, merged


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
    row = {"account": "123456789012", "service": "Amazon EC2", "start": "2026-10-01", "amount": "1.50"}
    _patch(empty, services={"ram.amazonaws.com": {"activated": False}}, costs=[row])
    _patch(empty, services={"tagpolicies.tag.amazonaws.com": {"activated": True}}, invoices=[{"id": "1"}])
    state = empty.http("GET", "/demo/state")[1]
    assert list(state["services"]) == ["ram.amazonaws.com", "tagpolicies.tag.amazonaws.com"]
    assert (state["costs"], state["invoices"]) == ([row], [{"id": "1"}])
    assert state["accounts"][member]["State"] == "ACTIVE"


@pytest.mark.usefixtures("member")
def test_what_is_shown_can_be_patched_and_stays_as_it_is(empty):
    empty.client("resource-explorer-2").create_index()
    shown = empty.http("GET", "/demo/state")[1]
    assert shown.keys() == StatePatch.model_fields.keys()
    assert empty.http("PATCH", "/demo/state", shown) == (200, shown)


def test_a_root_user_is_shown_whole_and_merged_key_by_key(empty, member):
    born = empty.http("GET", "/demo/state")[1]["root"][member]
    assert (born["credentials"], born["mfa"], born["access_keys"], born["password_last_used"]) == (True, [], [], None)
    _patch(empty, root={member: {"mfa": ["a"], "certificates": 1}})
    _patch(empty, root={member: {"mfa": ["b"], "access_keys": [{"last_used": "2024-05-01T00:00:00Z"}]}})
    shown = empty.http("GET", "/demo/state")[1]["root"][member]
    assert (shown["mfa"], shown["certificates"]) == (["b"], 1)
    assert shown["access_keys"] == [{"active": True, "last_used": "2024-05-01T00:00:00Z"}]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"root": {"999999999999": {"mfa": []}}}, "no such account"),
        ({"root": {"123456789012": {"mfa": "one"}}}, "mfa"),
        ({"root": {"123456789012": {"mfa": ["arn:aws:iam::111111111111:mfa/one"]}}}, "another account"),
        ({"root": {"123456789012": {"credentials": "yes"}}}, "credentials"),
        ({"root": {"123456789012": {"certificates": 3}}}, "certificates"),
        ({"root": {"123456789012": {"access_keys": [{}, {}, {}]}}}, "access_keys"),
        ({"root": {"123456789012": {"password_last_changed": "soon"}}}, "password_last_changed"),
        ({"root": {"123456789012": {"password": True}}}, "password"),
        ({"identity_center": "no"}, "identity_center"),
        ({"identity_users": {"nobody": {"status": "DISABLED"}}}, "no such user"),
        ({"services": {"ram.amazonaws.com": {"activated": 0}}}, "activated"),
        ({"services": {"ram": {"activated": True}}}, "ram"),
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
