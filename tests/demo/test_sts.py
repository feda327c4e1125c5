"""Sessions of roles: those that exist, in accounts that are open, for callers whom the trust allows."""

import json

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

DENIED = ("AccessDenied", 403)
ROLE = "OrganizationAccountAccessRole"


def _assume(sts, account, role=ROLE, **more):
    return sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="tests", **more)


@pytest.fixture
def sts(empty):
    return empty.client("sts")


def test_a_key_that_nobody_handed_out_is_the_management_accounts(sts):
    assert sts.get_caller_identity()["Account"] == MANAGEMENT_ID


def test_the_management_account_assumes_the_role_of_a_created_member(empty):
    account = empty.new_account("one")
    identity = empty.as_role(account, "sts").get_caller_identity()
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:aws:sts::{account}:assumed-role/{ROLE}/tests"


def test_a_role_or_an_account_that_does_not_exist_is_refused(empty, sts):
    assert refusal(_assume, sts, empty.new_account("one"), "nobody") == DENIED
    assert refusal(_assume, sts, "999999999999") == DENIED


def test_a_role_in_a_closed_account_is_refused(empty, organizations, sts):
    account = empty.new_account("one")
    organizations.close_account(AccountId=account)
    assert refusal(_assume, sts, account) == DENIED


def test_a_caller_that_the_trust_does_not_name_is_refused(empty):
    one, two = empty.new_account("one"), empty.new_account("two")
    assert refusal(_assume, empty.as_role(one, "sts"), two) == DENIED


def test_an_external_id_has_to_be_the_right_one(empty, sts):
    trust = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT_ID}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "right"}},
            }
        ]
    }
    empty.client("iam").create_role(RoleName="vendor", AssumeRolePolicyDocument=json.dumps(trust))
    assert refusal(_assume, sts, MANAGEMENT_ID, "vendor") == DENIED
    assert refusal(_assume, sts, MANAGEMENT_ID, "vendor", ExternalId="wrong") == DENIED
    assert _assume(sts, MANAGEMENT_ID, "vendor", ExternalId="right")["Credentials"]


def test_a_chained_session_lasts_an_hour_at_most(empty):
    account = empty.new_account("one")
    chained = empty.as_role(account, "sts")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
    empty.as_role(account, "iam").create_role(RoleName="next", AssumeRolePolicyDocument=json.dumps(trust))
    assert refusal(_assume, chained, account, "next", DurationSeconds=7200)[0] == "ValidationError"
    assert _assume(chained, account, "next", DurationSeconds=3600)["Credentials"]


def test_a_session_token_and_a_users_key_act_as_who_made_them(empty, sts):
    session = sts.get_session_token()["Credentials"]
    iam = empty.client("iam")
    iam.create_user(UserName="someone")
    key = iam.create_access_key(UserName="someone")["AccessKey"]
    assert empty.client("sts", session["AccessKeyId"]).get_caller_identity()["Account"] == MANAGEMENT_ID
    assert empty.client("sts", key["AccessKeyId"]).get_caller_identity()["Arn"].endswith(":user/someone")
