"""Who may call AWS Organizations."""

import json

import pytest

from orgwarden.demo.access import OPEN_TO_ALL, READS
from tests.demo.asking import MANAGEMENT_ID, refusal

DENIED = ("AccessDeniedException", 400)


def _policy(principal, action="organizations:List*", effect="Allow", **more):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_delegated_administrator_has_the_twenty_four_reads():
    assert len(READS) == 24
    assert len(OPEN_TO_ALL) == 3


def test_a_plain_member_may_describe_the_organization_and_no_more(empty):
    member = empty.as_role(empty.new_account("one"), "organizations")
    assert member.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT_ID
    assert refusal(member.list_accounts) == DENIED
    assert refusal(member.list_roots) == DENIED
    assert refusal(member.create_account, AccountName="x", Email="x@corp.example") == DENIED


@pytest.mark.parametrize("principal", ["anything.example.com", "account.amazonaws.com"])
def test_a_delegated_administrator_of_any_service_reads_and_does_not_write(empty, organizations, principal):
    account = empty.new_account("one")
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=principal)
    delegate = empty.as_role(account, "organizations")
    assert len(delegate.list_accounts()["Accounts"]) == 2
    assert refusal(delegate.create_account, AccountName="x", Email="x@corp.example") == DENIED
    organizations.deregister_delegated_administrator(AccountId=account, ServicePrincipal=principal)
    assert refusal(delegate.list_accounts) == DENIED


@pytest.mark.parametrize(
    "principal", ["{}", "arn:aws:iam::{}:root", "arn:aws:iam::{}:role/OrganizationAccountAccessRole"]
)
def test_the_resource_policy_lets_an_account_or_a_role_read(empty, organizations, principal):
    account = empty.new_account("one")
    member = empty.as_role(account, "organizations")
    organizations.put_resource_policy(Content=_policy(principal.format(account)))
    assert len(member.list_accounts()["Accounts"]) == 2
    assert refusal(member.describe_account, AccountId=account) == DENIED


def test_the_resource_policy_grants_no_more_than_can_be_delegated(empty, organizations):
    account = empty.new_account("one")
    organizations.put_resource_policy(Content=_policy(account, "organizations:*"))
    member = empty.as_role(account, "organizations")
    assert member.describe_account(AccountId=account)["Account"]["Id"] == account
    assert refusal(member.close_account, AccountId=account) == DENIED


def test_a_deny_wins_and_a_condition_counts(empty, organizations):
    account = empty.new_account("one")
    member = empty.as_role(account, "organizations")
    organizations.put_resource_policy(Content=_policy(account, effect="Deny"))
    assert refusal(member.list_accounts) == DENIED
    scp_alone = {"StringEquals": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}
    organizations.put_resource_policy(Content=_policy(account, Condition=scp_alone))
    assert member.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert refusal(member.list_policies, Filter="TAG_POLICY") == DENIED


def test_a_closed_account_may_not_call(empty, organizations):
    account = empty.new_account("one")
    member = empty.as_role(account, "organizations")
    organizations.close_account(AccountId=account)
    assert refusal(member.describe_organization) == DENIED
