from collections.abc import Mapping

import pytest
from botocore.session import Session
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from orgwarden.aws.iam_names import ACTIONS, BESIDES, PREFIXES, iam_action, iam_actions
from orgwarden.collect.actions import every_action

# The actions of the Service Authorization Reference by prefix, in small letters.
KNOWN: Mapping[str, Mapping[str, object]] = load_resource(AdditionalSpecs, "Policies.json")
BOTO = Session()
OPERATIONS = sorted({action.operation for action in every_action()})
TABLE = sorted({*ACTIONS, *BESIDES})


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("organizations:ListAccounts", "organizations:ListAccounts"),
        ("sso-admin:ListInstances", "sso:ListInstances"),
        ("elbv2:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("s3:ListBuckets", "s3:ListAllMyBuckets"),
        ("apigateway:GetRestApis", "apigateway:GET"),
        ("detective:ListOrganizationAdminAccounts", "detective:ListOrganizationAdminAccount"),
        ("resource-explorer-2:ListResources", "resource-explorer-2:Search"),
    ],
)
def test_an_operation_is_granted_by_iams_name_of_it(operation, action):
    assert iam_action(operation) == action


def test_who_one_is_needs_no_grant():
    assert iam_action("sts:GetCallerIdentity") == ""
    assert iam_actions("sts:GetCallerIdentity") == ()


def test_an_operation_that_makes_its_service_ask_another_takes_both_actions():
    assert iam_actions("health:DescribeHealthServiceStatusForOrganization") == (
        "health:DescribeHealthServiceStatusForOrganization",
        "organizations:ListAccounts",
    )


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_action_is_one_that_iam_has(operation):
    for prefix, _, name in (action.partition(":") for action in iam_actions(operation)):
        assert name.lower() in KNOWN[prefix]["Actions"]


@pytest.mark.parametrize("operation", [*OPERATIONS, *TABLE])
def test_every_operation_is_one_that_boto3_has(operation):
    service, _, name = operation.partition(":")
    assert name in BOTO.get_service_model(service).operation_names


def test_the_table_has_no_line_that_nobody_needs():
    assert set(TABLE) <= set(OPERATIONS)
    assert PREFIXES.keys() <= {operation.partition(":")[0] for operation in OPERATIONS}
