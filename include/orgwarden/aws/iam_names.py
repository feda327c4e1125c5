"""By what name IAM grants an operation: mostly ``service:Operation``, and sometimes neither half is the API's own.

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
    "taxsettings": "tax",
}
# Operations whose action has another name.
ACTIONS = {
    "apigateway:GetRestApis": "apigateway:GET",
    "apigatewayv2:GetApis": "apigateway:GET",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
# Everybody may ask who they are; no policy grants or denies it.
NEEDS_NO_GRANT = frozenset({"sts:GetCallerIdentity"})


def iam_action(operation: str) -> str:
    """Give IAM's name of an operation (``service:Operation``, as boto3 names them); empty where none is needed."""
    if operation in NEEDS_NO_GRANT:
        return ""
    service, _, name = operation.partition(":")
    return ACTIONS.get(operation, f"{PREFIXES.get(service, service)}:{name}")
