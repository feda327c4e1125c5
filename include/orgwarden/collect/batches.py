"""Reads many things of one kind side by side, and stages them page by page, so that a cut-off reading resumes."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from orgwarden.errors import SkipAndNote
from orgwarden.model import Part
from orgwarden.snapshot import Page, Staging, merged

T = TypeVar("T")
THREADS = 8
SIZE = 20
AHEAD = 1


def read_in_batches(staging: Staging, step: str, keys: Sequence[str], read: Callable[[str], Page]) -> None:
    """Read each key with ``read`` and stage a page for every 20 keys, in order; those staged before are not read again.

    While the last keys of a page are waited for, the next page is being read: the API's rate is never left unused.
    """
    done = len(staging.pages(step))
    pool = ThreadPoolExecutor(max_workers=THREADS)
    ahead: deque[list[Future[Page]]] = deque()
    try:
        for first in range(done * SIZE, len(keys), SIZE):
            ahead.append([pool.submit(read, key) for key in keys[first : first + SIZE]])
            if len(ahead) > AHEAD:
                done = _staged(staging, step, done + 1, ahead.popleft())
        while ahead:
            done = _staged(staging, step, done + 1, ahead.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _staged(staging: Staging, step: str, number: int, reading: Sequence[Future[Page]]) -> int:
    rows, gaps = merged([future.result() for future in reading])
    staging.put(step, number, Page(rows=rows, gaps=gaps))
    return number


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


def row_or_gap(part: Part[T], key: str, read: Callable[[], T]) -> Page:
    """Give the page of one row, or of its gap."""
    try:
        return Page(rows={part: {key: read()}})
    except SkipAndNote as error:
        return gap(part, key, error.cause)
