"""Contacts: a missing one is a 404, a denied reading a 403, and both go to the right callers."""

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal

DENIED, MISSING = ("AccessDeniedException", 403), ("ResourceNotFoundException", 404)
CONTACT = {
    "FullName": "Philippa Marrowstone",
    "AddressLine1": "1 Quay",
    "City": "Oslo",
    "PostalCode": "0150",
    "CountryCode": "NO",
    "PhoneNumber": "+47 21 49 37 60",
}
ALTERNATE = {
    "AlternateContactType": "SECURITY",
    "EmailAddress": "security@corp.example",
    "Name": "Barnaby Rookwood",
    "PhoneNumber": "+47 21 49 37 60",
    "Title": "On call",
}


@pytest.fixture
def account(empty):
    return empty.client("account")


@pytest.fixture
def member(empty):
    return empty.new_account("one")


def test_a_new_account_has_no_contacts_until_they_are_put(account, member):
    slot = {"AccountId": member, "AlternateContactType": "SECURITY"}
    assert refusal(account.get_contact_information, AccountId=member) == MISSING
    assert refusal(account.get_alternate_contact, **slot) == MISSING
    assert refusal(account.delete_alternate_contact, **slot) == MISSING
    account.put_contact_information(AccountId=member, ContactInformation=CONTACT)
    account.put_alternate_contact(AccountId=member, **ALTERNATE)
    answer = account.get_contact_information(AccountId=member)
    assert (answer["ContactInformation"], answer["VerificationStatus"]) == (CONTACT, "VERIFIED")
    assert account.get_alternate_contact(**slot)["AlternateContact"] == ALTERNATE
    account.delete_alternate_contact(**slot)
    assert refusal(account.get_alternate_contact, **slot) == MISSING


def test_the_management_account_is_asked_by_itself_without_its_id(account):
    account.put_contact_information(ContactInformation=CONTACT)
    assert account.get_contact_information()["ContactInformation"] == CONTACT
    assert refusal(account.get_contact_information, AccountId=MANAGEMENT_ID) == DENIED


def test_a_plain_member_reads_its_own_contacts_without_an_id_alone(empty, account, member):
    account.put_contact_information(AccountId=member, ContactInformation=CONTACT)
    theirs = empty.as_role(member, "account")
    assert theirs.get_contact_information()["ContactInformation"] == CONTACT
    assert refusal(theirs.get_contact_information, AccountId=member) == DENIED
    assert refusal(theirs.get_contact_information, AccountId=empty.new_account("two")) == DENIED


def test_the_delegated_administrator_reads_and_writes_members_and_itself(empty, organizations, member):
    other = empty.new_account("two")
    delegation = {"AccountId": member, "ServicePrincipal": "account.amazonaws.com"}
    organizations.register_delegated_administrator(**delegation)
    delegate = empty.as_role(member, "account")
    for about in (member, other):
        delegate.put_contact_information(AccountId=about, ContactInformation=CONTACT)
        assert delegate.get_contact_information(AccountId=about)["ContactInformation"] == CONTACT
    assert refusal(delegate.get_contact_information, AccountId=MANAGEMENT_ID) == DENIED


def test_a_delegated_administrator_of_another_service_is_denied(empty, organizations, member):
    delegation = {"AccountId": member, "ServicePrincipal": "guardduty.amazonaws.com"}
    organizations.register_delegated_administrator(**delegation)
    asked = refusal(empty.as_role(member, "account").get_contact_information, AccountId=empty.new_account("two"))
    assert asked == DENIED


def test_nobody_names_an_account_while_trusted_access_is_off(organizations, account, member):
    organizations.disable_aws_service_access(ServicePrincipal="account.amazonaws.com")
    assert refusal(account.get_contact_information, AccountId=member) == DENIED
    assert refusal(account.get_contact_information) == MISSING


@pytest.mark.parametrize(
    ("state", "expected"), [("CLOSED", DENIED), ("SUSPENDED", MISSING), ("PENDING_CLOSURE", MISSING)]
)
def test_closed_accounts_are_denied_and_suspended_ones_stay_readable(empty, account, member, state, expected):
    empty.http("PATCH", "/demo/state", {"accounts": {member: {"State": state}}})
    assert refusal(account.get_contact_information, AccountId=member) == expected


def test_an_account_that_does_not_exist_is_denied(account):
    assert refusal(account.get_contact_information, AccountId="999999999999") == DENIED


@pytest.mark.parametrize("number", ["21 49 37 60", "+47 21 49 37 60 ext 9", "+"])
def test_a_number_that_aws_does_not_take_is_invalid(account, number):
    refused = refusal(account.put_contact_information, ContactInformation={**CONTACT, "PhoneNumber": number})
    assert refused == ("ValidationException", 400)


def test_an_alternate_contact_with_an_address_that_is_none_is_invalid(account):
    refused = refusal(account.put_alternate_contact, **{**ALTERNATE, "EmailAddress": "nobody"})
    assert refused == ("ValidationException", 400)


def test_the_account_tells_its_address_name_state_and_regions(account, member):
    told = account.get_account_information(AccountId=member)
    assert account.get_primary_email(AccountId=member)["PrimaryEmail"] == "aws+one@corp.example"
    assert (told["AccountName"], told["AccountState"]) == ("one", "ACTIVE")
    regions = account.list_regions(AccountId=member, RegionOptStatusContains=["ENABLED_BY_DEFAULT"])["Regions"]
    assert len(regions) == 17


def test_regions_that_came_later_are_off_until_they_are_enabled_for_the_account(account, member):
    assert account.get_region_opt_status(RegionName="eu-south-1")["RegionOptStatus"] == "DISABLED"
    account.enable_region(RegionName="eu-south-1")
    enabled = account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]
    assert [one["RegionName"] for one in enabled] == ["eu-south-1"]
    theirs = account.list_regions(AccountId=member, RegionOptStatusContains=["ENABLED"])["Regions"]
    assert theirs == []
    account.disable_region(RegionName="eu-south-1")
    assert account.get_region_opt_status(RegionName="eu-south-1")["RegionOptStatus"] == "DISABLED"
    assert refusal(account.disable_region, RegionName="eu-west-1") == ("ValidationException", 400)


def test_regions_come_in_pages_and_a_member_lists_its_own_alone(empty, account, member):
    pages = account.get_paginator("list_regions").paginate(PaginationConfig={"PageSize": 20})
    assert [len(page["Regions"]) for page in pages] == [20, 14]
    theirs = empty.as_role(member, "account")
    assert len(theirs.list_regions(RegionOptStatusContains=["ENABLED_BY_DEFAULT"])["Regions"]) == 17
    assert refusal(theirs.list_regions, AccountId=member) == DENIED
