import pytest

from orgwarden.parts.contacts import ALTERNATE_CONTACTS
from orgwarden.parts.declared import BUSINESS_DOMAINS
from tests.worlds import B, alternate, gap, mailbox, verdicts, world

SLOT = f"{B}/SECURITY"


def said_of(address: str, gaps=None):
    seen = world({ALTERNATE_CONTACTS: {SLOT: alternate(address)}}, gaps)
    return verdicts("contacts.alternate_email_business_domain", seen)["", mailbox(address).key]


@pytest.mark.parametrize("address", ["desk@corp.example", "desk@msp.example", "desk@eu.msp.example"])
def test_the_business_and_its_partners_pass(address):
    assert said_of(address).status == "PASS"


@pytest.mark.parametrize("address", ["desk@outlook.com", "desk@yopmail.com", "desk@other.example"])
def test_another_domain_deviates_and_lists_its_accounts(address):
    said = said_of(address)
    assert said.status == "FAIL"
    assert said.accounts == (B,)


def test_without_declared_domains_only_a_provider_deviates_and_a_partner_passes():
    undeclared = gap(BUSINESS_DOMAINS)
    assert said_of("desk@other.example", undeclared).status == "UNKNOWN"
    assert said_of("desk@outlook.com", undeclared).status == "FAIL"
    assert said_of("desk@msp.example", undeclared).status == "PASS"


def test_a_slot_without_a_contact_is_nobodys_mailbox():
    seen = world({ALTERNATE_CONTACTS: {SLOT: None}})
    (said,) = verdicts("contacts.alternate_email_business_domain", seen).values()
    assert said.status == "PASS"
