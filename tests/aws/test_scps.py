"""A guardrail that denies root stops central sessions unless it spares them; one that means others is none."""

import json

import pytest

from orgwarden.aws.scps import denials_of_root, denies_root, is_beyond_full_access

ACCOUNT = "222222222222"
ROOT = {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:root"]}}
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
REGIONS = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}
GLOBAL = ["iam:*", "organizations:*", "sts:*", "support:*"]


def scp(*listed):
    return json.dumps({"Version": "2012-10-17", "Statement": list(listed)})


def deny(condition=None, **said):
    written = {"Sid": "Guard", "Effect": "Deny", "Action": "*", "Resource": "*", **said}
    kept = {name: value for name, value in written.items() if value is not None}
    return kept | ({"Condition": condition} if condition else {})


BLOCKING = {
    "root by ARN": deny(ROOT),
    "root by any partition": deny({"StringLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}}),
    "root by the account's ARN": deny({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}}),
    "root by type": deny({"StringEquals": {"aws:PrincipalType": "Account"}}),
    "root by id": deny({"StringEquals": {"aws:userid": ACCOUNT}}),
    "central sessions by name": deny({"Bool": {"aws:AssumedRoot": "true"}}),
    "root, reads of IAM alone": deny(ROOT, Action=["iam:Get*", "iam:List*"]),
    "root, all but billing": deny(ROOT, Action=None, NotAction=["aws-portal:*"]),
    "root outside some regions": deny(ROOT | REGIONS),
    "root without MFA": deny(ROOT | {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
    "root, bucket policies of one bucket": deny(ROOT, Action="s3:*", Resource="arn:aws:s3:::logs"),
    "everybody": deny(),
    "everybody, unlocking queues": deny(Action="sqs:SetQueueAttributes"),
    "everybody, on root itself": deny(Action="iam:DeleteLoginProfile", Resource="arn:aws:iam::*:root"),
    "everybody but a role": deny({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}}, Action="iam:*"),
    "everybody without a tag": deny({"StringNotEquals": {"aws:PrincipalTag/team": "platform"}}, Action="iam:*"),
    "everything but some resources": deny(Action="iam:*", Resource=None, NotResource=["arn:aws:iam::*:role/*"]),
    "an exemption for somebody else": deny(ROOT | {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:root"}}),
}
SPARING = {
    "full access": FULL,
    "by absence": deny(ROOT | {"Null": {"aws:AssumedRoot": "true"}}),
    "by false": deny(ROOT | {"Bool": {"aws:AssumedRoot": "false"}}),
    "by false if it exists": deny(ROOT | {"BoolIfExists": {"aws:AssumedRoot": "false"}}),
    "by not true": deny(ROOT | {"StringNotEquals": {"aws:AssumedRoot": "true"}}),
    "by not true if it exists": deny(ROOT | {"StringNotEqualsIfExists": {"aws:assumedroot": "true"}}),
    "root of another account": deny({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::333333333333:root"}}),
    "access keys of root alone": deny(ROOT, Action="iam:CreateAccessKey"),
    "leaving the organization": deny(Action="organizations:LeaveOrganization"),
    "regions": deny(REGIONS, Action=None, NotAction=GLOBAL),
    "regions, IAM included": deny(REGIONS),
    "regions but for a role": deny(REGIONS | {"ArnNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/Admin"}}),
    "no MFA": deny({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
    "other principals": deny({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Developer"}}),
    "IAM users": deny({"StringEquals": {"aws:PrincipalType": "User"}}),
    "service principals": deny({"Bool": {"aws:PrincipalIsAWSService": "true"}}),
    "other networks": deny({"NotIpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"},
                            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
    "insecure transport": deny({"Bool": {"aws:SecureTransport": "false"}}),
    "roles of the landing zone": deny(Action="iam:*", Resource="arn:aws:iam::*:role/AWSControlTower*"),
    "one bucket": deny(Action="s3:*", Resource=["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]),
    "all but the tasks": deny(ROOT, Action=None, NotAction=["iam:*", "s3:*", "sqs:*"]),
    "changes to trails": deny(Action=["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]),
}  # fmt: skip


@pytest.mark.parametrize("statement", BLOCKING.values(), ids=BLOCKING)
def test_what_stops_a_central_session_is_named(statement):
    assert denies_root(scp(FULL, statement), ACCOUNT) == ("Guard",)


@pytest.mark.parametrize("statement", SPARING.values(), ids=SPARING)
def test_what_spares_it_or_means_others_is_not(statement):
    assert denies_root(scp(FULL, statement), ACCOUNT) == ()


TELLING_APART = {
    "by one account's id": deny({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}),
    "by all but one": deny(ROOT | {"StringNotEquals": {"aws:ResourceAccount": [ACCOUNT, "333333333333"]}}),
    "by the beginning of an id": deny({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::2*:root"}}),
    "by an order of ids": deny({"NumericLessThan": {"aws:PrincipalAccount": "333333333333"}}),
    "by a user id": deny({"StringLike": {"aws:userid": "?33333333333"}}),
    "by a resource": deny(Action="iam:*", Resource=f"arn:aws:iam::{ACCOUNT}:root"),
    "by what is no resource": deny(Action="iam:*", Resource=None, NotResource=[f"arn:aws:iam::{ACCOUNT}:root"]),
}


@pytest.mark.parametrize("statement", (every := BLOCKING | SPARING | TELLING_APART).values(), ids=every)
def test_many_accounts_are_judged_as_each_is_by_itself(statement):
    text, accounts = scp(FULL, statement), [ACCOUNT, "333333333333", "444444444444", "555555555555"]
    each = {account: denies_root(text, account) for account in accounts}
    assert denials_of_root(text, accounts) == {account: names for account, names in each.items() if names}


def test_a_statement_without_a_name_is_counted():
    assert denies_root(scp(FULL, deny(ROOT, Sid=None), deny(ROOT)), ACCOUNT) == ("statement 2", "Guard")


@pytest.mark.parametrize(
    ("statements", "restricts"),
    [
        ([FULL], False),
        ([{**FULL, "Action": ["*"], "Resource": ["*"]}], False),
        ([FULL, deny(Action="organizations:LeaveOrganization")], True),
        ([{**FULL, "Action": "s3:*"}], True),
        ([{**FULL, "Condition": REGIONS}], True),
        ([], False),
    ],
)
def test_a_policy_that_only_allows_all_restricts_nothing(statements, restricts):
    assert is_beyond_full_access(scp(*statements)) is restricts


def test_what_is_no_policy_is_refused():
    for read in (lambda text: denies_root(text, ACCOUNT), is_beyond_full_access):
        with pytest.raises(ValueError, match="Statement"):
            read("{}")
