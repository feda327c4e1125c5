"""The answers of AWS that are read, as far as they are read: what is not in this shape does not parse."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Text = Annotated[str, Field(min_length=1)]


class DescribedOrganization(BaseModel):
    """What organizations:DescribeOrganization says."""

    Id: Text
    MasterAccountId: Text
    FeatureSet: Text


class DescribeOrganization(BaseModel):
    """organizations:DescribeOrganization."""

    Organization: DescribedOrganization


class Root(BaseModel):
    """One root of organizations:ListRoots."""

    Id: Text


class ListRoots(BaseModel):
    """organizations:ListRoots; there is one root."""

    Roots: Annotated[list[Root], Field(min_length=1)]


class ListedAccount(BaseModel):
    """One account of organizations:ListAccounts; ``Status`` is retired in favour of ``State``."""

    Id: Text
    Email: str = ""
    Name: str = ""
    State: str | None = None
    Status: str | None = None
    Paths: list[str] | None = None
    JoinedTimestamp: datetime | None = None
    JoinedMethod: str | None = None


class DescribeAccount(BaseModel):
    """organizations:DescribeAccount; the account is parsed as a listed one is."""

    Account: dict[str, object]


class ListAccounts(BaseModel):
    """One page of organizations:ListAccounts; each account is parsed apart."""

    Accounts: list[dict[str, object]]
    NextToken: str | None = None


class ListedId(BaseModel):
    """An account of which only the id counts."""

    Id: Text


class ListAccountsForParent(BaseModel):
    """One page of organizations:ListAccountsForParent."""

    Accounts: list[ListedId]
    NextToken: str | None = None


class ListedUnit(BaseModel):
    """One unit of organizations:ListOrganizationalUnitsForParent."""

    Id: Text
    Name: str


class ListOrganizationalUnitsForParent(BaseModel):
    """One page of organizations:ListOrganizationalUnitsForParent."""

    OrganizationalUnits: list[ListedUnit]
    NextToken: str | None = None


class Tag(BaseModel):
    """One tag."""

    Key: Text
    Value: str


class ListTagsForResource(BaseModel):
    """One page of organizations:ListTagsForResource."""

    Tags: list[Tag]
    NextToken: str | None = None


class ContactInformation(BaseModel):
    """The two fields of a primary contact that are read; the others are nobody's business here."""

    PhoneNumber: Text
    CountryCode: str = ""


class GetContactInformation(BaseModel):
    """account:GetContactInformation."""

    ContactInformation: ContactInformation
    VerificationStatus: Literal["PENDING", "VERIFIED", "UNVERIFIED", "NOT_SUPPORTED"] | None = None


class Alternate(BaseModel):
    """An alternate contact."""

    Name: Text
    EmailAddress: Text
    PhoneNumber: Text


class GetAlternateContact(BaseModel):
    """account:GetAlternateContact."""

    AlternateContact: Alternate


class DelegatedService(BaseModel):
    """One service of organizations:ListDelegatedServicesForAccount."""

    ServicePrincipal: Text


class ListDelegatedServicesForAccount(BaseModel):
    """One page of organizations:ListDelegatedServicesForAccount."""

    DelegatedServices: list[DelegatedService]
    NextToken: str | None = None


class ListAWSServiceAccessForOrganization(BaseModel):
    """One page of organizations:ListAWSServiceAccessForOrganization."""

    EnabledServicePrincipals: list[DelegatedService]
    NextToken: str | None = None
