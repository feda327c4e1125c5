"""Reads many things of one kind side by side, and stages them page by page, so that a cut-off reading resumes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from orgwarden.model import Part
from orgwarden.snapshot import Page, Staging, merged

THREADS = 8
SIZE = 20


def read_in_batches(staging: Staging, step: str, keys: Sequence[str], read: Callable[[str], Page]) -> None:
    """Read each key with ``read`` and stage a page for every 20 keys; those staged before are not read again."""
    done = len(staging.pages(step))
    for number in range(done, -(-len(keys) // SIZE)):
        staging.put(step, number + 1, read_side_by_side(keys[number * SIZE : (number + 1) * SIZE], read))


def read_side_by_side(keys: Sequence[str], read: Callable[[str], Page]) -> Page:
    """Read the keys with several threads, and merge what they gave; the first error ends the others."""
    pool = ThreadPoolExecutor(max_workers=THREADS)
    try:
        rows, gaps = merged(list(pool.map(read, keys)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return Page(rows=rows, gaps=gaps)


def gap(part: Part[Any], key: str, cause: str) -> Page:
    """Give a page that says that one key of a part could not be read."""
    return Page(gaps={(part.name, key): cause})
