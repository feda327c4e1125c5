"""AWS Organizations: trusted access of services, and the accounts that administer them for the organization."""

from datetime import datetime
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, Organization, now
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.organizations import SERVICE, described_account
from orgwarden.demo.state import Demo


@answers(SERVICE, "EnableAWSServiceAccess")
def enable_service(demo: Demo, call: Call) -> Result:
    demo.organization.services.setdefault(_principal(call), now())
    return None


@answers(SERVICE, "DisableAWSServiceAccess")
def disable_service(demo: Demo, call: Call) -> Result:
    principal = _principal(call)
    if any(principal in services for services in demo.organization.delegated.values()):
        text = "Deregister the delegated administrators of the service first."
        reason = "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"
        raise AwsError("ConstraintViolationException", text, Reason=reason)
    demo.organization.services.pop(principal, None)
    return None


@answers(SERVICE, "ListAWSServiceAccessForOrganization")
def list_services(demo: Demo, call: Call) -> Result:
    services = sorted(demo.organization.services.items())
    return page(call, "EnabledServicePrincipals", services, lambda it: _dated("DateEnabled", *it))


@answers(SERVICE, "RegisterDelegatedAdministrator")
def register(demo: Demo, call: Call) -> Result:
    organization, principal = demo.organization, _principal(call)
    account = organization.account(call.of("AccountId"))
    _refuse_management(account.id)
    if not account.usable:
        text = "You cannot register a suspended or closed account as a delegated administrator."
        reason = "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"
        raise AwsError("ConstraintViolationException", text, Reason=reason)
    services = organization.delegated.get(account.id, {})
    if principal in services:
        text = "The provided account is already a delegated administrator for your organization."
        raise AwsError("AccountAlreadyRegisteredException", text)
    organization.delegated[account.id] = {**services, principal: now()}
    return None


@answers(SERVICE, "DeregisterDelegatedAdministrator")
def deregister(demo: Demo, call: Call) -> Result:
    organization, principal = demo.organization, _principal(call)
    account = organization.account(call.of("AccountId"))
    _refuse_management(account.id)
    services = organization.delegated.get(account.id, {})
    if principal not in services:
        raise _not_registered()
    organization.delegated[account.id] = {name: since for name, since in services.items() if name != principal}
    if not organization.delegated[account.id]:
        del organization.delegated[account.id]
    return None


@answers(SERVICE, "ListDelegatedAdministrators")
def list_administrators(demo: Demo, call: Call) -> Result:
    organization, principal = demo.organization, call.of("ServicePrincipal")
    listed = [id_ for id_, services in organization.delegated.items() if not principal or principal in services]
    return page(call, "DelegatedAdministrators", listed, lambda id_: _described(organization, id_))


@answers(SERVICE, "ListDelegatedServicesForAccount")
def list_delegated_services(demo: Demo, call: Call) -> Result:
    account = demo.organization.account(call.of("AccountId"))
    if account.id not in demo.organization.delegated:
        raise _not_registered()
    services = sorted(demo.organization.delegated[account.id].items())
    return page(call, "DelegatedServices", services, lambda it: _dated("DelegationEnabledDate", *it))


def _described(organization: Organization, id_: str) -> dict[str, Any]:
    told = described_account(organization, organization.accounts[id_])
    del told["Paths"]
    return {**told, "DelegationEnabledDate": min(organization.delegated[id_].values())}


def _dated(key: str, principal: str, since: datetime) -> dict[str, Any]:
    return {"ServicePrincipal": principal, key: since}


def _principal(call: Call) -> str:
    principal = call.of("ServicePrincipal")
    if "." not in principal:
        text = "You specified an unrecognized service principal."
        raise AwsError("InvalidInputException", text, Reason="UNRECOGNIZED_SERVICE_PRINCIPAL")
    return principal


def _refuse_management(account: str) -> None:
    if account == MANAGEMENT_ID:
        text = "You cannot register the management account as a delegated administrator for your organization."
        reason = "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"
        raise AwsError("ConstraintViolationException", text, Reason=reason)


def _not_registered() -> AwsError:
    text = "The provided account is not a registered delegated administrator for your organization."
    return AwsError("AccountNotRegisteredException", text)
