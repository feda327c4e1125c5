"""Reads what a mail server sends back when a message could not be delivered (RFC 3464), for one of our own messages.

Whose message it was is told by the mark that it bore, which stands among its headers in the report and is signed: what
somebody made up is no bounce. A message that is late is none either.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Any

from orgwarden.attestations.links import MARK, probe_of
from orgwarden.privacy import masked_words

# The header that each of our messages bears.
MARKED = "X-Orgwarden"
# Where a mail server that drops headers it does not know still has the mark.
ALSO_IN = ("Message-ID", "In-Reply-To", "References")
A_MARK = re.compile(r"[A-Za-z0-9_-]{64}")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
FAILED = "failed"
LONGEST = 160
NO_REASON = "the mail server gave no reason"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """A message that came back: the number of its probe, and what the mail server said, masked."""

    probe: str
    text: str


def bounce_of(data: bytes, key: bytes) -> Bounce | None:
    """Read a mail; ``None`` where it does not report that one of our messages failed for good."""
    parts = list(_parts(message_from_bytes(data)))
    failed = [one for one in _recipients(parts) if _value(one, "Action").lower() == FAILED]
    number = next((found for one in _marks(parts) if (found := probe_of(key, one, MARK))), "")
    return Bounce(probe=number, text=_said(failed[0])) if failed and number else None


def told(code: int, said: str | bytes) -> str:
    """Give what a mail server answered, without the code that it repeats, addresses and numbers."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {masked_words(text, LONGEST)}".strip()


def _said(recipient: Message) -> str:
    """Give status and diagnostic of a recipient; its name is not among them."""
    status = STATUS.fullmatch(_value(recipient, "Status"))
    diagnostic = masked_words(_value(recipient, "Diagnostic-Code").rpartition(";")[2], LONGEST)
    return " ".join(text for text in (status[0] if status else "", diagnostic) if text) or NO_REASON


def _parts(message: Message) -> Iterator[Message]:
    """Give a message and all in it, and the headers that a part of headers alone has."""
    for part in message.walk():
        yield part
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            yield message_from_string(payload.decode(errors="replace") if isinstance(payload, bytes) else "")


def _recipients(parts: Iterable[Message]) -> Iterator[Message]:
    """Give what a report says of each recipient."""
    for part in parts:
        payload: Any = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
            yield from (one for one in payload if one.get("Action"))


def _marks(parts: Iterable[Message]) -> Iterator[str]:
    for name in (MARKED, *ALSO_IN):
        for part in parts:
            for value in part.get_all(name, ()):
                yield from A_MARK.findall(re.sub(r"\s", "", str(value)))


def _value(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())
