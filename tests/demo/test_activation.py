"""Services say themselves whether they work in the organization: with trusted access, unless told otherwise."""

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from orgwarden.demo.services.activating import ADMINISTERED
from orgwarden.demo.services.activation import SAID_BY
from tests.demo.asking import refusal

NO = {"ServiceQuotaTemplateNotInUseException", "ResourceNotFoundException"}
# These answer any account about itself, and of the organization only to the management account.
ABOUT_ONESELF = {"compute-optimizer", "license-manager", "license-manager-linux-subscriptions"}
YES = ("ENABLED", "RUNNING", "ASSOCIATED", "Active", "READY", "Enabled", True)


def _ask(client, operation):
    more = {"includeOrganizationInfo": True} if operation == "ListEnrollmentStatuses" else {}
    return getattr(client, xform_name(operation))(**more)


def _says_yes(client, operation):
    try:
        told = _ask(client, operation)
    except ClientError as error:
        if error.response["Error"]["Code"] in NO:
            return False
        raise
    del told["ResponseMetadata"]
    return any(word in _leaves(told) for word in YES) or "adminAccountId" in told or bool(told.get("Administrators"))


def _leaves(value):
    if isinstance(value, dict | list):
        return [leaf for inner in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(inner)]
    return [value]


@pytest.mark.parametrize("principal", SAID_BY)
def test_a_service_is_activated_by_trusted_access_unless_a_patch_says_otherwise(empty, organizations, principal):
    service, operation, _ = SAID_BY[principal]
    client = empty.client(service, region="us-east-1")
    assert not _says_yes(client, operation)
    organizations.enable_aws_service_access(ServicePrincipal=principal)
    assert _says_yes(client, operation)
    assert empty.http("PATCH", "/demo/state", {"services": {principal: {"activated": False}}})[0] == 200
    assert not _says_yes(client, operation)


@pytest.mark.parametrize("principal", [name for name, said in SAID_BY.items() if said[0] not in ABOUT_ONESELF])
def test_a_member_is_refused_what_concerns_the_organization(empty, principal):
    service, operation, _ = SAID_BY[principal]
    member = empty.as_role(empty.new_account("one"), service)
    assert refusal(_ask, member, operation)[1] in (400, 403)


@pytest.mark.parametrize("row", ADMINISTERED, ids=[row[0] for row in ADMINISTERED])
def test_an_administrator_that_a_service_registers_is_registered_with_the_organization(empty, organizations, row):
    service, begin, end, parameter, name = row
    client, account = empty.client(service, region="us-east-1"), empty.new_account("one")
    principal = f"{name}.amazonaws.com"
    getattr(client, xform_name(begin))(**{parameter: account})
    listed = organizations.list_delegated_administrators(ServicePrincipal=principal)["DelegatedAdministrators"]
    assert [one["Id"] for one in listed] == [account]
    assert account in _leaves(_ask(client, SAID_BY[principal][1]))
    elsewhere = empty.client(service, region="eu-north-1")
    assert not _says_yes(elsewhere, SAID_BY[principal][1])
    getattr(client, xform_name(end))(**({} if service in ("fms", "detective") else {parameter: account}))
    assert not _says_yes(client, SAID_BY[principal][1])


def test_stack_sets_are_activated_and_deactivated_by_their_own_calls(empty, organizations):
    client = empty.client("cloudformation")
    client.activate_organizations_access()
    assert client.describe_organizations_access()["Status"] == "ENABLED"
    enabled = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert "member.org.stacksets.cloudformation.amazonaws.com" in [one["ServicePrincipal"] for one in enabled]
    client.deactivate_organizations_access()
    assert client.describe_organizations_access()["Status"] == "DISABLED"


def test_the_registered_administrator_is_the_one_that_is_named(empty, organizations):
    account = empty.new_account("one")
    organizations.enable_aws_service_access(ServicePrincipal="guardduty.amazonaws.com")
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="guardduty.amazonaws.com")
    told = empty.client("guardduty").list_organization_admin_accounts()["AdminAccounts"]
    assert told == [{"AdminAccountId": account, "AdminStatus": "ENABLED"}]
    assert empty.as_role(account, "guardduty").list_organization_admin_accounts()["AdminAccounts"] == told


def test_cross_account_backup_is_told_as_text(empty, organizations):
    client = empty.client("backup")
    assert client.describe_global_settings()["GlobalSettings"] == {"isCrossAccountBackupEnabled": "false"}
    organizations.enable_aws_service_access(ServicePrincipal="backup.amazonaws.com")
    assert client.describe_global_settings()["GlobalSettings"] == {"isCrossAccountBackupEnabled": "true"}
