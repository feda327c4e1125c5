"""What a heap of policies allows comes down to one word, and the word errs upwards."""

import json
import re

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from orgwarden.aws.access_levels import (
    Reach,
    beyond_billing,
    billing_writes,
    combined,
    reach,
)

MANAGED = {name: json.dumps(policy["Document"]) for name, policy in json.loads(aws_managed_policies_data).items()}
READERS = [name for name in MANAGED if re.search(r"Read-?OnlyAccess$|ViewOnlyAccess|SecurityAudit$", name)]


def policy(*actions, effect="Allow", resource="*", **said):
    return json.dumps({"Statement": {"Effect": effect, "Action": list(actions), "Resource": resource, **said}})


def all_but(*actions, effect="Allow", **said):
    return json.dumps({"Statement": {"Effect": effect, "NotAction": list(actions), "Resource": "*", **said}})


@pytest.mark.parametrize("name", READERS)
def test_the_policies_that_aws_calls_read_only_read(name):
    assert reach([MANAGED[name]]) <= Reach.READ


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("AdministratorAccess", Reach.CHANGE),
        ("PowerUserAccess", Reach.CHANGE),
        ("IAMFullAccess", Reach.CHANGE),
        ("ReadOnlyAccess", Reach.READ),
        ("SecurityAudit", Reach.READ),
        ("ViewOnlyAccess", Reach.READ),
        ("Billing", Reach.BILLING_CHANGE),
        ("AWSBillingReadOnlyAccess", Reach.BILLING_READ),
        ("AWSSupportAccess", Reach.BILLING_READ),
        ("IAMUserChangePassword", Reach.NOTHING),
        ("AWSDenyAll", Reach.NOTHING),
    ],
)
def test_well_known_policies_of_aws_have_the_reach_that_people_know(name, level):
    assert reach([MANAGED[name]]) == level


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("*", Reach.CHANGE),
        ("*:*", Reach.CHANGE),
        ("*:Get*", Reach.READ),
        ("s3:*", Reach.CHANGE),
        ("s3:Get*", Reach.READ),
        ("s3:G*", Reach.CHANGE),
        ("S3:GETOBJECT", Reach.READ),
        ("s3:*Object", Reach.CHANGE),
        ("iam:GenerateCredentialReport", Reach.READ),
        ("sts:AssumeRole", Reach.CHANGE),
        ("license-manager:CheckoutLicense", Reach.CHANGE),
        ("ses:VerifyEmailIdentity", Reach.CHANGE),
        ("ce:Get*", Reach.BILLING_READ),
        ("ce:*", Reach.BILLING_CHANGE),
        ("bcm-data-exports:CreateExport", Reach.BILLING_CHANGE),
        ("aws-portal:ViewBilling", Reach.BILLING_READ),
        ("account:GetAccountInformation", Reach.BILLING_READ),
        ("account:CloseAccount", Reach.CHANGE),
        ("support:CreateCase", Reach.BILLING_READ),
        ("billing", Reach.BILLING_CHANGE),
    ],
)
def test_the_verb_and_the_namespace_tell_the_reach_of_an_action(action, level):
    assert reach([policy(action)]) == level


def test_an_allow_with_not_action_allows_the_rest():
    assert reach([all_but("iam:*", "organizations:*")]) == Reach.CHANGE
    assert reach([all_but("*")]) == Reach.NOTHING


@pytest.mark.parametrize(
    ("deny", "level"),
    [
        (policy("*", effect="Deny"), Reach.NOTHING),
        (policy("s3:*", effect="Deny"), Reach.NOTHING),
        (policy("s3:Put*", effect="Deny"), Reach.CHANGE),
        (policy("s3:*", effect="Deny", resource="arn:aws:s3:::a"), Reach.CHANGE),
        (policy("*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}), Reach.CHANGE),
        (all_but("s3:Get*", effect="Deny"), Reach.READ),
        (all_but("ce:*", effect="Deny"), Reach.NOTHING),
        (all_but("*", effect="Deny"), Reach.CHANGE),
    ],
)
def test_a_deny_counts_where_it_surely_takes_away_all_of_it(deny, level):
    assert reach([policy("s3:*"), deny]) == level


def test_a_deny_may_be_as_narrow_as_what_it_takes_away():
    narrow = "arn:aws:s3:::a"
    assert reach([policy("s3:*", resource=narrow), policy("s3:*", effect="Deny", resource=narrow)]) == Reach.NOTHING


@pytest.mark.parametrize(
    ("granted", "boundary", "level"),
    [
        ("*", "s3:Get*", Reach.READ),
        ("*", "ce:*", Reach.BILLING_CHANGE),
        ("ce:*", "s3:*", Reach.NOTHING),
        ("s3:Get*", "*", Reach.READ),
        ("ce:*", "ce:Get*", Reach.BILLING_READ),
        ("s3:*", "s3:*", Reach.CHANGE),
    ],
)
def test_a_boundary_leaves_what_both_allow(granted, boundary, level):
    assert reach([policy(granted)], policy(boundary)) == level
    assert reach([policy(granted)], policy("*", effect="Deny")) == Reach.NOTHING


@pytest.mark.parametrize(
    ("action", "resource", "level"),
    [
        ("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}", Reach.NOTHING),
        ("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}", Reach.NOTHING),
        ("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}", Reach.CHANGE),
        ("iam:*", "arn:aws:iam::*:user/${aws:username}", Reach.CHANGE),
        ("iam:CreateAccessKey", "*", Reach.CHANGE),
    ],
)
def test_looking_after_ones_own_credentials_is_no_reach(action, resource, level):
    assert reach([policy(action, resource=resource)]) == level


def test_several_reaches_count_as_the_furthest():
    assert combined([Reach.READ, Reach.BILLING_CHANGE]) == Reach.BILLING_CHANGE
    assert combined([]) == Reach.NOTHING
    assert reach([]) == Reach.NOTHING


def test_what_finance_should_not_have_is_named():
    texts = [policy("ce:*", "ce:GetTags", "s3:GetObject"), policy("budgets:ModifyBudget", "ec2:RunInstances")]
    assert beyond_billing(texts) == ("ec2:RunInstances", "s3:GetObject")
    assert billing_writes(texts) == ("budgets:ModifyBudget", "ce:*")
    assert beyond_billing([all_but("iam:*", "sso:*")]) == ("all but iam:*, sso:*",)
    assert billing_writes([MANAGED["AWSBillingReadOnlyAccess"]]) == ()
    assert beyond_billing([MANAGED["Billing"]]) == ()


def test_what_is_no_policy_is_refused():
    with pytest.raises(ValueError, match="Statement"):
        reach(["{}"])
    with pytest.raises(ValueError, match="Statement"):
        reach([], "{}")
