"""The name server of the empty organization."""

import dns.message
import dns.rcode
import pytest

from orgwarden.demo.domains import any_example, reply


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("corp.example", dns.rcode.NOERROR),
        ("deep.corp.example", dns.rcode.NOERROR),
        ("gone.corp.example", dns.rcode.NXDOMAIN),
        ("corp.test", dns.rcode.NXDOMAIN),
    ],
)
def test_mail_reaches_every_example_name_but_those_that_are_gone(name, code):
    answer = reply(any_example, dns.message.make_query(name, "MX").to_wire())
    assert dns.message.from_wire(answer).rcode() == code
    assert bool(dns.message.from_wire(answer).answer) == (code == dns.rcode.NOERROR)


def test_what_is_no_message_gets_no_answer():
    assert reply(any_example, b"hello") is None
