"""One row of the outbox, and the steps it may take: pure, so that every crash and race can be walked through.

The order of the steps is the guarantee. That a request is about to be sent is written down *before* it is sent; an
empty search is believed only when no request can be under way any more; a full one is always believed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orgwarden.errors import RetryLater
from orgwarden.tickets.group import Group
from orgwarden.tickets.sink import Category, Rejected

GONE = "gone"


class Standing(StrEnum):
    """How far a ticket has come: wanted, known by its key, refused, or held back until a run has room."""

    INTENT = "intent"
    BOUND = "bound"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is known of one ticket.

    ``attempted_at`` on an intent means that its outcome is not known. ``content`` is the digest of what the ticket was
    last made to say, ``findings`` are those that it then listed and that no other ticket has taken over since (as those
    ``moved``), and ``left_open`` is how we left it; ``status`` is what it was last seen to be (``gone``: deleted).
    """

    group: Group
    state: Standing = Standing.INTENT
    ticket: str = ""
    lease_owner: str = ""
    lease_until: datetime | None = None
    attempted_at: datetime | None = None
    note: str = ""
    content: str = ""
    left_open: bool = True
    status: str = Category.NEW.value
    hand_closures: int = 0
    is_disputed: bool = False
    findings: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def is_bound(self) -> bool:
        return self.state is Standing.BOUND

    @property
    def is_done(self) -> bool:
        return self.status == Category.DONE

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    @property
    def is_open(self) -> bool:
        return self.is_bound and not self.is_done and not self.is_gone

    @property
    def version(self) -> str:
        """Tell one occasion to write from the next: a plan that was made on another version is stale."""
        if not self.content:
            return ""
        return f"{self.content}/{self.left_open}/{self.status}/{self.hand_closures}/{self.is_disputed}"


Step = tuple[Entry, Exception | None]


def claim(entry: Entry, me: str, now: datetime, lease: timedelta) -> Step:
    """Take the ticket for a while, unless it is known already or somebody else is at it."""
    if entry.is_bound:
        return entry, None
    if entry.lease_until and now < entry.lease_until and entry.lease_owner != me:
        wait = (entry.lease_until - now).total_seconds()
        return entry, RetryLater(f"another run is at ticket {entry.group.fingerprint}", after=wait)
    return replace(entry, state=Standing.INTENT, note="", lease_owner=me, lease_until=now + lease), None


def held_back(entry: Entry, now: datetime) -> Entry:
    """Give the ticket as held back until a run has room; one that may be there, or that somebody is at, is not."""
    is_taken = entry.lease_until is not None and now < entry.lease_until
    if entry.state is not Standing.INTENT or entry.attempted_at or is_taken:
        return entry
    return replace(_released(entry), state=Standing.DEFERRED, note="too many tickets for one run")


def bind(entry: Entry, me: str, ticket: str) -> Step:
    """Write down the ticket's key."""
    if entry.is_bound:
        return entry, None
    if entry.lease_owner != me or entry.state is not Standing.INTENT:
        return entry, _fenced(entry)
    return replace(_released(entry), state=Standing.BOUND, ticket=ticket, attempted_at=None, note=""), None


def attempt(entry: Entry, me: str, now: datetime, lease: timedelta, settle: timedelta) -> Step:
    """Write down that a request is about to be sent; only when no earlier one can be under way."""
    if entry.is_bound or entry.lease_owner != me or not entry.lease_until or entry.lease_until <= now:
        return entry, _fenced(entry)
    if entry.attempted_at and now < entry.attempted_at + settle:
        return _released(entry), _settling(entry, now, settle)
    return replace(entry, attempted_at=now, lease_until=now + lease), None


def give_back(entry: Entry, me: str, attempted_at: datetime | None) -> Step:
    """Let go of the ticket: nothing was sent, so what was known before of an earlier attempt holds again."""
    is_mine = entry.lease_owner == me and entry.state is Standing.INTENT
    return (replace(_released(entry), attempted_at=attempted_at) if is_mine else entry), None


def reject(entry: Entry, me: str, error: Rejected) -> Step:
    """Write down that the ticket was refused, and why."""
    if entry.lease_owner != me or entry.state is not Standing.INTENT:
        return entry, error
    return replace(_released(entry), state=Standing.REJECTED, attempted_at=None, note=error.cause), error


def abandon(entry: Entry, me: str, now: datetime, settle: timedelta) -> Step:
    """Forget an attempt that came to nothing, once it certainly did, for a ticket that is no longer wanted."""
    if entry.is_bound or entry.lease_owner != me:
        return entry, _fenced(entry)
    if entry.attempted_at and now < entry.attempted_at + settle:
        return _released(entry), _settling(entry, now, settle)
    return replace(_released(entry), attempted_at=None), None


def noted(entry: Entry, status: Category | None) -> Entry:
    """Note what a ticket is seen to be; what we left open and find closed was closed by hand."""
    shown = status.value if status else GONE
    if entry.is_open and entry.left_open and shown == Category.DONE:
        return replace(entry, status=shown, hand_closures=entry.hand_closures + 1)
    if entry.is_disputed and shown in {Category.NEW, Category.ACTIVE}:
        # Its label is to go: what the ticket says has to be written again.
        return replace(entry, status=shown, is_disputed=False, content="")
    return replace(entry, status=shown)


def _released(entry: Entry) -> Entry:
    return replace(entry, lease_owner="", lease_until=None)


def _fenced(entry: Entry) -> RetryLater:
    return RetryLater(f"another run has taken over ticket {entry.group.fingerprint}", after=1.0)


def _settling(entry: Entry, now: datetime, settle: timedelta) -> RetryLater:
    until = (entry.attempted_at or now) + settle
    text = f"ticket {entry.group.fingerprint} was sent without an answer: deferred until {until:%Y-%m-%d %H:%M:%S} UTC"
    return RetryLater(text, after=(until - now).total_seconds())
