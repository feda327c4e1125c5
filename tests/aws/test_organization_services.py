"""Both names of a service are known, and what is not known is a workload."""

import pytest

from orgwarden.aws.organization_services import is_organization_level


@pytest.mark.parametrize(
    "service",
    ["AWSCloudTrail", "AWS CloudTrail", "awskms", "AWSSecurityHub", "AmazonGuardDuty", "Amazon GuardDuty", "AmazonS3"],
)
def test_a_service_that_runs_an_organization_is_known_by_code_and_name(service: str):
    assert is_organization_level(service)
    assert is_organization_level(service.upper())


@pytest.mark.parametrize("service", ["AmazonEC2", "Amazon Elastic Compute Cloud", "AmazonRDS", "", "Unheard Of"])
def test_any_other_is_a_workload(service: str):
    assert not is_organization_level(service)
