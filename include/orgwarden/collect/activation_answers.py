"""What services say of their own work in the organization; a word that is not known here does not parse.

Each answer knows whether it says that the service is activated.
"""

from abc import ABC, abstractmethod
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from orgwarden.collect import iam_answers

# Of services that begin the names of their fields with a small letter.
SMALL = ConfigDict(alias_generator=to_camel)


class Said(BaseModel, ABC):
    """A service's word; ``activated``: it works in the organization."""

    @property
    @abstractmethod
    def activated(self) -> bool:
        """Say whether the service works in the organization."""


class DescribeOrganizationsAccess(Said):
    """cloudformation:DescribeOrganizationsAccess."""

    Status: Literal["ENABLED", "DISABLED", "DISABLED_PERMANENTLY"]

    @property
    def activated(self) -> bool:
        return self.Status == "ENABLED"


class GetAWSOrganizationsAccessStatus(Said):
    """servicecatalog:GetAWSOrganizationsAccessStatus."""

    AccessStatus: Literal["ENABLED", "UNDER_CHANGE", "DISABLED"]

    @property
    def activated(self) -> bool:
        return self.AccessStatus == "ENABLED"


class Enrollment(BaseModel):
    """One account of cost-optimization-hub:ListEnrollmentStatuses."""

    status: Literal["Active", "Inactive"]


class ListEnrollmentStatuses(Said):
    """cost-optimization-hub:ListEnrollmentStatuses."""

    model_config = SMALL

    items: list[Enrollment]
    include_member_accounts: bool

    @property
    def activated(self) -> bool:
        return self.include_member_accounts and any(item.status == "Active" for item in self.items)


class GetEnrollmentStatus(Said):
    """compute-optimizer:GetEnrollmentStatus, as the management account is answered."""

    model_config = SMALL

    status: Literal["Active", "Inactive", "Pending", "Failed"]
    member_accounts_enrolled: bool

    @property
    def activated(self) -> bool:
        return self.status == "Active" and self.member_accounts_enrolled


class DescribeHealthServiceStatusForOrganization(Said):
    """health:DescribeHealthServiceStatusForOrganization."""

    model_config = SMALL

    health_service_access_status_for_organization: Literal["ENABLED", "DISABLED", "PENDING"]

    @property
    def activated(self) -> bool:
        return self.health_service_access_status_for_organization == "ENABLED"


class LicenseIntegration(BaseModel):
    """The organization part of license-manager:GetServiceSettings."""

    EnableIntegration: bool


class GetLicenseSettings(Said):
    """license-manager:GetServiceSettings."""

    OrganizationConfiguration: LicenseIntegration

    @property
    def activated(self) -> bool:
        return self.OrganizationConfiguration.EnableIntegration


class GetGlobalSettings(Said):
    """wellarchitected:GetGlobalSettings."""

    OrganizationSharingStatus: Literal["ENABLED", "DISABLED"]

    @property
    def activated(self) -> bool:
        return self.OrganizationSharingStatus == "ENABLED"


class GetAssociationForServiceQuotaTemplate(Said):
    """service-quotas:GetAssociationForServiceQuotaTemplate."""

    ServiceQuotaTemplateAssociationStatus: Literal["ASSOCIATED", "DISASSOCIATED"]

    @property
    def activated(self) -> bool:
        return self.ServiceQuotaTemplateAssociationStatus == "ASSOCIATED"


class NetworkStatus(BaseModel):
    """The organization part of networkmanager:ListOrganizationServiceAccessStatus."""

    OrganizationAwsServiceAccessStatus: Literal["ENABLED", "DISABLED"]


class ListOrganizationServiceAccessStatus(Said):
    """networkmanager:ListOrganizationServiceAccessStatus."""

    OrganizationStatus: NetworkStatus

    @property
    def activated(self) -> bool:
        return self.OrganizationStatus.OrganizationAwsServiceAccessStatus == "ENABLED"


class NotificationsAccess(BaseModel):
    """The one field of notifications:GetNotificationsAccessForOrganization."""

    model_config = SMALL

    access_status: Literal["ENABLED", "DISABLED", "PENDING", "FAILED"]


class GetNotificationsAccessForOrganization(Said):
    """notifications:GetNotificationsAccessForOrganization."""

    model_config = SMALL

    notifications_access_for_organization: NotificationsAccess

    @property
    def activated(self) -> bool:
        return self.notifications_access_for_organization.access_status == "ENABLED"


class GetTelemetryEvaluationStatusForOrganization(Said):
    """observabilityadmin:GetTelemetryEvaluationStatusForOrganization."""

    Status: Literal["NOT_STARTED", "STARTING", "FAILED_START", "RUNNING", "STOPPING", "FAILED_STOP", "STOPPED"]

    @property
    def activated(self) -> bool:
        return self.Status in {"STARTING", "RUNNING"}


class ExplorerAccess(BaseModel):
    """The organization part of resource-explorer-2:GetAccountLevelServiceConfiguration."""

    AWSServiceAccessStatus: Literal["ENABLED", "DISABLED"]


class GetAccountLevelServiceConfiguration(Said):
    """resource-explorer-2:GetAccountLevelServiceConfiguration."""

    OrgConfiguration: ExplorerAccess

    @property
    def activated(self) -> bool:
        return self.OrgConfiguration.AWSServiceAccessStatus == "ENABLED"


class GuardDutyAdministrator(BaseModel):
    """One administrator of GuardDuty."""

    AdminStatus: Literal["ENABLED", "DISABLE_IN_PROGRESS"]


class ListGuardDutyAdministrators(Said):
    """guardduty:ListOrganizationAdminAccounts, of one Region."""

    AdminAccounts: list[GuardDutyAdministrator]

    @property
    def activated(self) -> bool:
        return any(one.AdminStatus == "ENABLED" for one in self.AdminAccounts)


class SecurityHubAdministrator(BaseModel):
    """One administrator of Security Hub."""

    Status: Literal["ENABLED", "DISABLE_IN_PROGRESS"]


class ListSecurityHubAdministrators(Said):
    """securityhub:ListOrganizationAdminAccounts, of one Region."""

    AdminAccounts: list[SecurityHubAdministrator]

    @property
    def activated(self) -> bool:
        return any(one.Status == "ENABLED" for one in self.AdminAccounts)


class ThreatAdministrator(BaseModel):
    """One administrator of Macie or Inspector."""

    status: Literal["ENABLED", "DISABLE_IN_PROGRESS", "DISABLING_IN_PROGRESS"]


class ListMacieAdministrators(Said):
    """macie2:ListOrganizationAdminAccounts, of one Region."""

    model_config = SMALL

    admin_accounts: list[ThreatAdministrator]

    @property
    def activated(self) -> bool:
        return any(one.status == "ENABLED" for one in self.admin_accounts)


class ListInspectorAdministrators(Said):
    """inspector2:ListDelegatedAdminAccounts, of one Region."""

    model_config = SMALL

    delegated_admin_accounts: list[ThreatAdministrator]

    @property
    def activated(self) -> bool:
        return any(one.status == "ENABLED" for one in self.delegated_admin_accounts)


class DetectiveAdministrator(BaseModel):
    """One administrator of Detective."""

    AccountId: str


class ListDetectiveAdministrators(Said):
    """detective:ListOrganizationAdminAccounts, of one Region."""

    Administrators: list[DetectiveAdministrator]

    @property
    def activated(self) -> bool:
        return bool(self.Administrators)


class GetAdminAccount(Said):
    """fms:GetAdminAccount."""

    RoleStatus: Literal["READY", "CREATING", "PENDING_DELETION", "DELETING", "DELETED"]

    @property
    def activated(self) -> bool:
        return self.RoleStatus == "READY"


class ListOrganizationsFeatures(Said, iam_answers.ListOrganizationsFeatures):
    """iam:ListOrganizationsFeatures."""

    @property
    def activated(self) -> bool:
        return bool(self.EnabledFeatures)
