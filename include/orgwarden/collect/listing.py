"""Reads lists to their end: whole ones into one page, long ones page by page, so that a cut-off list goes on.

A list that ends in a refusal keeps what it gave before, and a gap says that there may be more.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from orgwarden.collect.api import Api, Missing
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Part
from orgwarden.snapshot import Gaps, Page, Staging

Answer = TypeVar("Answer", bound=BaseModel)
Row = TypeVar("Row")


def listed(  # noqa: PLR0913 - a list, and where what it gives belongs
    api: Api,
    operation: str,
    shape: type[Answer],
    part: Part[Row],
    rows_of: Callable[[Answer], Mapping[str, Row]],
    *,
    key: str = EVERYTHING,
    **params: Any,
) -> Page:
    """Give the rows of all pages of an operation; a refusal is a gap under ``key``, ``missing`` (``Api.call``) none."""
    rows: dict[str, Row] = {}
    try:
        for page, _ in api.pages(operation, shape, **params):
            rows.update(rows_of(page))
    except Missing:
        return Page(rows={part: rows})
    except SkipAndNote as error:
        return Page(rows={part: rows}, gaps={(part.name, key): error.cause})
    return Page(rows={part: rows})


def list_on(staging: Staging, step: str, read: Callable[[str], Iterator[Page]], lost: Callable[[str], Gaps]) -> None:
    """Stage a list's pages from the last staged one on; ``lost`` gives the gaps of a list that ends in a refusal.

    ``read`` gives the pages behind a token, each with the token of the next as its cursor. A token that no longer
    holds starts the list anew.
    """
    staged = staging.pages(step)
    if staged and not staged[-1].cursor:
        return
    try:
        for number, page in enumerate(read(staged[-1].cursor if staged else ""), len(staged) + 1):
            staging.put(step, number, page)
    except SkipAndNote as error:
        now = len(staging.pages(step))
        if staged and now == len(staged):
            staging.restart(step)
            list_on(staging, step, read, lost)
        else:
            staging.put(step, now + 1, Page(gaps=lost(error.cause)))


def moment(when: datetime | None) -> str:
    """Give a time of AWS as ISO 8601 in UTC, the same on every machine; empty where AWS tells none."""
    return when.astimezone(UTC).isoformat() if when else ""
