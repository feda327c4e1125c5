"""Serves the demo organization: in the foreground for a person, in the background for a test.

moto keeps its state per process, so one process serves one organization at a time: a test that wants two starts the
second as ``python -m orgwarden.demo``.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from orgwarden.demo import faults as rules
from orgwarden.demo.faults import Fault, Faults

DEFAULT_PORT = 5600
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the demo organization answers: ``url`` for AWS's APIs and /demo/, ``dns`` as host:port."""

    url: str
    dns: str
    port: int


def serve(*, port: int, empty: bool, faults: Path | None, dns_port: int | None, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` gets the URL once requests are answered.

    Raises BadInput where a port is in use or the file of faults cannot be used.
    """
    listed = rules.read(faults) if faults else []
    done = threading.Event()
    with _ends_on_signals(done), running(empty=empty, port=port, dns_port=dns_port, faults=listed) as served:
        ready(served.url)
        done.wait()


@contextmanager
def running(
    *,
    empty: bool = False,
    drifts: bool = True,
    port: int = 0,
    dns_port: int | None = 0,
    faults: list[Fault] | None = None,
) -> Iterator[Served]:
    """Serve in background threads while the block runs; port 0 takes a free one.

    ``dns_port`` None takes the usual one, or a free one where that is in use; GET /demo/where tells.

    ``drifts=False`` serves the sound organization: the seed without its drifts. Only one at a time in a process.
    """
    # moto takes a second to import and whoever only asks for the ports shall not wait for it.
    from orgwarden.demo import beginning, domains, seed, server  # noqa: PLC0415
    from orgwarden.demo.front import Front  # noqa: PLC0415

    with _alone():
        declared = seed.declared()
        begin = beginning.empty if empty else partial(beginning.seeded, declared, drifts=drifts)
        seeded = [] if empty or not drifts else seed.faults_of(declared)
        zone = domains.any_example if empty else domains.zone_of(seed.domains_of(declared, drifts=drifts))
        front = Front(begin, Faults([*(faults or ()), *seeded]), reset_moto=beginning.reset_moto)
        with server.listening(port, front.answer) as http, domains.serving(zone, dns_port) as dns:
            served = Served(
                url=f"http://{server.HOST}:{http.server_address[1]}",
                dns=f"{domains.HOST}:{dns}",
                port=int(http.server_address[1]),
            )
            front.routes.where.update(url=served.url, dns=served.dns)
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
