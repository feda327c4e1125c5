"""Serves the demo organization: in the foreground for a person, in the background for a test.

moto keeps its state per process, so one process serves one organization at a time: a test that wants two starts the
second as ``python -m orgwarden.demo``.
"""

import signal
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from orgwarden.demo import faults as rules
from orgwarden.demo.faults import Fault, Faults
from orgwarden.demo.rates import Rates

DEFAULT_PORT = 5600
DEFAULT = "northwind"
LOOPBACK = "127.0.0.1"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the demo organization answers: ``url`` for AWS's APIs and /demo/, ``dns`` as host:port.

    ``url`` is the proxy to its wiki, too; ``authority`` is the certificate of the authority that the wiki's comes from.
    """

    url: str
    dns: str
    port: int
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to serve: ``profile`` names an organization, grown to ``accounts`` where it can be; or the empty one.

    ``rates`` enforces AWS's published rates times that number, with ``latency_ms`` before each answer; None: neither.
    ``host`` is the address to answer at.
    """

    profile: str = DEFAULT
    empty: bool = False
    accounts: int | None = None
    rates: float | None = None
    latency_ms: float | None = None
    host: str = LOOPBACK


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments by which a person says what to serve, to whichever command serves."""
    parser.add_argument("--profile", help="the organization: northwind (the default) or messy", default=DEFAULT)
    parser.add_argument("--empty", action="store_true", help="the management account alone, to be filled by you")
    parser.add_argument("--accounts", type=int, metavar="N", help="grow the messy organization to N accounts")
    parser.add_argument("--rates", type=float, metavar="N", help="enforce AWS's published rates, N times as fast")
    parser.add_argument("--latency-ms", type=float, metavar="MS", help="with --rates: of each call; default: 50")
    parser.add_argument("--host", default=LOOPBACK, help=f"default: {LOOPBACK}, for this machine alone")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}")
    parser.add_argument("--dns-port", type=int, help="of the name server; default: 5653, or a free one")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="a JSON list of faults, see docs/DEMO.md")


def serve_as_asked(given: Namespace) -> None:
    """Serve as parsed arguments say until Ctrl-C or SIGTERM. Raises ``BadInput``."""
    wanted = Wanted(
        profile=given.profile,
        empty=given.empty,
        accounts=given.accounts,
        rates=given.rates,
        latency_ms=given.latency_ms,
        host=given.host,
    )
    serve(wanted, port=given.port, faults=given.faults, dns_port=given.dns_port, ready=_tell)


def _tell(url: str) -> None:
    sys.stdout.write(f"The demo organization answers at {url}\n")
    sys.stdout.flush()


def serve(
    wanted: Wanted, *, port: int, faults: Path | None, dns_port: int | None, ready: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` gets the URL once requests are answered.

    Raises BadInput where a port is in use, the file of faults cannot be used, or there is no such organization.
    """
    listed = rules.read(faults) if faults else []
    done = threading.Event()
    with _ends_on_signals(done), serving(wanted, port=port, dns_port=dns_port, faults=listed) as served:
        ready(served.url)
        done.wait()


@contextmanager
def running(  # noqa: PLR0913 - a test says each in a word
    *,
    empty: bool = False,
    drifts: bool = True,
    port: int = 0,
    dns_port: int | None = 0,
    faults: list[Fault] | None = None,
    profile: str = DEFAULT,
) -> Iterator[Served]:
    """Serve in background threads while the block runs; port 0 takes a free one.

    ``dns_port`` None takes the usual one, or a free one where that is in use; GET /demo/where tells.

    ``drifts=False`` serves the sound organization: the seed without its drifts. Only one at a time in a process.
    """
    wanted = Wanted(empty=empty, profile=profile)
    with serving(wanted, drifts=drifts, port=port, dns_port=dns_port, faults=faults) as served:
        yield served


@contextmanager
def serving(
    wanted: Wanted,
    *,
    drifts: bool = True,
    port: int = 0,
    dns_port: int | None = 0,
    faults: Sequence[Fault] | None = None,
) -> Iterator[Served]:
    """Serve what is wanted, as ``running`` does."""
    # moto takes a second to import and whoever only asks for the ports shall not wait for it.
    from orgwarden.demo import beginning, domains, profiles, seed, server, setting_up  # noqa: PLC0415
    from orgwarden.demo.front import Front  # noqa: PLC0415
    from orgwarden.demo.wiki import Wiki  # noqa: PLC0415

    with _alone():
        empty, declared = wanted.empty, profiles.of(wanted.profile).seed(wanted.accounts)
        begin = beginning.empty if empty else partial(beginning.seeded, declared, drifts=drifts)
        set_up = setting_up.nothing if empty else partial(setting_up.set_up, seed=declared, drifts=drifts)
        seeded = [] if empty or not drifts else seed.faults_of(declared)
        zone = domains.any_example if empty else domains.zone_of(seed.domains_of(declared, drifts=drifts))
        rates = Rates.asked(wanted.rates, wanted.latency_ms)
        rules = Faults([*(faults or ()), *seeded])
        front = Front(
            begin, rules, reset_moto=beginning.reset_moto, rates=rates, **({} if empty else {"set_up": set_up})
        )
        pages = Wiki(lambda: front.demo)
        with (
            server.listening(port, front.answer, pages, host=wanted.host) as http,
            domains.serving(zone, dns_port, host=wanted.host) as dns,
        ):
            served = Served(
                url=f"http://{wanted.host}:{http.server_address[1]}",
                dns=f"{wanted.host}:{dns}",
                port=int(http.server_address[1]),
                authority=pages.pem,
            )
            front.routes.where.update(url=served.url, dns=served.dns, authority=served.authority)
            thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield served
            finally:
                http.shutdown()
                thread.join()


@contextmanager
def _alone() -> Iterator[None]:
    if not _one_at_a_time.acquire(blocking=False):
        raise RuntimeError("this process serves a demo organization already: end it, or start another process")
    try:
        yield
    finally:
        _one_at_a_time.release()


@contextmanager
def _ends_on_signals(done: threading.Event) -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        done.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
