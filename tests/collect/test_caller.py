"""Who calls is told by AWS alone; what it does not tell is not guessed."""

import pytest

from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Standing, who_calls
from orgwarden.collect.own_account import sweep
from orgwarden.errors import StopAndTell
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, TAGS, AccountState
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, merged, stage
from orgwarden.store import MemoryStore
from tests.collect.fakes import aws, refusal
from tests.collect.test_contacts import ALTERNATE, PRIMARY
from tests.flows.test_organization_inventory import CLOCK

A, B = "111111111111", "222222222222"
ORGANIZED = {"Organization": {"Id": "o-1", "MasterAccountId": A, "FeatureSet": "ALL"}}
DENIED = refusal("AccessDeniedException", 403)


def answering(answer):
    return lambda **_: answer


def called(caller: str = A, **answers):
    told = {
        "DescribeOrganization": ORGANIZED,
        "ListAWSServiceAccessForOrganization": DENIED,
        "ListDelegatedServicesForAccount": DENIED,
    }
    return aws({name: answering(answer) for name, answer in (told | answers).items()}, caller=caller)


def services(*principals: str) -> list[dict[str, str]]:
    return [{"ServicePrincipal": principal} for principal in principals]


def test_the_account_that_the_organization_names_is_its_management_account():
    trusted = {"EnabledServicePrincipals": services(ACCOUNT_MANAGEMENT)}
    caller = who_calls(called(ListAWSServiceAccessForOrganization=trusted))
    assert (caller.standing, caller.reads_contacts, caller.is_trusted) == (Standing.MANAGEMENT, True, True)


def test_what_a_management_account_may_not_know_of_trusted_access_is_not_held_against_it():
    caller = who_calls(called())
    assert (caller.is_trusted, caller.reads_contacts) == (None, True)


@pytest.mark.parametrize("answer", [DENIED, refusal("AccountNotRegisteredException")])
def test_an_account_without_registrations_is_a_member(answer):
    caller = who_calls(called(B, ListDelegatedServicesForAccount=answer))
    assert (caller.standing, caller.management, caller.reads_contacts) == (Standing.MEMBER, A, False)


def test_an_administrator_of_account_management_alone_reads_contacts():
    for principal, reads in ((ACCOUNT_MANAGEMENT, True), ("config.amazonaws.com", False)):
        caller = who_calls(called(B, ListDelegatedServicesForAccount={"DelegatedServices": services(principal)}))
        assert (caller.standing, caller.reads_contacts) == (Standing.DELEGATED, reads)


def test_an_account_in_no_organization_is_no_error():
    caller = who_calls(called(DescribeOrganization=refusal("AWSOrganizationsNotInUseException")))
    assert (caller.standing, caller.organization) == (Standing.ALONE, "")


def test_a_caller_that_may_not_describe_its_organization_is_told_which_grant_it_lacks():
    caller = who_calls(called(DescribeOrganization=DENIED))
    assert caller.standing is Standing.UNTOLD
    assert caller.untold.startswith("organizations:DescribeOrganization was denied")


def test_credentials_that_aws_does_not_know_stop_everything():
    with pytest.raises(StopAndTell, match="sign in again"):
        who_calls(called(DescribeOrganization=refusal("UnrecognizedClientException")))


def own(standing: Standing, **answers):
    """What an account reads of itself."""
    told = {"GetContactInformation": PRIMARY, "GetAlternateContact": ALTERNATE, "GetAccountInformation": DENIED}
    described = {Standing.ALONE: refusal("AWSOrganizationsNotInUseException"), Standing.UNTOLD: DENIED}
    caller_aws = called(B, DescribeOrganization=described.get(standing, ORGANIZED), **(told | answers))
    caller, veil = who_calls(caller_aws), Veil(b"key")
    staging = stage(MemoryStore(), "p", Opened(period="2026-11", run="r", at=CLOCK(), key_check=veil.check))
    sweep(staging, caller=caller, cause="not from here", aws=caller_aws, veil=veil)
    return merged(staging.all_pages())


def test_an_account_that_may_not_ask_for_its_state_is_judged_for_its_credentials_work():
    rows, gaps = own(Standing.MEMBER)
    assert rows[ACCOUNTS][B].state is AccountState.ACTIVE
    assert set(rows[PRIMARY_CONTACTS]) == {B}
    assert gaps[ACCOUNTS.name, EVERYTHING] == gaps[PRIMARY_CONTACTS.name, EVERYTHING] == "not from here"


def test_an_account_in_no_organization_is_whole_but_for_what_organizations_alone_have():
    rows, gaps = own(Standing.ALONE, GetAccountInformation={"AccountName": "mine", "AccountState": "SUSPENDED"})
    assert rows[ACCOUNTS][B].state is AccountState.SUSPENDED
    assert {ORGANIZATION.name, ROOT_MAILBOXES.name, TAGS.name} <= {part for part, _ in gaps}
    assert {ACCOUNTS.name, PRIMARY_CONTACTS.name, ALTERNATE_CONTACTS.name}.isdisjoint(part for part, _ in gaps)
    assert set(gaps.values()) == {"not from here"}


def test_an_organization_of_which_aws_says_nothing_is_no_organization_without_features():
    rows, gaps = own(Standing.UNTOLD)
    assert ORGANIZATION not in rows
    assert gaps[ORGANIZATION.name, EVERYTHING] == "not from here"


def test_a_member_knows_the_features_of_its_organization():
    rows, _ = own(Standing.MEMBER)
    assert rows[ORGANIZATION][EVERYTHING].feature_set == "ALL"
