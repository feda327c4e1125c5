"""Mail arrives where the DNS says so; what the DNS does not say, or says to the inside alone, is a gap."""

from types import SimpleNamespace

import dns.exception
import dns.resolver
import pytest

from orgwarden.collect.mail_domains import SILENCES, Dns, mail_service, resolver
from orgwarden.errors import BadInput, SkipAndNote
from orgwarden.parts.contacts import MailService


def says(**records: list[str] | None):
    """A DNS that has these records by kind; a name without any kind does not exist."""
    return lambda _, kind: records.get(kind, []) if records else None


@pytest.mark.parametrize(
    ("records", "service"),
    [
        (says(MX=["10 mail.corp.example."]), MailService.MAIL_EXCHANGER),
        (says(MX=["0 ."]), MailService.NULL_MX),
        (says(A=["198.51.100.4"]), MailService.ADDRESS_ALONE),
        (says(AAAA=["2001:db8::1"], A=["10.0.0.1"]), MailService.ADDRESS_ALONE),
        (says(), MailService.NO_SUCH_DOMAIN),
    ],
)
def test_the_dns_says_what_becomes_of_mail(records, service: MailService):
    assert mail_service("corp.example", records) is service


@pytest.mark.parametrize("records", [says(A=["10.1.2.3"]), says(AAAA=["fd00::1"]), says(TXT=["x"])])
def test_what_only_the_inside_has_is_not_judged(records):
    with pytest.raises(SkipAndNote, match=r"inside|neither"):
        mail_service("corp.example", records)


def test_a_name_that_is_never_public_is_not_judged_by_its_absence():
    with pytest.raises(SkipAndNote, match="only the inside"):
        mail_service("mail.corp.internal", says())


def failing(error: Exception) -> Dns:
    def resolve(*_: object, **__: object) -> None:
        raise error

    return Dns(SimpleNamespace(resolve=resolve))


@pytest.mark.parametrize("error", [dns.resolver.LifetimeTimeout(timeout=5, errors=[]), dns.exception.Timeout()])
def test_silence_is_a_gap_and_after_some_of_it_nobody_is_asked_any_more(error: Exception):
    silent = failing(error)
    for _ in range(SILENCES):
        with pytest.raises(SkipAndNote, match="does not answer"):
            silent.records("corp.example", "MX")
    silent.resolver = None
    with pytest.raises(SkipAndNote, match="does not answer"):
        silent.records("corp.example", "MX")


def test_a_failure_of_the_server_is_a_gap():
    with pytest.raises(SkipAndNote, match="failure"):
        failing(dns.resolver.NoMetaqueries()).records("corp.example", "MX")


def test_the_server_that_was_set_is_asked():
    asked = resolver(("localhost", 5353)).resolver
    assert (asked.nameservers, asked.port) == (["127.0.0.1"], 5353)
    with pytest.raises(BadInput, match="ORGWARDEN_DNS names 'no host'"):
        resolver(("no host", 53))
