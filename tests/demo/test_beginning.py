"""The seeded organization as it is served."""

import pytest
from botocore.exceptions import ClientError

from orgwarden.demo import seed as seeds
from tests.demo.asking import MANAGEMENT_ID, refusal

SEED = seeds.declared()
SEC_OPS, MEMBER = "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"


def test_the_fixed_keys_act_as_the_delegated_administrator_and_as_a_plain_member(seeded):
    accounts = {key: seeded.client("sts", key).get_caller_identity()["Account"] for key in (SEC_OPS, MEMBER)}
    assert accounts == {SEC_OPS: SEED.id_of("sec-ops"), MEMBER: SEED.id_of("payments-prod")}
    listed = seeded.client("organizations", SEC_OPS).get_paginator("list_accounts").paginate()
    assert sum(len(page["Accounts"]) for page in listed) == len(SEED.accounts) + 1
    assert refusal(seeded.client("organizations", MEMBER).list_accounts)[0] == "AccessDeniedException"


def test_the_management_accounts_own_contact_is_read_through_its_role_alone(seeded):
    arn = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"
    assume = {"RoleArn": arn, "RoleSessionName": "tests"}
    given = seeded.client("sts", SEC_OPS).assume_role(**assume)["Credentials"]
    own = seeded.client("account", given["AccessKeyId"]).get_contact_information()["ContactInformation"]
    assert own["PhoneNumber"] == SEED.numbers["recovery"].number
    assert refusal(seeded.client("sts", MEMBER).assume_role, **assume) == ("AccessDenied", 403)
    direct = refusal(seeded.client("account", SEC_OPS).get_contact_information, AccountId=MANAGEMENT_ID)
    assert direct == ("AccessDeniedException", 403)


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"])
def test_accounts_on_their_way_out_are_listed_with_their_state(seeded, state):
    client = seeded.client("organizations")
    drifted = {id_: told for one in seeds.states_of(SEED, drifts=True) for id_, told in one.get("accounts", {}).items()}
    of = {one.id: drifted.get(one.id, {}).get("State", one.state) for one in SEED.accounts}
    listed = {id_: client.describe_account(AccountId=id_)["Account"]["State"] for id_ in of if of[id_] == state}
    assert set(listed.values()) == {state}


def test_ids_are_the_same_at_every_serving(seeded):
    client = seeded.client("organizations")
    assert client.describe_organization()["Organization"]["Id"] == SEED.organization.id
    before = client.list_policies(Filter="TAG_POLICY")["Policies"]
    seeded.http("POST", "/demo/reset")
    assert client.list_policies(Filter="TAG_POLICY")["Policies"] == before


def test_one_account_is_denied_by_the_seeded_fault(seeded):
    account = seeded.client("account", SEC_OPS)
    asked = {one.name: _code(account, one.id) for one in SEED.accounts if one.state == "ACTIVE"}
    answered = {name: code for name, code in asked.items() if code}
    assert answered == {"reporting-prod": "AccessDeniedException", "mobile-nonprod": "ResourceNotFoundException"}


def _code(account, id_):
    try:
        account.get_contact_information(AccountId=id_)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""
