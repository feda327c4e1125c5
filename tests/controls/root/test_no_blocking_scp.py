import json

import pytest

from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, AccountState
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS, Policy
from orgwarden.parts.root import ROOT_FEATURES
from tests.access_worlds import governed, policy
from tests.worlds import UNIT, A, B, account, gap, statuses, verdicts

CONTROL = "root.no_blocking_scp"
ID = "p-guardrail"
HERE = ("", ID)
SCP = "SERVICE_CONTROL_POLICY"


def denying(root="arn:aws:iam::*:root", **exempt):
    condition = {"StringLike": {"aws:PrincipalArn": root}, **exempt}
    body = {"Sid": "NoRoot", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


def organization(body, *targets, gaps=None, kind=SCP, aws_managed=False, **parts):
    row = Policy(name="guardrail", type=kind, aws_managed=aws_managed)
    rows = {POLICIES: {ID: row}, POLICY_BODIES: {ID: body}, POLICY_TARGETS: {ID: targets}}
    return governed({**rows, **parts.get("parts", {})}, gaps)


@pytest.mark.parametrize("target", ["r-exam", UNIT, B], ids=["root", "unit", "account"])
def test_a_policy_that_denies_root_deviates_and_names_its_statements_and_accounts(target):
    said = verdicts(CONTROL, organization(denying(), target))[HERE]
    assert (said.status, said.evidence["statements"], said.evidence["accounts"]) == ("FAIL", ("NoRoot",), (B,))


def test_one_that_exempts_the_sessions_or_denies_something_else_passes():
    exempt = {"Null": {"aws:AssumedRoot": "true"}}
    assert statuses(CONTROL, organization(denying(**exempt), "r-exam"))[HERE] == "PASS"
    assert statuses(CONTROL, organization(policy("ec2:*", effect="Deny"), "r-exam"))[HERE] == "PASS"


def test_one_that_denies_the_root_of_another_account_passes():
    world = organization(denying("arn:aws:iam::333333333333:root"), UNIT)
    assert statuses(CONTROL, world)[HERE] == "PASS"


@pytest.mark.parametrize("targets", [(), (A,)], ids=["nothing", "the management account"])
def test_one_that_binds_nobody_is_not_applicable(targets):
    assert statuses(CONTROL, organization(denying(), *targets))[HERE] == "NOT_APPLICABLE"


def test_one_that_is_attached_to_a_closed_account_alone_binds_nobody():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, organization(denying(), B, parts=closed))[HERE] == "NOT_APPLICABLE"


def test_without_central_root_access_it_is_not_applicable():
    none = {ROOT_FEATURES: {"*": ()}}
    assert statuses(CONTROL, organization(denying(), "r-exam", parts=none))[HERE] == "NOT_APPLICABLE"


def test_policies_of_aws_and_of_other_types_are_not_asked():
    assert statuses(CONTROL, organization(denying(), "r-exam", aws_managed=True)) == {}
    assert statuses(CONTROL, organization(denying(), "r-exam", kind="TAG_POLICY")) == {}


@pytest.mark.parametrize(
    "lost", [gap(ROOT_FEATURES), gap(POLICY_TARGETS, ID), gap(POLICY_BODIES, ID)], ids=lambda lost: next(iter(lost))[0]
)
def test_what_is_unread_is_unknown(lost):
    assert statuses(CONTROL, organization(denying(), "r-exam", gaps=lost))[HERE] == "UNKNOWN"


def test_an_account_that_may_stand_below_is_unknown_only_where_it_would_be_denied():
    lost = gap(PLACEMENTS, B)
    assert statuses(CONTROL, organization(denying(f"arn:aws:iam::{B}:root"), UNIT, gaps=lost))[HERE] == "UNKNOWN"
    assert statuses(CONTROL, organization(policy("ec2:*", effect="Deny"), UNIT, gaps=lost))[HERE] == "PASS"


def test_a_text_that_is_no_policy_is_unknown():
    assert statuses(CONTROL, organization("{}", "r-exam"))[HERE] == "UNKNOWN"


def test_policies_that_were_not_listed_are_unknown_and_those_of_other_types_are_anothers_business():
    assert statuses(CONTROL, governed(gaps=gap(POLICIES, SCP)))["", SCP] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(POLICIES, "TAG_POLICY"))) == {}
