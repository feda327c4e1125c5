"""By what names IAM grants an operation: mostly ``service:Operation``, and sometimes neither half is the API's own.

The one table from the API's names to IAM's (Service Authorization Reference): policies are written by it, and the calls
that were made are held against policies by it.
"""

# The prefix of a service in IAM, by the name that boto3 has for its client; where it differs.
PREFIXES = {
    "apigatewayv2": "apigateway",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
    "sso-admin": "sso",
    "stepfunctions": "states",
}
# Operations whose action has another name.
ACTIONS = {
    "apigateway:GetRestApis": "apigateway:GET",
    "apigatewayv2:GetApis": "apigateway:GET",
    "detective:ListOrganizationAdminAccounts": "detective:ListOrganizationAdminAccount",
    # A list goes through a view as a search does, and has no action of its own (Resource Explorer API Reference).
    "resource-explorer-2:ListResources": "resource-explorer-2:Search",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
# What AWS wants to be granted beside the operation's own action, because the service asks another one in the caller's
# name ("dependent actions"), or, for stacks, because none is named (CloudFormation API Reference).
BESIDES = {
    "cloudformation:DescribeStacks": ("cloudformation:ListStacks",),
    "health:DescribeHealthServiceStatusForOrganization": ("organizations:ListAccounts",),
    "securityhub:ListOrganizationAdminAccounts": (
        "organizations:DescribeOrganization",
        "organizations:ListDelegatedAdministrators",
    ),
    "service-quotas:GetAssociationForServiceQuotaTemplate": ("organizations:DescribeOrganization",),
}
# Everybody may ask who they are; no policy grants or denies it.
NEEDS_NO_GRANT = frozenset({"sts:GetCallerIdentity"})


def iam_action(operation: str) -> str:
    """Give IAM's name of an operation (``service:Operation``, as boto3 names them); empty where none is needed."""
    if operation in NEEDS_NO_GRANT:
        return ""
    service, _, name = operation.partition(":")
    return ACTIONS.get(operation, f"{PREFIXES.get(service, service)}:{name}")


def iam_actions(operation: str) -> tuple[str, ...]:
    """Give the IAM actions that an operation takes, its own first; none where none is needed."""
    own = iam_action(operation)
    return (own, *BESIDES.get(operation, ())) if own else ()
