"""A name server for the demo organization's domains, over UDP and TCP on the loopback.

Whether mail reaches a domain depends on answers that no public name server should be asked for in a test: a null MX, a
private address, a failure, silence.
"""

import socketserver
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from orgwarden.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
USUAL_PORT = 5653
TTL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What a domain answers: records by type, an error (``SERVFAIL``), or nothing at all (``silent``)."""

    records: Mapping[str, Sequence[str]]
    rcode: str = "NOERROR"
    silent: bool = False


Zone = Callable[[str], Domain | None]


def zone_of(declared: Mapping[str, Mapping[str, Any]]) -> Zone:
    """Make a zone of what a seed declares; every other name does not exist."""
    domains = {name: _domain(about) for name, about in declared.items()}
    return domains.get


def _domain(about: Mapping[str, Any]) -> Domain:
    records = {kind: tuple(about[kind]) for kind in ("MX", "A") if kind in about}
    return Domain(records=records, rcode=str(about.get("rcode", "NOERROR")), silent=bool(about.get("silent", False)))


def any_example(name: str) -> Domain | None:
    """Answer as the empty organization does: mail for every name under ``.example`` but those that begin ``gone.``."""
    if name.startswith("gone.") or not name.endswith(".example"):
        return None
    return Domain(records={"A": ("52.95.110.25",)} if name.startswith("mx.") else {"MX": (f"10 mx.{name}.",)})


def reply(zone: Zone, wire: bytes) -> bytes | None:
    """Answer one message; None is silence, towards a silent domain and towards what is no message."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    name = query.question[0].name.to_text(omit_final_dot=True).lower() if query.question else ""
    domain = zone(name)
    if domain is not None and domain.silent:
        return None
    return _answered(query, domain).to_wire()


def _answered(query: dns.message.Message, domain: Domain | None) -> dns.message.Message:
    answer = dns.message.make_response(query, recursion_available=True)
    if domain is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
    answer.set_rcode(dns.rcode.from_text(domain.rcode))
    question = query.question[0]
    records = domain.records.get(dns.rdatatype.to_text(question.rdtype), ())
    if records:
        answer.answer.append(dns.rrset.from_text_list(question.name, TTL, "IN", question.rdtype, list(records)))
    return answer


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    zone: Zone


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    zone: Zone


class _UdpHandler(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        data, out = self.request
        answer = reply(self.server.zone, data)
        if answer is not None:
            out.sendto(answer, self.client_address)


class _TcpHandler(socketserver.StreamRequestHandler):
    server: _Tcp

    def handle(self) -> None:
        header = self.rfile.read(2)
        if len(header) < 2:  # noqa: PLR2004 -- the length field of DNS over TCP, RFC 1035 section 4.2.2
            return
        answer = reply(self.server.zone, self.rfile.read(*struct.unpack("!H", header)))
        if answer is not None:
            self.wfile.write(struct.pack("!H", len(answer)) + answer)


@contextmanager
def serving(zone: Zone, port: int | None, *, host: str = HOST) -> "Iterator[int]":
    """Serve a zone in background threads on one port, UDP and TCP, and give the port.

    Port 0 takes a free one, None the usual one or, where that is in use, a free one. BadInput where it is in use.
    """
    with ExitStack() as stack:
        udp, tcp = _usual_or_free(host) if port is None else _bound(host, port)
        for server in (udp, tcp):
            server.zone = zone
            stack.enter_context(server)
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            stack.callback(server.shutdown)
        yield int(tcp.server_address[1])


def _usual_or_free(host: str) -> tuple[_Udp, _Tcp]:
    try:
        return _bound(host, USUAL_PORT)
    except BadInput:
        return _bound(host, 0)


def _bound(host: str, port: int) -> tuple[_Udp, _Tcp]:
    for _ in range(20):
        try:
            tcp = _Tcp((host, port), _TcpHandler)
        except OSError as wrong:
            raise _in_use(port) from wrong
        try:
            return _Udp((host, int(tcp.server_address[1])), _UdpHandler), tcp
        except OSError as wrong:
            tcp.server_close()
            if port:
                raise _in_use(port) from wrong
    raise _in_use(port)


def _in_use(port: int) -> BadInput:
    return BadInput(f"DNS port {port} cannot be used: stop what uses it or name another with --dns-port")
