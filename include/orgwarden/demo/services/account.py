"""AWS Account Management: contacts, primary e-mail and regions, for whom AWS answers and for nobody else.

A missing contact is a 404 and a denied reading a 403: the difference between a finding and a gap.
"""

import re
from typing import Any

from botocore.model import Shape, StructureShape

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, Organization
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo, verification_of
from orgwarden.demo.wire import model_of

SERVICE = "account"
SERVICE_PRINCIPAL = "account.amazonaws.com"
PAGING = Paging(usual=50, largest=50)
ALTERNATES = ("BILLING", "OPERATIONS", "SECURITY")
ALWAYS_ON = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
OPTED_OUT = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
)


def target(demo: Demo, call: Call) -> str:
    """Give the account that a call may be about, or refuse as AWS does."""
    account = call.of("AccountId") or call.caller.account
    about = demo.account(account)
    allowed = "AccountId" not in call.parameters or _may_name(demo.organization, call.caller.account, account)
    if not allowed or about is None or about.closed:
        raise _denied(demo.organization, call, account)
    return account


def _may_name(organization: Organization, caller: str, account: str) -> bool:
    if SERVICE_PRINCIPAL not in organization.services or account not in organization.accounts:
        return False
    administers = SERVICE_PRINCIPAL in organization.delegated.get(caller, {})
    return account != MANAGEMENT_ID and (caller == MANAGEMENT_ID or administers)


def _denied(organization: Organization, call: Call, account: str) -> AwsError:
    resource = f"arn:aws:account::{MANAGEMENT_ID}:account/{organization.id}/{account}"
    text = f"User: {call.caller.arn} is not authorized to perform: account:{call.operation} on resource: {resource}"
    return AwsError("AccessDeniedException", text)


@answers(SERVICE, "GetContactInformation")
def get_contact_information(demo: Demo, call: Call) -> Result:
    account = target(demo, call)
    if account not in demo.primary_contacts:
        raise AwsError("ResourceNotFoundException", "No contact information found for the account.")
    status = verification_of(demo, account)
    contact = {"ContactInformation": demo.primary_contacts[account]}
    return contact if status is None else {**contact, "VerificationStatus": status}


@answers(SERVICE, "PutContactInformation")
def put_contact_information(demo: Demo, call: Call) -> Result:
    account = target(demo, call)
    contact = dict(call.parameters.get("ContactInformation") or {})
    _refuse_unfit("ContactInformation", contact)
    changed = demo.primary_contacts.get(account, {}).get("PhoneNumber") != contact["PhoneNumber"]
    demo.primary_contacts[account] = contact
    if changed:
        demo.verification.pop(account, None)
    return None


@answers(SERVICE, "GetAlternateContact")
def get_alternate_contact(demo: Demo, call: Call) -> Result:
    return {"AlternateContact": demo.alternate_contacts[_slot(demo, call)]}


@answers(SERVICE, "PutAlternateContact")
def put_alternate_contact(demo: Demo, call: Call) -> Result:
    account, kind = target(demo, call), _kind(call)
    keys = ("AlternateContactType", "EmailAddress", "Name", "PhoneNumber", "Title")
    contact = {key: call.of(key) for key in keys}
    _refuse_unfit("AlternateContact", contact)
    demo.alternate_contacts[account, kind] = contact
    return None


@answers(SERVICE, "DeleteAlternateContact")
def delete_alternate_contact(demo: Demo, call: Call) -> Result:
    del demo.alternate_contacts[_slot(demo, call)]
    return None


@answers(SERVICE, "GetPrimaryEmail")
def get_primary_email(demo: Demo, call: Call) -> Result:
    account = demo.account(target(demo, call))
    return {"PrimaryEmail": account.email if account else None}


@answers(SERVICE, "GetAccountInformation")
def get_account_information(demo: Demo, call: Call) -> Result:
    id_ = target(demo, call)
    account = demo.organization.accounts.get(id_) or demo.organization.former[id_]
    told = {"AccountId": id_, "AccountName": account.name, "AccountCreatedDate": account.joined}
    state = "ACTIVE" if account.state == "PENDING_CLOSURE" else account.state
    return {**told, "AccountState": state} if state else told


@answers(SERVICE, "ListRegions")
def list_regions(demo: Demo, call: Call) -> Result:
    account, wanted = target(demo, call), call.parameters.get("RegionOptStatusContains")
    listed = [name for name in sorted(ALWAYS_ON + OPTED_OUT) if not wanted or opt_status(demo, account, name) in wanted]
    return page(call, "Regions", listed, lambda name: _described_region(demo, account, name), by=PAGING)


@answers(SERVICE, "GetRegionOptStatus")
def get_region_opt_status(demo: Demo, call: Call) -> Result:
    account = target(demo, call)
    return _described_region(demo, account, _region(call))


@answers(SERVICE, "EnableRegion")
def enable_region(demo: Demo, call: Call) -> Result:
    _opt(demo, call, "ENABLED")
    return None


@answers(SERVICE, "DisableRegion")
def disable_region(demo: Demo, call: Call) -> Result:
    _opt(demo, call, "DISABLED")
    return None


def opt_status(demo: Demo, account: str, region: str) -> str:
    """Give the status of a region in an account; those that AWS made last are off until EnableRegion."""
    if region in ALWAYS_ON:
        return "ENABLED_BY_DEFAULT"
    return str(demo.kept.get("regions", {}).get(account, {}).get(region, "DISABLED"))


def _opt(demo: Demo, call: Call, status: str) -> None:
    account, region = target(demo, call), _region(call)
    if region in ALWAYS_ON:
        text = "The region is enabled by default: it can be neither enabled nor disabled."
        raise AwsError("ValidationException", text, reason="invalidRegionOptTarget")
    demo.kept.setdefault("regions", {}).setdefault(account, {})[region] = status


def _region(call: Call) -> str:
    if call.of("RegionName") not in ALWAYS_ON + OPTED_OUT:
        raise AwsError("ValidationException", "The region is not known.", reason="invalidRegionOptTarget")
    return call.of("RegionName")


def _described_region(demo: Demo, account: str, name: str) -> dict[str, str]:
    return {"RegionName": name, "RegionOptStatus": opt_status(demo, account, name)}


def _slot(demo: Demo, call: Call) -> tuple[str, str]:
    slot = target(demo, call), _kind(call)
    if slot not in demo.alternate_contacts:
        raise AwsError("ResourceNotFoundException", "No contact of the inputted alternate contact type found.")
    return slot


def _kind(call: Call) -> str:
    kind = call.of("AlternateContactType")
    if kind not in ALTERNATES:
        raise _invalid("AlternateContactType", "is not one of " + ", ".join(ALTERNATES))
    return kind


def _refuse_unfit(shape_name: str, contact: dict[str, Any]) -> None:
    shape = model_of(SERVICE).shape_for(shape_name)
    if not isinstance(shape, StructureShape):
        return
    for name, member in shape.members.items():
        missing = name in shape.required_members and not contact.get(name)
        if missing or (name in contact and not _fits(member, str(contact[name]))):
            raise _invalid(name, "does not satisfy its constraint")


def _fits(member: Shape, value: str) -> bool:
    metadata = member.metadata
    pattern = metadata.get("pattern")
    long_enough = metadata.get("min", 0) <= len(value) <= metadata.get("max", len(value))
    return long_enough and (pattern is None or re.fullmatch(pattern, value) is not None)


def _invalid(name: str, why: str) -> AwsError:
    return AwsError("ValidationException", f"The field {name} {why}.", reason="fieldValidationFailed")
