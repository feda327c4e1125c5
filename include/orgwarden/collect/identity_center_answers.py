"""The answers of IAM Identity Center and its identity store that are read, as far as they are read."""

from typing import Literal

from pydantic import BaseModel

from orgwarden.collect.answers import Text


class Paged(BaseModel):
    """A page of a list."""

    NextToken: str | None = None


class Instance(BaseModel):
    """One instance of sso-admin:ListInstances; one that stands in several Regions is administered in its primary."""

    InstanceArn: Text
    IdentityStoreId: Text
    OwnerAccountId: Text
    Status: str = ""
    PrimaryRegion: str = ""


class ListInstances(Paged):
    """One page of sso-admin:ListInstances."""

    Instances: list[Instance]


class ListPermissionSetsProvisionedToAccount(Paged):
    """One page of sso-admin:ListPermissionSetsProvisionedToAccount."""

    PermissionSets: list[Text]


class DescribedSet(BaseModel):
    """What sso-admin:DescribePermissionSet says."""

    Name: Text


class DescribePermissionSet(BaseModel):
    """sso-admin:DescribePermissionSet."""

    PermissionSet: DescribedSet


class ManagedPolicy(BaseModel):
    """A policy of AWS in a permission set."""

    Arn: Text


class ListManagedPoliciesInPermissionSet(Paged):
    """One page of sso-admin:ListManagedPoliciesInPermissionSet."""

    AttachedManagedPolicies: list[ManagedPolicy]


class CustomerPolicy(BaseModel):
    """A policy that stands in the account itself."""

    Name: Text
    Path: str = "/"


class ListCustomerManagedPolicyReferencesInPermissionSet(Paged):
    """One page of sso-admin:ListCustomerManagedPolicyReferencesInPermissionSet."""

    CustomerManagedPolicyReferences: list[CustomerPolicy]


class GetInlinePolicyForPermissionSet(BaseModel):
    """sso-admin:GetInlinePolicyForPermissionSet; an empty text: there is none."""

    InlinePolicy: str


class SetBoundary(BaseModel):
    """A boundary: a policy of AWS or one of the account."""

    ManagedPolicyArn: str = ""
    CustomerManagedPolicyReference: CustomerPolicy | None = None


class GetPermissionsBoundaryForPermissionSet(BaseModel):
    """sso-admin:GetPermissionsBoundaryForPermissionSet; to have none is an error of its own, or an empty answer."""

    PermissionsBoundary: SetBoundary | None = None


class ListAccountsForProvisionedPermissionSet(Paged):
    """One page of sso-admin:ListAccountsForProvisionedPermissionSet."""

    AccountIds: list[Text]


class Assignment(BaseModel):
    """One assignment of sso-admin:ListAccountAssignments."""

    PrincipalType: Literal["USER", "GROUP"]
    PrincipalId: Text


class ListAccountAssignments(Paged):
    """One page of sso-admin:ListAccountAssignments."""

    AccountAssignments: list[Assignment]


class Member(BaseModel):
    """The member of a group; there are no groups in groups."""

    UserId: Text


class Membership(BaseModel):
    """One membership of identitystore:ListGroupMemberships."""

    MemberId: Member


class ListGroupMemberships(Paged):
    """One page of identitystore:ListGroupMemberships."""

    GroupMemberships: list[Membership]


class DescribeGroup(BaseModel):
    """identitystore:DescribeGroup."""

    GroupId: Text
    DisplayName: str = ""


class Address(BaseModel):
    """A mail address of a user."""

    Value: str = ""
    Primary: bool = False


class DescribeUser(BaseModel):
    """identitystore:DescribeUser; one whose status is not told is one who may sign in."""

    UserId: Text
    UserName: str = ""
    Emails: list[Address] = []
    UserStatus: Literal["ENABLED", "DISABLED"] = "ENABLED"
