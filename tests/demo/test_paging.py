"""A token or a size that the demo organization did not give is refused as each service of AWS does."""

import pytest

from tests.demo.asking import refusal

INVALID = "ValidationException"
EXPRESSION = "SELECT arn WHERE accountId = '123456789012'"
COSTS = {
    "TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
    "Granularity": "MONTHLY",
    "Metrics": ["NetUnblendedCost"],
}
AGGREGATOR = {"ConfigurationAggregatorName": "all"}


@pytest.fixture
def ready(empty):
    """An aggregator, without which Config has nothing to page through."""
    source = {"RoleArn": "arn:aws:iam::123456789012:role/config", "AllAwsRegions": True}
    empty.client("config", region="us-east-1").put_configuration_aggregator(
        **AGGREGATOR, OrganizationAggregationSource=source
    )
    return empty


@pytest.mark.parametrize(
    ("service", "operation", "asked", "code"),
    [
        ("organizations", "list_accounts", {"NextToken": "abc"}, "InvalidInputException"),
        ("organizations", "list_accounts", {"MaxResults": 21}, "InvalidInputException"),
        ("account", "list_regions", {"NextToken": "abc"}, INVALID),
        ("controltower", "list_enabled_baselines", {"nextToken": "abc"}, INVALID),
        ("resource-explorer-2", "list_indexes", {"NextToken": "abc"}, INVALID),
        ("rolesanywhere", "list_trust_anchors", {"nextToken": "abc"}, INVALID),
        ("sso-admin", "list_instances", {"NextToken": "abc"}, INVALID),
        ("iam", "list_service_specific_credentials", {"AllUsers": True, "Marker": "abc"}, "ValidationError"),
        ("iam", "list_service_specific_credentials", {"AllUsers": True, "Marker": "²"}, "ValidationError"),
        ("resourcegroupstaggingapi", "get_resources", {"PaginationToken": "abc"}, "PaginationTokenExpiredException"),
        ("resourcegroupstaggingapi", "get_resources", {"ResourcesPerPage": 0}, "InvalidParameterException"),
        ("ce", "get_cost_and_usage", {**COSTS, "NextPageToken": "abc"}, "InvalidNextTokenException"),
        (
            "config",
            "select_aggregate_resource_config",
            {**AGGREGATOR, "Expression": EXPRESSION, "NextToken": "abc"},
            "InvalidNextTokenException",
        ),
        (
            "config",
            "select_aggregate_resource_config",
            {**AGGREGATOR, "Expression": EXPRESSION, "Limit": 101},
            "InvalidLimitException",
        ),
    ],
)
def test_what_nobody_gave_is_refused_in_the_words_of_the_service(ready, service, operation, asked, code):
    client = ready.client(service, region="us-east-1")
    assert refusal(getattr(client, operation), **asked) == (code, 400)


def test_config_takes_a_limit_of_nothing_for_its_usual_one(ready):
    config = ready.client("config", region="us-east-1")
    asked = {**AGGREGATOR, "Expression": EXPRESSION, "Limit": 0}
    assert config.select_aggregate_resource_config(**asked)["Results"] == []
