"""The sweep of mail domains: does mail for the domains of the contacts arrive anywhere, as the DNS says it.

What the DNS does not answer, or answers only for the inside (private addresses, names that are never public), is a
gap: the sweep stands where AWS's mail servers do not.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from orgwarden.collect.actions import Action
from orgwarden.collect.batches import read_in_batches, row_or_gap
from orgwarden.errors import BadInput, SkipAndNote
from orgwarden.model import Part
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, MAIL_DOMAINS, ROOT_MAILBOXES, MailService
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.snapshot import Page, Staging, merged

NAME = "mail_domains"
PARTS: tuple[Part[MailService], ...] = (MAIL_DOMAINS,)
ACTIONS: tuple[Action, ...] = ()
LIFETIME = 5.0
SILENCES = 6
# Names that no public DNS serves (RFC 6762, RFC 8375, ICANN's reservation of .internal) or that only insides use.
INSIDE = ("corp", "home.arpa", "internal", "intranet", "lan", "local", "localdomain", "private")
PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")
) + tuple(ipaddress.ip_network(network) for network in ("fc00::/7", "fe80::/10", "::1/128"))


@dataclass(slots=True)
class Dns:
    """A resolver that stops asking once nobody has answered several questions in a row."""

    resolver: dns.resolver.Resolver
    _silences: int = field(default=0)

    def records(self, domain: str, kind: str) -> list[str] | None:
        """Give the records as text; none: the name has none of the kind. ``None``: there is no such name.

        Raises ``SkipAndNote`` where the DNS does not answer.
        """
        if self._silences >= SILENCES:
            raise SkipAndNote("the DNS does not answer")
        try:
            answer = self.resolver.resolve(dns.name.from_text(domain), kind, lifetime=LIFETIME, search=False)
        except dns.resolver.NXDOMAIN:
            found: list[str] | None = None
        except dns.resolver.NoAnswer:
            found = []
        except dns.exception.Timeout as error:
            self._silences += 1
            raise SkipAndNote("the DNS does not answer") from error
        except dns.exception.DNSException as error:
            raise SkipAndNote("the DNS answers with a failure") from error
        else:
            found = [record.to_text() for record in answer]
        self._silences = 0
        return found


def resolver(server: tuple[str, int] | None) -> Dns:
    """Give the resolver of a server (host, port), or this machine's own."""
    if server is None:
        try:
            return Dns(dns.resolver.Resolver())
        except dns.resolver.NoResolverConfiguration:
            return Dns(dns.resolver.Resolver(configure=False))
    asked = dns.resolver.Resolver(configure=False)
    asked.nameservers, asked.port = [_address(server[0])], server[1]
    return Dns(asked)


def sweep(staging: Staging, *, dns: Dns) -> dict[str, int]:
    """Ask for every mail domain of the staged accounts and alternate contacts; give the number of domains."""
    rows, _ = merged(staging.all_pages())
    accounts, roots = rows.get(ACCOUNTS, {}), rows.get(ROOT_MAILBOXES, {})
    mailboxes = [mailbox for key, mailbox in roots.items() if key in accounts and not accounts[key].state.is_closed]
    mailboxes += [contact.mailbox for contact in rows.get(ALTERNATE_CONTACTS, {}).values() if contact]
    domains = sorted({mailbox.domain for mailbox in mailboxes})
    read_in_batches(staging, "mail_domains", domains, lambda domain: read_domain(domain, dns.records))
    staging.finish(NAME, PARTS)
    return {"domains": len(domains)}


def read_domain(domain: str, records: Callable[[str, str], list[str] | None]) -> Page:
    """Ask for one mail domain; what the DNS does not answer is a gap."""
    return row_or_gap(MAIL_DOMAINS, domain, lambda: mail_service(domain, records))


def mail_service(domain: str, records: Callable[[str, str], list[str] | None]) -> MailService:
    """Say what becomes of mail to the domain (RFC 5321 section 5.1, RFC 7505). Raises ``SkipAndNote``."""
    exchangers = records(domain, "MX")
    if exchangers is None:
        if domain.endswith(tuple(f".{inside}" for inside in INSIDE)):
            raise SkipAndNote("the name is one that only the inside resolves")
        return MailService.NO_SUCH_DOMAIN
    if exchangers:
        null = all(exchanger.split()[-1] == "." for exchanger in exchangers)
        return MailService.NULL_MX if null else MailService.MAIL_EXCHANGER
    addresses = [*(records(domain, "A") or ()), *(records(domain, "AAAA") or ())]
    if not addresses:
        raise SkipAndNote("the DNS has neither a mail server nor an address of the domain, as seen from here")
    if all(_is_private(address) for address in addresses):
        raise SkipAndNote("the DNS answers with inside addresses alone")
    return MailService.ADDRESS_ALONE


def _is_private(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return any(found in network for network in PRIVATE if network.version == found.version)


def _address(host: str) -> str:
    """Give the server's IP address: a resolver cannot resolve its own name."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][4][0])
    except OSError as error:
        raise BadInput(f"ORGWARDEN_DNS names {host!r}, which has no address: give an IP address") from error
