"""What services themselves say on whether they work in the whole organization.

A service works in the organization exactly when it has trusted access, unless ``kept["services"]`` says otherwise by
``{principal: {"activated": false}}``: PATCH /demo/state sets that, and so do the services' own calls to begin and end
(``activating``). Where a service has an administrator, that is the account registered for it in AWS Organizations, else
the management account, in every region; registered through the service itself, it is that of the region.

``SAID_BY`` names, by principal, the call that tells, and how its answer says that the service is activated.
"""

from collections.abc import Mapping

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

STACK_SETS = ("member.org.stacksets.cloudformation.amazonaws.com", "stacksets.cloudformation.amazonaws.com")

SAID_BY: Mapping[str, tuple[str, str, str]] = {
    STACK_SETS[0]: ("cloudformation", "DescribeOrganizationsAccess", "Status is ENABLED"),
    STACK_SETS[1]: ("cloudformation", "DescribeOrganizationsAccess", "Status is ENABLED"),
    "servicecatalog.amazonaws.com": (
        "servicecatalog",
        "GetAWSOrganizationsAccessStatus",
        "AccessStatus is ENABLED",
    ),
    "cost-optimization-hub.bcm.amazonaws.com": (
        "cost-optimization-hub",
        "ListEnrollmentStatuses",
        "includeMemberAccounts is true",
    ),
    "compute-optimizer.amazonaws.com": (
        "compute-optimizer",
        "GetEnrollmentStatus",
        "status is Active and memberAccountsEnrolled true",
    ),
    "health.amazonaws.com": (
        "health",
        "DescribeHealthServiceStatusForOrganization",
        "healthServiceAccessStatusForOrganization is ENABLED",
    ),
    "license-manager.amazonaws.com": (
        "license-manager",
        "GetServiceSettings",
        "OrganizationConfiguration.EnableIntegration is true",
    ),
    "license-manager-linux-subscriptions.amazonaws.com": (
        "license-manager-linux-subscriptions",
        "GetServiceSettings",
        "LinuxSubscriptionsDiscoverySettings.OrganizationIntegration is Enabled",
    ),
    "wellarchitected.amazonaws.com": ("wellarchitected", "GetGlobalSettings", "OrganizationSharingStatus is ENABLED"),
    "servicequotas.amazonaws.com": (
        "service-quotas",
        "GetAssociationForServiceQuotaTemplate",
        "ServiceQuotaTemplateAssociationStatus is ASSOCIATED; ServiceQuotaTemplateNotInUseException says no",
    ),
    "networkmanager.amazonaws.com": (
        "networkmanager",
        "ListOrganizationServiceAccessStatus",
        "OrganizationStatus.OrganizationAwsServiceAccessStatus is ENABLED",
    ),
    "notifications.amazonaws.com": (
        "notifications",
        "GetNotificationsAccessForOrganization",
        "notificationsAccessForOrganization.accessStatus is ENABLED",
    ),
    "observabilityadmin.amazonaws.com": (
        "observabilityadmin",
        "GetTelemetryEvaluationStatusForOrganization",
        "Status is RUNNING",
    ),
    "ec2.capacitymanager.amazonaws.com": ("ec2", "GetCapacityManagerAttributes", "OrganizationsAccess is true"),
    "resource-explorer-2.amazonaws.com": (
        "resource-explorer-2",
        "GetAccountLevelServiceConfiguration",
        "OrgConfiguration.AWSServiceAccessStatus is ENABLED",
    ),
    "guardduty.amazonaws.com": ("guardduty", "ListOrganizationAdminAccounts", "an AdminStatus is ENABLED"),
    "securityhub.amazonaws.com": ("securityhub", "ListOrganizationAdminAccounts", "a Status is ENABLED"),
    "inspector2.amazonaws.com": ("inspector2", "ListDelegatedAdminAccounts", "a status is ENABLED"),
    "macie.amazonaws.com": ("macie2", "ListOrganizationAdminAccounts", "a status is ENABLED"),
    "detective.amazonaws.com": ("detective", "ListOrganizationAdminAccounts", "Administrators is not empty"),
    "fms.amazonaws.com": ("fms", "GetAdminAccount", "RoleStatus is READY; ResourceNotFoundException says no"),
    "auditmanager.amazonaws.com": (
        "auditmanager",
        "GetOrganizationAdminAccount",
        "adminAccountId is there; ResourceNotFoundException says no",
    ),
}
# How each of these services refuses a caller that is neither the management account nor its administrator.
REFUSALS: Mapping[str, str] = {
    "cloudformation": "ValidationError",
    "ec2": "UnauthorizedOperation",
    "guardduty": "BadRequestException",
    "fms": "InvalidOperationException",
    "backup": "InvalidRequestException",
}


def activated(demo: Demo, *principals: str) -> bool:
    """Say whether a service, under any of its principals, works in the organization."""
    said = [demo.kept.get("services", {}).get(it, {}).get("activated") for it in principals]
    told = [one for one in said if one is not None]
    return any(told) if told else any(it in demo.organization.services for it in principals)


def administrator(demo: Demo, principal: str, region: str) -> str:
    """Give the account that administers a service in a region, or nothing."""
    if not activated(demo, principal):
        return ""
    regions = demo.kept.get("services", {}).get(principal, {}).get("administrators")
    if regions:
        return str(regions.get(region, ""))
    registered = [id_ for id_, services in demo.organization.delegated.items() if principal in services]
    return registered[0] if registered else MANAGEMENT_ID


def refuse_others(demo: Demo, call: Call, *principals: str) -> None:
    """Refuse a caller that is neither the management account nor a delegated administrator of the service."""
    caller = call.caller.account
    if caller == MANAGEMENT_ID or any(it in demo.organization.delegated.get(caller, {}) for it in principals):
        return
    text = f"The account {caller} is neither the management account nor a delegated administrator of the organization."
    raise AwsError(REFUSALS.get(call.service, "AccessDeniedException"), text)


def _on(demo: Demo, call: Call, *principals: str) -> bool:
    refuse_others(demo, call, *principals)
    return activated(demo, *principals)


# -- services that say it in a word


@answers("cloudformation", "DescribeOrganizationsAccess")
def cloudformation(demo: Demo, call: Call) -> Result:
    return {"Status": "ENABLED" if _on(demo, call, *STACK_SETS) else "DISABLED"}


@answers("servicecatalog", "GetAWSOrganizationsAccessStatus")
def service_catalog(demo: Demo, call: Call) -> Result:
    return {"AccessStatus": "ENABLED" if _on(demo, call, "servicecatalog.amazonaws.com") else "DISABLED"}


@answers("health", "DescribeHealthServiceStatusForOrganization")
def health(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "health.amazonaws.com")
    return {"healthServiceAccessStatusForOrganization": "ENABLED" if on else "DISABLED"}


@answers("wellarchitected", "GetGlobalSettings")
def well_architected(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "wellarchitected.amazonaws.com")
    return {"OrganizationSharingStatus": "ENABLED" if on else "DISABLED", "DiscoveryIntegrationStatus": "DISABLED"}


@answers("notifications", "GetNotificationsAccessForOrganization")
def notifications(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "notifications.amazonaws.com")
    return {"notificationsAccessForOrganization": {"accessStatus": "ENABLED" if on else "DISABLED"}}


@answers("observabilityadmin", "GetTelemetryEvaluationStatusForOrganization")
def observability(demo: Demo, call: Call) -> Result:
    return {"Status": "RUNNING" if _on(demo, call, "observabilityadmin.amazonaws.com") else "NOT_STARTED"}


@answers("networkmanager", "ListOrganizationServiceAccessStatus")
def network_manager(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "networkmanager.amazonaws.com")
    status = {"OrganizationId": demo.organization.id, "OrganizationAwsServiceAccessStatus": "ENABLED"}
    return {"OrganizationStatus": status if on else {**status, "OrganizationAwsServiceAccessStatus": "DISABLED"}}


@answers("service-quotas", "GetAssociationForServiceQuotaTemplate")
def service_quotas(demo: Demo, call: Call) -> Result:
    if not _on(demo, call, "servicequotas.amazonaws.com"):
        raise AwsError("ServiceQuotaTemplateNotInUseException", "The quota request template is not associated.")
    return {"ServiceQuotaTemplateAssociationStatus": "ASSOCIATED"}


@answers("ec2", "GetCapacityManagerAttributes")
def capacity_manager(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "ec2.capacitymanager.amazonaws.com")
    return {"CapacityManagerStatus": "enabled" if on else "disabled", "OrganizationsAccess": on, "DataExportCount": 0}


@answers("resource-explorer-2", "GetAccountLevelServiceConfiguration")
def resource_explorer(demo: Demo, call: Call) -> Result:
    on = _on(demo, call, "resource-explorer-2.amazonaws.com")
    role = "AWSServiceRoleForResourceExplorer"
    arn = f"arn:aws:iam::{call.caller.account}:role/aws-service-role/resource-explorer-2.amazonaws.com/{role}"
    status = {"AWSServiceAccessStatus": "ENABLED" if on else "DISABLED"}
    return {"OrgConfiguration": {**status, "ServiceLinkedRole": arn} if on else status}


@answers("backup", "DescribeGlobalSettings")
def backup(demo: Demo, call: Call) -> Result:
    on = str(_on(demo, call, "backup.amazonaws.com")).lower()
    return {"GlobalSettings": {"isCrossAccountBackupEnabled": on}, "LastUpdateTime": now()}


# -- services that any account may ask about itself


@answers("compute-optimizer", "GetEnrollmentStatus")
def compute_optimizer(demo: Demo, call: Call) -> Result:
    on = activated(demo, "compute-optimizer.amazonaws.com")
    ours = on and call.caller.account == MANAGEMENT_ID
    told = {"status": "Active" if on else "Inactive", "memberAccountsEnrolled": ours, "lastUpdatedTimestamp": now()}
    members = len(demo.organization.accounts) - 1
    return {**told, "numberOfMemberAccountsOptedIn": members} if ours else told


@answers("cost-optimization-hub", "ListEnrollmentStatuses")
def cost_optimization_hub(demo: Demo, call: Call) -> Result:
    principal = "cost-optimization-hub.bcm.amazonaws.com"
    whole = bool(call.parameters.get("includeOrganizationInfo"))
    if whole or call.of("accountId") not in ("", call.caller.account):
        refuse_others(demo, call, principal)
    on = activated(demo, principal)
    about = {"status": "Active" if on else "Inactive", "lastUpdatedTimestamp": now(), "createdTimestamp": now()}
    item = {"accountId": call.of("accountId") or call.caller.account, **about}
    return {"items": [item], "includeMemberAccounts": on and call.caller.account == MANAGEMENT_ID}


@answers("license-manager", "GetServiceSettings")
def license_manager(demo: Demo, call: Call) -> Result:
    on = activated(demo, "license-manager.amazonaws.com") and call.caller.account == MANAGEMENT_ID
    return {"OrganizationConfiguration": {"EnableIntegration": on}, "EnableCrossAccountsDiscovery": on}


@answers("license-manager-linux-subscriptions", "GetServiceSettings")
def linux_subscriptions(demo: Demo, call: Call) -> Result:
    on = activated(demo, "license-manager-linux-subscriptions.amazonaws.com") and call.caller.account == MANAGEMENT_ID
    word = "Enabled" if on else "Disabled"
    settings = {"OrganizationIntegration": word, "SourceRegions": [call.region]}
    return {"LinuxSubscriptionsDiscovery": word, "LinuxSubscriptionsDiscoverySettings": settings}


# -- services that name an administrator


def _administrators(demo: Demo, call: Call, principal: str) -> list[str]:
    refuse_others(demo, call, principal)
    found = administrator(demo, principal, call.region)
    return [found] if found else []


@answers("guardduty", "ListOrganizationAdminAccounts")
def guard_duty(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "guardduty.amazonaws.com")
    return {"AdminAccounts": [{"AdminAccountId": id_, "AdminStatus": "ENABLED"} for id_ in listed]}


@answers("securityhub", "ListOrganizationAdminAccounts")
def security_hub(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "securityhub.amazonaws.com")
    return {"AdminAccounts": [{"AccountId": id_, "Status": "ENABLED"} for id_ in listed], "Feature": "SecurityHub"}


@answers("inspector2", "ListDelegatedAdminAccounts")
def inspector(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "inspector2.amazonaws.com")
    return {"delegatedAdminAccounts": [{"accountId": id_, "status": "ENABLED"} for id_ in listed]}


@answers("macie2", "ListOrganizationAdminAccounts")
def macie(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "macie.amazonaws.com")
    return {"adminAccounts": [{"accountId": id_, "status": "ENABLED"} for id_ in listed]}


@answers("detective", "ListOrganizationAdminAccounts")
def detective(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "detective.amazonaws.com")
    graph = f"arn:aws:detective:{call.region}:{{}}:graph:{'0' * 32}"
    return {"Administrators": [{"AccountId": id_, "GraphArn": graph.format(id_)} for id_ in listed]}


@answers("fms", "GetAdminAccount")
def firewall_manager(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "fms.amazonaws.com")
    if not listed:
        raise AwsError("ResourceNotFoundException", "No Firewall Manager administrator account was found.")
    return {"AdminAccount": listed[0], "RoleStatus": "READY"}


@answers("auditmanager", "GetOrganizationAdminAccount")
def audit_manager(demo: Demo, call: Call) -> Result:
    listed = _administrators(demo, call, "auditmanager.amazonaws.com")
    if not listed:
        raise AwsError("ResourceNotFoundException", "No delegated administrator was found.")
    return {"adminAccountId": listed[0], "organizationId": demo.organization.id}
