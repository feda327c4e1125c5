"""What became of the messages to mailboxes, by mailbox: the newest one, and the last that two people confirmed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orgwarden.model import Part

# The question that a confirmation answers in the record.
REACHES_TWO = "contacts.email_reaches_two_people"
NEEDED = 2


class Delivery(StrEnum):
    """What became of a message: about to be sent, taken by the mail server, refused for good, not taken for now."""

    MADE = "made"
    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """A quarter's message that two people confirmed, who they are, and until when that counts."""

    period: str
    by: tuple[str, ...]
    until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """The newest message to a mailbox: of which quarter, when it was sent (None: not yet), and when it is due.

    ``text`` says why it was refused or not taken, without addresses and numbers; ``confirmed_by`` are the ids of those
    who confirmed it; ``last`` is the newest one that two people confirmed, None: none.
    """

    period: str
    sent: date | None
    due: date
    delivery: Delivery
    text: str
    confirmed_by: tuple[str, ...]
    last: Confirmed | None


PROBES: Part[Probed] = Part("attestations.probes", Probed)
