"""Trusted access and delegated administrators, for any service principal."""

from tests.demo.asking import MANAGEMENT_ID, refusal


def test_trusted_access_of_any_principal_is_switched_on_and_off(organizations):
    organizations.enable_aws_service_access(ServicePrincipal="brand-new.amazonaws.com")
    listed = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [one["ServicePrincipal"] for one in listed] == ["account.amazonaws.com", "brand-new.amazonaws.com"]
    organizations.disable_aws_service_access(ServicePrincipal="brand-new.amazonaws.com")
    assert len(organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 1


def test_trusted_access_comes_in_pages_of_twenty(organizations):
    for n in range(20):
        organizations.enable_aws_service_access(ServicePrincipal=f"s{n}.amazonaws.com")
    pages = organizations.get_paginator("list_aws_service_access_for_organization").paginate()
    assert [len(page["EnabledServicePrincipals"]) for page in pages] == [20, 1]


def test_delegated_administrators_and_their_services_come_in_pages_of_twenty(empty, organizations):
    accounts = [empty.new_account(f"a{n}") for n in range(21)]
    for account in accounts:
        organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="one.amazonaws.com")
    for n in range(20):
        organizations.register_delegated_administrator(AccountId=accounts[0], ServicePrincipal=f"s{n}.amazonaws.com")
    administrators = organizations.get_paginator("list_delegated_administrators").paginate()
    services = organizations.get_paginator("list_delegated_services_for_account").paginate(AccountId=accounts[0])
    assert [len(page["DelegatedAdministrators"]) for page in administrators] == [20, 1]
    assert [len(page["DelegatedServices"]) for page in services] == [20, 1]


def test_administrators_are_listed_by_service(empty, organizations):
    account = empty.new_account("one")
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal="one.amazonaws.com")
    of = lambda principal: organizations.list_delegated_administrators(ServicePrincipal=principal)  # noqa: E731
    assert [one["Id"] for one in of("one.amazonaws.com")["DelegatedAdministrators"]] == [account]
    assert of("two.amazonaws.com")["DelegatedAdministrators"] == []


def test_what_cannot_be_registered_is_refused_as_aws_does(empty, organizations):
    account, closed = empty.new_account("one"), empty.new_account("two")
    organizations.close_account(AccountId=closed)
    register = organizations.register_delegated_administrator
    register(AccountId=account, ServicePrincipal="one.amazonaws.com")
    refused = {
        who: refusal(register, AccountId=who, ServicePrincipal="one.amazonaws.com")[0]
        for who in (account, closed, MANAGEMENT_ID, "999999999999")
    }
    assert refused == {
        account: "AccountAlreadyRegisteredException",
        closed: "ConstraintViolationException",
        MANAGEMENT_ID: "ConstraintViolationException",
        "999999999999": "AccountNotFoundException",
    }


def test_an_account_that_administers_nothing_has_no_services(empty, organizations):
    account = empty.new_account("one")
    asked = refusal(organizations.list_delegated_services_for_account, AccountId=account)
    assert asked[0] == "AccountNotRegisteredException"


def test_trusted_access_stays_on_while_a_delegate_remains(empty, organizations):
    account = empty.new_account("one")
    principal = "account.amazonaws.com"
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=principal)
    refused = refusal(organizations.disable_aws_service_access, ServicePrincipal=principal)
    assert refused[0] == "ConstraintViolationException"
