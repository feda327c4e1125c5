"""Looks for one thing in one Region after another: some services have a home Region that no other Region tells of.

That there is none is known only when every Region has said so.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from orgwarden.collect.regions import ask_in, enabled_regions
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import RetryLater, SkipAndNote

T = TypeVar("T")


@dataclass(slots=True)
class Regions:
    """The Regions that are on, asked for once, when the first thread needs them; a refusal holds for all, too."""

    aws: Aws
    management: str
    _found: tuple[str, ...] = ()
    _cause: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> tuple[str, ...]:
        """Give the Regions. Raises ``SkipAndNote``."""
        with self._lock:
            if not self._found and not self._cause:
                self._ask()
        if self._cause:
            raise SkipAndNote(self._cause)
        return self._found

    def _ask(self) -> None:
        try:
            self._found = enabled_regions(self.aws, self.management)
        except SkipAndNote as error:
            self._cause = error.cause


def first_found(service: str, ask: Callable[[str], T | None], others: Callable[[], Iterable[str]]) -> T | None:
    """Give what ``ask`` finds first, in us-east-1 or one of the other Regions; None: no Region has it.

    ``ask`` calls as ``ask_in`` wants it. ``others`` is called only once us-east-1 has nothing. Raises ``SkipAndNote``
    with the first cause where nothing was found and some Region did not say.
    """
    cause, is_offered = "", False
    for region in _each(others):
        answer, why = _asked(region, service, ask)
        for found in answer:
            if found is not None:
                return found
        cause, is_offered = cause or why, is_offered or bool(answer)
    if cause or not is_offered:
        raise SkipAndNote(cause or f"{service} is offered in no Region that is on")
    return None


def _each(others: Callable[[], Iterable[str]]) -> Iterator[str]:
    yield REGION
    yield from (region for region in others() if region != REGION)


def _asked(region: str, service: str, ask: Callable[[str], T | None]) -> tuple[tuple[T | None, ...], str]:
    """Give what a Region answered, nothing if it does not offer the service; and why it did not say."""
    try:
        return ask_in(region, service, lambda: (ask(region),)) or (), ""
    except (SkipAndNote, RetryLater) as error:
        # A service that cannot be reached in one Region costs that service's answer, and not the whole reading.
        return (), str(error)
