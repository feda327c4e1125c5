"""The name server: mail domains of every kind, and silence."""

import dns.exception
import dns.message
import dns.query
import dns.rcode
import pytest


def _ask(served, name, kind="MX", *, by=dns.query.udp, timeout=2.0):
    host, _, port = served.dns.partition(":")
    return by(dns.message.make_query(name, kind), host, port=int(port), timeout=timeout)


def _records(answer):
    return [record.to_text().lower() for rrset in answer.answer for record in rrset]


@pytest.mark.parametrize("by", [dns.query.udp, dns.query.tcp], ids=["udp", "tcp"])
def test_a_domain_with_mail_has_an_mx(seeded, by):
    assert _records(_ask(seeded.served, "Northwind.example", by=by)) == ["10 mx.northwind.example."]


def test_a_null_mx_is_a_single_dot(seeded):
    assert _records(_ask(seeded.served, "northwind-mail.example")) == ["0 ."]


def test_an_address_without_mx_is_no_error_and_no_record(seeded):
    assert _records(_ask(seeded.served, "northwind-labs.example")) == []
    assert _records(_ask(seeded.served, "northwind-labs.example", "A")) == ["52.95.110.11"]


def test_a_name_seen_only_inside_has_a_private_address_alone(seeded):
    assert _records(_ask(seeded.served, "northwind-intra.example")) == []
    assert _records(_ask(seeded.served, "northwind-intra.example", "A")) == ["10.20.30.40"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("northwind-apac.example", dns.rcode.SERVFAIL),
        ("northwind-old.example", dns.rcode.NXDOMAIN),
        ("nobody.example", dns.rcode.NXDOMAIN),
    ],
)
def test_a_domain_may_fail_or_not_exist(seeded, name, code):
    assert _ask(seeded.served, name).rcode() == code


def test_a_silent_domain_never_answers(seeded):
    with pytest.raises(dns.exception.Timeout):
        _ask(seeded.served, "northwind-silent.example", timeout=0.2)
