"""The answers of IAM that are read, as far as they are read: what is not in this shape does not parse."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from orgwarden.collect.answers import Tag, Text

# By what names a page of IAM is asked for, and where ``Listed`` has the next one's.
TOKENS = ("Marker", "following")
# IAM's documents: botocore decodes them where it can, and hands on the text where it cannot.
Document = str | dict[str, Any]
# By these iam:ListOrganizationsFeatures says that no feature can be on: the organization does not let IAM act in it.
NONE_ON = ("OrganizationNotInAllFeaturesModeException", "ServiceAccessNotEnabledException")


class Listed(BaseModel):
    """A page of a list of IAM; its marker counts only if the list goes on."""

    IsTruncated: bool = False
    Marker: str | None = None

    @model_validator(mode="after")
    def _says_where_it_goes_on(self) -> Self:
        if self.IsTruncated and not self.Marker:
            raise ValueError("the list goes on, but no marker says where")
        return self

    @property
    def following(self) -> str:
        """Give the marker of the next page; empty: this is the last."""
        return self.Marker or "" if self.IsTruncated else ""


class ListOrganizationsFeatures(BaseModel):
    """iam:ListOrganizationsFeatures; no feature at all may be said by leaving the list out."""

    OrganizationId: Text
    EnabledFeatures: list[str] = []


class GenerateCredentialReport(BaseModel):
    """iam:GenerateCredentialReport."""

    State: Literal["STARTED", "INPROGRESS", "COMPLETE"]


class GetCredentialReport(BaseModel):
    """iam:GetCredentialReport."""

    Content: bytes


class Summary(BaseModel):
    """What iam:GetAccountSummary says of the root user; it has not always told of its password."""

    AccountMFAEnabled: int
    AccountAccessKeysPresent: int
    AccountSigningCertificatesPresent: int
    AccountPasswordPresent: int | None = None


class GetAccountSummary(BaseModel):
    """iam:GetAccountSummary."""

    SummaryMap: Summary


class DeviceOwner(BaseModel):
    """To whom a virtual MFA device belongs."""

    Arn: Text


class VirtualDevice(BaseModel):
    """One device of iam:ListVirtualMFADevices."""

    SerialNumber: Text
    User: DeviceOwner | None = None


class ListVirtualMFADevices(Listed):
    """One page of iam:ListVirtualMFADevices."""

    VirtualMFADevices: list[VirtualDevice]


class ServiceCredential(BaseModel):
    """One credential of iam:ListServiceSpecificCredentials."""

    UserName: Text
    Status: Text


class ListServiceSpecificCredentials(Listed):
    """One page of iam:ListServiceSpecificCredentials."""

    ServiceSpecificCredentials: list[ServiceCredential]


class RootUser(BaseModel):
    """The root user as iam:GetUser describes it: it has neither name nor path."""

    PasswordLastUsed: datetime | None = None


class GetUser(BaseModel):
    """iam:GetUser."""

    User: RootUser


class ListedKey(BaseModel):
    """One key of iam:ListAccessKeys."""

    AccessKeyId: Text
    Status: Text


class ListAccessKeys(Listed):
    """One page of iam:ListAccessKeys."""

    AccessKeyMetadata: list[ListedKey]


class KeyUse(BaseModel):
    """The last use of a key; no date: it was never used."""

    LastUsedDate: datetime | None = None


class GetAccessKeyLastUsed(BaseModel):
    """iam:GetAccessKeyLastUsed."""

    AccessKeyLastUsed: KeyUse


class Device(BaseModel):
    """One device of iam:ListMFADevices."""

    SerialNumber: Text


class ListMFADevices(Listed):
    """One page of iam:ListMFADevices."""

    MFADevices: list[Device]


class InlinePolicy(BaseModel):
    """A policy that stands in a user, group or role."""

    PolicyDocument: Document


class AttachedPolicy(BaseModel):
    """A managed policy that is attached."""

    PolicyArn: Text


class Boundary(BaseModel):
    """A permissions boundary."""

    PermissionsBoundaryArn: Text


class UserDetail(BaseModel):
    """One user of iam:GetAccountAuthorizationDetails; ``GroupList`` has names of groups."""

    Arn: Text
    UserName: Text
    GroupList: list[str] = []
    UserPolicyList: list[InlinePolicy] = []
    AttachedManagedPolicies: list[AttachedPolicy] = []
    PermissionsBoundary: Boundary | None = None
    Tags: list[Tag] = []


class GroupDetail(BaseModel):
    """One group of iam:GetAccountAuthorizationDetails."""

    Arn: Text
    GroupName: Text
    GroupPolicyList: list[InlinePolicy] = []
    AttachedManagedPolicies: list[AttachedPolicy] = []


class RoleDetail(BaseModel):
    """One role of iam:GetAccountAuthorizationDetails."""

    Arn: Text
    RoleName: Text
    Path: Text
    AssumeRolePolicyDocument: Document
    RolePolicyList: list[InlinePolicy] = []
    AttachedManagedPolicies: list[AttachedPolicy] = []
    PermissionsBoundary: Boundary | None = None
    Tags: list[Tag] = []


class DetailedVersion(BaseModel):
    """One version of a managed policy."""

    Document: Document
    IsDefaultVersion: bool


class PolicyDetail(BaseModel):
    """One managed policy of iam:GetAccountAuthorizationDetails."""

    Arn: Text
    PolicyVersionList: Annotated[list[DetailedVersion], Field(min_length=1)]


class GetAccountAuthorizationDetails(Listed):
    """One page of iam:GetAccountAuthorizationDetails, which need not have all kinds; each thing is parsed apart."""

    IsTruncated: bool
    UserDetailList: list[dict[str, Any]] = []
    GroupDetailList: list[dict[str, Any]] = []
    RoleDetailList: list[dict[str, Any]] = []
    Policies: list[dict[str, Any]] = []


class DescribedPolicy(BaseModel):
    """A managed policy as iam:GetPolicy describes it."""

    DefaultVersionId: Text


class GetPolicy(BaseModel):
    """iam:GetPolicy."""

    Policy: DescribedPolicy


class PolicyVersion(BaseModel):
    """A version of a managed policy."""

    Document: Document


class GetPolicyVersion(BaseModel):
    """iam:GetPolicyVersion."""

    PolicyVersion: PolicyVersion


class Provider(BaseModel):
    """An identity provider."""

    Arn: Text


class ListSAMLProviders(BaseModel):
    """iam:ListSAMLProviders."""

    SAMLProviderList: list[Provider]


class ListOpenIDConnectProviders(BaseModel):
    """iam:ListOpenIDConnectProviders."""

    OpenIDConnectProviderList: list[Provider]


class Anchor(BaseModel):
    """One anchor of rolesanywhere:ListTrustAnchors."""

    arn: Annotated[Text, Field(alias="trustAnchorArn")]
    enabled: bool


class ListTrustAnchors(BaseModel):
    """One page of rolesanywhere:ListTrustAnchors."""

    anchors: Annotated[list[Anchor], Field(alias="trustAnchors")]
    following: Annotated[str | None, Field(alias="nextToken")] = None
