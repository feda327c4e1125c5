"""The identity store: users, groups and who is in them."""

import pytest

from tests.demo.asking import refusal

REGION = "us-east-1"
MISSING, CONFLICT = ("ResourceNotFoundException", 400), ("ConflictException", 400)
EMAIL = {"Value": "barnaby@corp.example", "Type": "work", "Primary": True}


@pytest.fixture
def store(empty):
    return empty.client("identitystore", region=REGION)


@pytest.fixture
def about(empty):
    instances = empty.client("sso-admin", region=REGION).list_instances()["Instances"]
    return {"IdentityStoreId": instances[0]["IdentityStoreId"]}


@pytest.fixture
def user(store, about):
    name = {"GivenName": "Barnaby", "FamilyName": "Rookwood"}
    return store.create_user(**about, UserName="barnaby", DisplayName="B", Name=name, Emails=[EMAIL])["UserId"]


@pytest.fixture
def group(store, about):
    return store.create_group(**about, DisplayName="administrators", Description="All of them")["GroupId"]


def _named(path, value):
    return {"UniqueAttribute": {"AttributePath": path, "AttributeValue": value}}


def test_a_user_is_enabled_and_may_be_disabled(empty, store, about, user):
    told = store.describe_user(**about, UserId=user)
    assert (told["UserName"], told["Emails"], told["UserStatus"]) == ("barnaby", [EMAIL], "ENABLED")
    empty.http("PATCH", "/demo/state", {"identity_users": {user: {"status": "DISABLED"}}})
    assert store.list_users(**about)["Users"][0]["UserStatus"] == "DISABLED"


def test_attributes_are_changed_by_their_paths(store, about, user):
    changes = [
        {"AttributePath": "displayName", "AttributeValue": "Barnaby R."},
        {"AttributePath": "name.familyName", "AttributeValue": "Rook"},
        {"AttributePath": "emails", "AttributeValue": [{"value": "b@corp.example", "primary": True}]},
    ]
    store.update_user(**about, UserId=user, Operations=changes)
    told = store.describe_user(**about, UserId=user)
    assert (told["DisplayName"], told["Name"]["FamilyName"]) == ("Barnaby R.", "Rook")
    assert told["Emails"] == [{"Value": "b@corp.example", "Primary": True}]


def test_ids_are_found_by_name_or_address(store, about, user, group):
    assert store.get_user_id(**about, AlternateIdentifier=_named("userName", "Barnaby"))["UserId"] == user
    assert store.get_user_id(**about, AlternateIdentifier=_named("emails.value", EMAIL["Value"]))["UserId"] == user
    assert store.get_group_id(**about, AlternateIdentifier=_named("displayName", "administrators"))["GroupId"] == group
    assert refusal(store.get_user_id, **about, AlternateIdentifier=_named("userName", "nobody")) == MISSING


def test_members_are_listed_from_both_ends(store, about, user, group):
    made = store.create_group_membership(**about, GroupId=group, MemberId={"UserId": user})["MembershipId"]
    assert store.list_group_memberships(**about, GroupId=group)["GroupMemberships"][0]["MemberId"] == {"UserId": user}
    own = store.list_group_memberships_for_member(**about, MemberId={"UserId": user})["GroupMemberships"]
    assert [it["GroupId"] for it in own] == [group]
    assert refusal(store.create_group_membership, **about, GroupId=group, MemberId={"UserId": user}) == CONFLICT
    store.delete_group_membership(**about, MembershipId=made)
    assert store.list_group_memberships(**about, GroupId=group)["GroupMemberships"] == []


def test_who_is_deleted_is_in_no_group(store, about, user, group):
    store.create_group_membership(**about, GroupId=group, MemberId={"UserId": user})
    store.delete_user(**about, UserId=user)
    assert store.list_group_memberships(**about, GroupId=group)["GroupMemberships"] == []
    assert refusal(store.describe_user, **about, UserId=user) == MISSING


def test_names_are_taken_once(store, about, user, group):
    assert user != group
    assert refusal(store.create_user, **about, UserName="BARNABY") == CONFLICT
    assert refusal(store.create_group, **about, DisplayName="administrators") == CONFLICT


def test_lists_come_in_pages_and_may_be_filtered(store, about):
    for number in range(3):
        store.create_user(**about, UserName=f"user-{number}")
    pages = list(store.get_paginator("list_users").paginate(**about, PaginationConfig={"PageSize": 2}))
    assert [len(page["Users"]) for page in pages] == [2, 1]
    wanted = [{"AttributePath": "UserName", "AttributeValue": "user-1"}]
    assert len(store.list_users(**about, Filters=wanted)["Users"]) == 1


def test_strangers_and_other_stores_get_nothing(empty, store, about, user):
    role = f"arn:aws:iam::{empty.new_account('one')}:role/OrganizationAccountAccessRole"
    keys = empty.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    member = empty.client("identitystore", keys["AccessKeyId"], region=REGION)
    assert refusal(member.describe_user, **about, UserId=user) == ("AccessDeniedException", 400)
    assert refusal(store.list_users, IdentityStoreId="d-0000000000") == MISSING
    assert refusal(empty.client("identitystore").list_users, **about) == MISSING
