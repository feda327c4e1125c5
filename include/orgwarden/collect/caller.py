"""Who calls, as AWS tells it: which account, of which organization, as what, and what it administers for others.

What an organization's reading may contain is decided by this alone, so whoever looks for the first time is told it
before anything else. No call of these is needed for a sweep.
"""

from dataclasses import dataclass
from enum import StrEnum

from orgwarden.collect.actions import Action, called
from orgwarden.collect.answers import (
    DescribedOrganization,
    DescribeOrganization,
    ListAWSServiceAccessForOrganization,
    ListDelegatedServicesForAccount,
)
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote

ACTIONS: tuple[Action, ...] = called(
    (
        "organizations:DescribeOrganization",
        "organizations:ListAWSServiceAccessForOrganization",
        "organizations:ListDelegatedServicesForAccount",
        "sts:GetCallerIdentity",
    )
)
ACCOUNT_MANAGEMENT = "account.amazonaws.com"


class Standing(StrEnum):
    """As what an account calls."""

    MANAGEMENT = "management account"
    DELEGATED = "delegated administrator"
    MEMBER = "member account"
    ALONE = "account in no organization"
    UNTOLD = "account of which AWS does not say whether it is in an organization"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The calling account; ``organization`` and ``management`` are empty where there is none, or AWS does not say.

    ``administers`` are the services that are delegated to it; ``trusted`` those with trusted access to the
    organization; ``None`` where the caller may not know. ``untold`` is why AWS does not say whose account it is.
    """

    account: str
    standing: Standing
    organization: str = ""
    management: str = ""
    features: str = ""
    administers: tuple[str, ...] | None = None
    trusted: tuple[str, ...] | None = None
    untold: str = ""

    @property
    def reads_contacts(self) -> bool:
        """Say whether AWS lets such an account read the contacts of others, as far as the caller may know."""
        is_called_for = self.standing is Standing.MANAGEMENT or ACCOUNT_MANAGEMENT in (self.administers or ())
        return is_called_for and self.is_trusted is not False

    @property
    def is_trusted(self) -> bool | None:
        """Say whether Account Management has trusted access; ``None``: the caller may not know."""
        return None if self.trusted is None else ACCOUNT_MANAGEMENT in self.trusted


def who_calls(aws: Aws) -> Caller:
    """Ask AWS who calls. Raises ``StopAndTell`` where there are no usable credentials."""
    account, api = aws.caller, aws.here("organizations")
    try:
        described = api.call(
            "DescribeOrganization", DescribeOrganization, missing="AWSOrganizationsNotInUseException"
        ).Organization
    except Missing:
        return Caller(account=account, standing=Standing.ALONE)
    except SkipAndNote as error:
        return Caller(account=account, standing=Standing.UNTOLD, untold=error.cause)
    return _in_organization(account, described, api)


def _in_organization(account: str, described: DescribedOrganization, api: Api) -> Caller:
    is_management = account == described.MasterAccountId
    administers = None if is_management else _administered(api, account)
    standing = Standing.MANAGEMENT if is_management else Standing.DELEGATED if administers else Standing.MEMBER
    return Caller(
        account=account,
        standing=standing,
        organization=described.Id,
        management=described.MasterAccountId,
        features=described.FeatureSet,
        administers=administers,
        trusted=None if standing is Standing.MEMBER else _trusted(api),
    )


def _administered(api: Api, account: str) -> tuple[str, ...] | None:
    """Give the services that are delegated to the account; a plain member may not even ask."""
    operation = "ListDelegatedServicesForAccount"
    try:
        listing = api.pages(
            operation, ListDelegatedServicesForAccount, missing="AccountNotRegisteredException", AccountId=account
        )
        return tuple(sorted(found.ServicePrincipal for page, _ in listing for found in page.DelegatedServices))
    except Missing:
        return ()
    except SkipAndNote:
        return None


def _trusted(api: Api) -> tuple[str, ...] | None:
    try:
        listing = api.pages("ListAWSServiceAccessForOrganization", ListAWSServiceAccessForOrganization)
        return tuple(sorted(found.ServicePrincipal for page, _ in listing for found in page.EnabledServicePrincipals))
    except SkipAndNote:
        return None
