"""Looks on while others run: how much memory they take, and how many calls of each API the organization got."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from orgwarden.collect.pacer import RATES, UNPUBLISHED

Api = tuple[str, str]
Sample = tuple[float, Counter[Api]]


@dataclass
class Watch:
    """What was seen: the most bytes of each process, and counts of calls with the time at which they were asked for."""

    memory: dict[str, int] = field(default_factory=dict)
    calls: list[Sample] = field(default_factory=list)

    def look(self, memory: Mapping[str, int]) -> None:
        self.memory |= {name: max(size, self.memory.get(name, 0)) for name, size in memory.items()}


@contextmanager
def watching(server: str, memory: Callable[[], Mapping[str, int]], *, every: float, seldom: int) -> Iterator[Watch]:
    """Ask for the calls every so many seconds, and seldom for the memory, while the block runs."""
    watch, done = Watch(), threading.Event()

    def look() -> None:
        number = 0
        with httpx.Client(timeout=30) as client:
            while not done.wait(every):
                watch.calls.append(_sample(client, server))
                if number % seldom == 0:
                    watch.look(memory())
                number += 1

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()


def _sample(client: httpx.Client, server: str) -> Sample:
    rows = client.get(f"{server}/demo/calls").json()
    at = time.monotonic()
    counts: Counter[Api] = Counter()
    for row in rows["calls"] if isinstance(rows, dict) else rows:
        counts[row["service"], row["operation"]] += row["count"]
    return at, counts


def busiest(samples: Sequence[Sample], seconds: float) -> dict[Api, float]:
    """Give the most calls a second that each API got over at least so many seconds, from all callers together."""
    most: dict[Api, float] = {}
    end = 0
    for at, before in samples:
        while end < len(samples) and samples[end][0] < at + seconds:
            end += 1
        if end == len(samples):
            break
        later, after = samples[end]
        for api, count in (after - before).items():
            most[api] = max(most.get(api, 0.0), count / (later - at))
    return most


def allowed(api: Api, share: float, seconds: float) -> float:
    """Give the calls a second that a share of AWS's rate allows over so many seconds, its burst included."""
    rate, burst = RATES.get(api, UNPUBLISHED)
    return rate * share + max(1.0, burst * share) / seconds
