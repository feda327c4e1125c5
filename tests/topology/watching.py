"""Looks on while others run: how much memory they take, and when each call came to the organization."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from orgwarden.collect.pacer import RATES, UNPUBLISHED
from orgwarden.demo.rates import PUBLISHED

# Whom AWS counts calls by: service, operation, the caller's account, and the region where the service has one.
Counted = tuple[str, str, str, str]
GLOBAL = frozenset({"account", "iam", "organizations"})


@dataclass
class Watch:
    """The most bytes that each process was seen to take."""

    memory: dict[str, int] = field(default_factory=dict)

    def look(self, memory: Mapping[str, int]) -> None:
        self.memory |= {name: max(size, self.memory.get(name, 0)) for name, size in memory.items()}


@contextmanager
def watching(memory: Callable[[], Mapping[str, int]], *, every: float) -> Iterator[Watch]:
    """Ask for the memory every so many seconds while the block runs."""
    watch, done = Watch(), threading.Event()

    def look() -> None:
        while not done.wait(every):
            watch.look(memory())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()


def times(server: str) -> dict[Counted, list[float]]:
    """Give when each call came, in seconds, from all callers of an account together; sorted."""
    came: defaultdict[Counted, list[float]] = defaultdict(list)
    for row in httpx.get(f"{server}/demo/calls/times", timeout=60).json():
        region = "" if row["service"] in GLOBAL else row["region"]
        came[row["service"], row["operation"], row["caller"], region] += row["at"]
    return {counted: sorted(at) for counted, at in came.items()}


def published(counted: Counted) -> tuple[float, float]:
    """Give AWS's calls a second and its burst; what it does not publish gets the modest rate that is kept to.

    Of the demo organization's own table first, which is not the one by which calls are paced.
    """
    return PUBLISHED.get(counted[:2]) or RATES.get(counted[:2], UNPUBLISHED)


def busiest(at: Sequence[float], seconds: float) -> int:
    """Give the most calls that came within so many seconds."""
    most = begin = 0
    for end, time in enumerate(at):
        while at[begin] <= time - seconds:
            begin += 1
        most = max(most, end + 1 - begin)
    return most


def bucket_of(at: Sequence[float], rate: float) -> float:
    """Give the size of the smallest token bucket, filled at a rate, that lets every call through when it came."""
    taken = most = before = 0.0
    for time in at:
        taken = max(0.0, taken - (time - before) * rate) + 1
        most, before = max(most, taken), time
    return most
