"""The calls by which services begin and end their work in the whole organization, and get administrators of their own.

What these come to, ``activation`` tells.
"""

from collections.abc import Callable
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.activation import STACK_SETS, administrator, refuse_others
from orgwarden.demo.state import Demo

# The operations by which the services' own administrators are registered and removed, and where the account is named.
ADMINISTERED: tuple[tuple[str, str, str, str, str], ...] = (
    ("guardduty", "EnableOrganizationAdminAccount", "DisableOrganizationAdminAccount", "AdminAccountId", "guardduty"),
    (
        "securityhub",
        "EnableOrganizationAdminAccount",
        "DisableOrganizationAdminAccount",
        "AdminAccountId",
        "securityhub",
    ),
    (
        "inspector2",
        "EnableDelegatedAdminAccount",
        "DisableDelegatedAdminAccount",
        "delegatedAdminAccountId",
        "inspector2",
    ),
    ("macie2", "EnableOrganizationAdminAccount", "DisableOrganizationAdminAccount", "adminAccountId", "macie"),
    ("detective", "EnableOrganizationAdminAccount", "DisableOrganizationAdminAccount", "AccountId", "detective"),
    ("fms", "AssociateAdminAccount", "DisassociateAdminAccount", "AdminAccount", "fms"),
    (
        "auditmanager",
        "RegisterOrganizationAdminAccount",
        "DeregisterOrganizationAdminAccount",
        "adminAccountId",
        "auditmanager",
    ),
)
# The calls that begin or end a service's work in the organization and answer nothing of interest.
SWITCHES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("cloudformation", "ActivateOrganizationsAccess", "DeactivateOrganizationsAccess", STACK_SETS),
    (
        "servicecatalog",
        "EnableAWSOrganizationsAccess",
        "DisableAWSOrganizationsAccess",
        ("servicecatalog.amazonaws.com",),
    ),
    (
        "health",
        "EnableHealthServiceAccessForOrganization",
        "DisableHealthServiceAccessForOrganization",
        ("health.amazonaws.com",),
    ),
    (
        "notifications",
        "EnableNotificationsAccessForOrganization",
        "DisableNotificationsAccessForOrganization",
        ("notifications.amazonaws.com",),
    ),
    (
        "service-quotas",
        "AssociateServiceQuotaTemplate",
        "DisassociateServiceQuotaTemplate",
        ("servicequotas.amazonaws.com",),
    ),
)


def _switch(principals: tuple[str, ...], *, on: bool) -> Callable[[Demo, Call], Result]:
    def switched(demo: Demo, call: Call) -> Result:
        refuse_others(demo, call)
        for principal in principals:
            _set_activated(demo, principal, on=on)
        return None

    return switched


def _registering(principal: str, parameter: str) -> Callable[[Demo, Call], Result]:
    def registered(demo: Demo, call: Call) -> Result:
        refuse_others(demo, call)
        account = demo.organization.account(call.of(parameter)).id
        _set_activated(demo, principal, on=True)
        _said(demo, principal).setdefault("administrators", {})[call.region] = account
        if account != MANAGEMENT_ID:
            demo.organization.delegated.setdefault(account, {}).setdefault(principal, now())
        return {"delegatedAdminAccountId": account} if call.service == "inspector2" else None

    return registered


def _removing(principal: str) -> Callable[[Demo, Call], Result]:
    def removed(demo: Demo, call: Call) -> Result:
        refuse_others(demo, call)
        if not administrator(demo, principal, call.region):
            raise AwsError("ResourceNotFoundException", "The service has no administrator here.")
        regions = _said(demo, principal).setdefault("administrators", {})
        regions.pop(call.region, None)
        if not regions:
            _set_activated(demo, principal, on=False)
        return None

    return removed


def _set_activated(demo: Demo, principal: str, *, on: bool) -> None:
    """Let a service work in the organization, which gives it trusted access, or not any more."""
    if on:
        _said(demo, principal).pop("activated", None)
        demo.organization.services.setdefault(principal, now())
    else:
        _said(demo, principal)["activated"] = False


def _said(demo: Demo, principal: str) -> dict[str, Any]:
    said: dict[str, Any] = demo.kept.setdefault("services", {}).setdefault(principal, {})
    return said


for _service, _begin, _end, _principals in SWITCHES:
    answers(_service, _begin)(_switch(_principals, on=True))
    answers(_service, _end)(_switch(_principals, on=False))
for _service, _begin, _end, _parameter, _name in ADMINISTERED:
    answers(_service, _begin)(_registering(f"{_name}.amazonaws.com", _parameter))
    answers(_service, _end)(_removing(f"{_name}.amazonaws.com"))
