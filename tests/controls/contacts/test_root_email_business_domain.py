import pytest

from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import BUSINESS_DOMAINS
from tests.worlds import B, gap, mailbox, verdicts, world


def said_of(address: str, gaps=None):
    seen = world({ROOT_MAILBOXES: {B: mailbox(address)}}, gaps)
    return verdicts("contacts.root_email_business_domain", seen)["", mailbox(address).key]


@pytest.mark.parametrize("address", ["aws@corp.example", "aws@mail.Corp.Example"])
def test_a_declared_domain_and_its_subdomains_pass(address):
    assert said_of(address).status == "PASS"


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("corp@gmail.com", "public"),
        ("corp@mail.yahoo.co.uk", "public"),
        ("corp@mailinator.com", "disposable"),
        ("aws@msp.example", "third party"),
        ("aws@notcorp.example", "outside"),
    ],
)
def test_another_domain_deviates_and_the_address_is_masked(address, word):
    said = said_of(address)
    assert said.status == "FAIL"
    assert word in said.reason
    assert said.evidence["mailbox"] == mailbox(address).masked
    assert said.accounts == (B,)


def test_without_declared_domains_only_a_provider_deviates():
    assert said_of("aws@corp.example", gap(BUSINESS_DOMAINS)).status == "UNKNOWN"
    assert said_of("corp@gmail.com", gap(BUSINESS_DOMAINS)).status == "FAIL"
