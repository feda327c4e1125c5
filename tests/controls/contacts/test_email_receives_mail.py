import pytest

from orgwarden.parts.contacts import MAIL_DOMAINS, ROOT_MAILBOXES, MailService
from tests.worlds import B, gap, mailbox, statuses, verdicts, world

CONTROL = "contacts.email_receives_mail"


def seen_as(service: MailService, domain: str = "old.example"):
    return world({ROOT_MAILBOXES: {B: mailbox(f"aws@{domain}")}, MAIL_DOMAINS: {domain: service}})


@pytest.mark.parametrize("service", [MailService.MAIL_EXCHANGER, MailService.ADDRESS_ALONE])
def test_a_domain_that_takes_mail_passes(service):
    assert statuses(CONTROL, seen_as(service))["", "old.example"] == "PASS"


@pytest.mark.parametrize("service", [MailService.NO_SUCH_DOMAIN, MailService.NULL_MX])
def test_a_domain_that_takes_no_mail_deviates_and_lists_its_accounts(service):
    said = verdicts(CONTROL, seen_as(service))["", "old.example"]
    assert said.status == "FAIL"
    assert said.accounts == (B,)


def test_a_domain_that_the_dns_did_not_answer_for_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(MAIL_DOMAINS, "corp.example"))) == {("", "corp.example"): "UNKNOWN"}


def test_an_internal_name_that_the_outside_does_not_know_is_unknown():
    assert statuses(CONTROL, seen_as(MailService.NO_SUCH_DOMAIN, "corp.internal"))["", "corp.internal"] == "UNKNOWN"
