"""What a ticket system must be able to do, whichever it is.

Every adapter sends each request once: what may be repeated is decided by the outbox, which knows what was sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import Severity

# Every ticket of ours carries it; nothing without it is ever touched.
LABEL = "orgwarden"
DISPUTED = "drift-disputed"


class Rejected(SkipAndNote):
    """The ticket system refused this one ticket, and will again until somebody changes something."""


class NotSent(RetryLater):
    """The request has certainly changed nothing: connection refused, or too many requests (429)."""


class UnknownOutcome(RetryLater):
    """The request may have been carried out: a timeout, a reset, a 5xx, 408 or 425."""


class Category(StrEnum):
    """What a ticket's status means, whatever its name in the ticket system."""

    NEW = "new"
    ACTIVE = "active"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a ticket shall say; ``body`` is the block between our markers, around which people may write."""

    title: str
    body: str
    labels: tuple[str, ...]
    severity: Severity
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class TicketRef:
    """A ticket's key, and where people look at it."""

    key: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket as its system shows it now."""

    ref: TicketRef
    fingerprint: str
    status: Category
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a ticket system can do, and how long it may take.

    ``settle_seconds`` is at least the lag of ``find`` plus the longest that a request may wait in front of or inside
    the server; 0 only where the server itself refuses a second ticket of one fingerprint (``native_dedup``).
    """

    settle_seconds: float
    timeout_seconds: float = 30.0
    native_dedup: bool = False
    can_reopen: bool = True
    max_title: int = 255
    max_body: int = 32_767

    def __post_init__(self) -> None:
        if self.settle_seconds <= 0 and not self.native_dedup:
            raise ValueError(
                "settle_seconds is 0: even where a search lags by nothing, a request may still be under way"
            )

    @property
    def lease_seconds(self) -> float:
        """Give for how long a ticket is claimed: longer than find and create together may take."""
        return 3 * self.timeout_seconds


class Sink(Protocol):
    """A ticket system and a project in it. Any call may raise ``RetryLater``, ``Rejected`` or ``Refused``."""

    @property
    def backend(self) -> str: ...
    @property
    def project(self) -> str: ...
    @property
    def capabilities(self) -> Capabilities: ...

    def find(self, fingerprint: str) -> Sequence[TicketRef]:
        """Give all tickets of a fingerprint, of any status, oldest first."""

    def create(self, draft: Draft, fingerprint: str) -> TicketRef:
        """Create a ticket by exactly one request. Raises ``Rejected``, ``NotSent`` or ``UnknownOutcome``."""

    def get(self, ref: TicketRef) -> Ticket | None:
        """Give a ticket as it is now, past any search index; ``None`` where it was deleted."""

    def comment(self, ref: TicketRef, body: str, key: str) -> None:
        """Add a comment, unless one with this key is there."""

    def transition(self, ref: TicketRef, to: Category) -> None:
        """Open (``ACTIVE``) or close (``DONE``) a ticket; nothing happens where it is so already."""

    def update(self, ref: TicketRef, draft: Draft) -> None:
        """Replace title, our block and our labels; what people wrote stays."""

    def list_all(self) -> Iterable[Ticket]:
        """Give all tickets with our label, of any status, oldest first."""
