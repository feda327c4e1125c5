"""Asks a link whether it still leads to something: the status of the answer tells, nothing of the page is read.

A baseline is trusted, what its links answer is not: no other host is asked because of a redirect, no link-local address
(where clouds hand out credentials) is connected to, whatever a name resolves to, no cookie or credential is sent, and a
certificate is always verified. Causes name the host alone: the rest of a link may hold what nobody is to see.
"""

import logging
import re
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore

from orgwarden.errors import SkipAndNote
from orgwarden.parts.runbooks import LinkState

SECONDS = {"connect": 5.0, "read": 10.0, "write": 5.0, "pool": 5.0}
MOST_REDIRECTS = 5
HEADERS = (("User-Agent", "orgwarden"), ("Accept", "*/*"))
NOT_BY_GET = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
STATES = {401: LinkState.SIGN_IN, 403: LinkState.SIGN_IN, 404: LinkState.GONE, 410: LinkState.GONE}
SIGN_IN = re.compile(r"log[-_]?in|sign[-_]?in|saml|oauth|authorize|\bsso\b", re.IGNORECASE)
# The addresses by which AWS's instances ask for their credentials over IPv6.
METADATA = ip_network("fd00:ec2::/32")
HTTPS = 443
TALKATIVE = "httpcore"


@dataclass(frozen=True, slots=True)
class Links:
    """Asks links; certificates are verified by ``context``, or else by what this machine trusts (SSL_CERT_FILE).

    HTTPS_PROXY and NO_PROXY of the environment hold, as they do for AWS.
    """

    context: ssl.SSLContext | None = None

    def led_to(self, link: str) -> LinkState:
        """Say what a link leads to. Raises ``SkipAndNote`` where that cannot be told."""
        asked = link
        for _ in range(MOST_REDIRECTS + 1):
            status, location = self._answer(asked)
            if status not in REDIRECTS:
                return _state(asked, status)
            onward = _onward(asked, location)
            if _is_elsewhere(asked, onward):
                return LinkState.SIGN_IN
            asked = onward
        raise SkipAndNote(f"{_host(asked)} sends in circles")

    def _answer(self, link: str) -> tuple[int, str]:
        """Give status and location of the answer; of a place that answers no GET, to a HEAD."""
        with _told_as_causes(_host(link)), self._pool(_host(link)) as pool:
            found = _asked(pool, "GET", link)
            return _asked(pool, "HEAD", link) if found[0] in NOT_BY_GET else found

    def _pool(self, host: str) -> httpcore.ConnectionPool:
        _refuse(host)
        logging.getLogger(TALKATIVE).setLevel(logging.INFO)  # it would log headers, with what a redirect asks for
        context, backend = self.context or trusted(), Guarded()
        proxy = "" if proxy_bypass(host) else getproxies().get("https", "")
        if not proxy:
            return httpcore.ConnectionPool(ssl_context=context, network_backend=backend)
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        sign_in = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return httpcore.HTTPProxy(bare, sign_in, ssl_context=context, network_backend=backend)


class Guarded(httpcore.SyncBackend):
    """Connects to the addresses that were looked at, so that a name cannot resolve to another one meanwhile."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        addresses = _addresses(host, port)
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def trusted() -> ssl.SSLContext:
    """Give the context by which this machine verifies certificates."""
    return ssl.create_default_context()


def _asked(pool: httpcore.ConnectionPool, method: str, link: str) -> tuple[int, str]:
    with pool.stream(method, link.partition("#")[0], headers=HEADERS, extensions={"timeout": SECONDS}) as answer:
        location = next((value for name, value in answer.headers if name.lower() == b"location"), b"")
        return answer.status, location.decode("ascii", "replace")


def _state(link: str, status: int) -> LinkState:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return LinkState.THERE
    if status in STATES:
        return STATES[status]
    raise SkipAndNote(f"{_host(link)} answered {status}")


def _onward(link: str, location: str) -> str:
    try:
        onward = urljoin(link, location)
        parts = urlsplit(onward)
        is_usable = location and parts.scheme in {"https", "http"} and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise SkipAndNote(f"{_host(link)} sends on to nothing that can be asked")
    return onward


def _is_elsewhere(link: str, onward: str) -> bool:
    """Say whether a redirect leads to a page to sign in at: by its path, or since it is another host's.

    Raises ``SkipAndNote`` where it leads away from https.
    """
    here, there = urlsplit(link), urlsplit(onward)
    if (here.hostname, here.port or HTTPS) == (there.hostname, there.port or HTTPS) and there.scheme == "https":
        return bool(SIGN_IN.search(there.path))
    if here.hostname == there.hostname and there.scheme == "http":
        raise SkipAndNote(f"{here.hostname} sends on to plain http")
    return True


def _host(link: str) -> str:
    return urlsplit(link).hostname or ""


def _addresses(host: str, port: int) -> list[str]:
    """Give the addresses of a host. Raises ``SkipAndNote`` where it has none, or one that is not connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SkipAndNote(f"{host} has no address, as seen from here") from error
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    for address in addresses:
        _refuse(address, host)
    return addresses


def _refuse(address: str, host: str = "") -> None:
    """Refuse an address by which only a machine itself is reached, or no page at all; a name is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return
    if _is_never_asked(getattr(found, "ipv4_mapped", None) or found):
        raise SkipAndNote(f"{host or address} is at an address that is never asked: it leads to no document")


def _is_never_asked(address: IPv4Address | IPv6Address) -> bool:
    return address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA


@contextmanager
def _told_as_causes(host: str) -> Iterator[None]:
    """Turn what goes wrong on the way into a cause that is the same for all links to the host."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise SkipAndNote(f"{host} does not answer in time") from error
    except httpcore.ConnectError as error:
        wrong = error.__context__
        if isinstance(wrong, ssl.SSLCertVerificationError):
            why = f"shows a certificate that is not trusted here: {wrong.verify_message}"
            raise SkipAndNote(f"{host} {why}") from error
        raise SkipAndNote(f"{host} cannot be reached from here") from error
    except httpcore.ProxyError as error:
        raise SkipAndNote(f"{host} cannot be reached from here: the proxy refuses") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise SkipAndNote(f"{host} broke off") from error
