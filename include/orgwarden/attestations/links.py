"""What is signed and given away: the link of a mailbox probe, the mark of its message, the address of a calendar.

A made-up one opens nothing, and none tells anything to a stranger. A link and a mark have the number of the probe and a
signature; what the probe is about, and until when, stands in our table alone. A calendar's has a signature alone.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

LENGTH = 16
LINK, MARK = b"orgwarden mailbox probe\n", b"orgwarden message of a mailbox probe\n"
CALENDAR = b"orgwarden calendar\n"


def new_probe() -> str:
    """Give the number of a new probe: 16 random bytes, hexadecimal."""
    return secrets.token_hex(LENGTH)


def token(key: bytes, probe: str, what: bytes = LINK) -> str:
    """Give what a link of the probe ends in, or the mark of its message."""
    number = bytes.fromhex(probe)
    return _text(number + _signature(key, what, number))


def probe_of(key: bytes, text: str, what: bytes = LINK) -> str:
    """Give the number of the probe whose link ends so; empty for what nobody with the key has signed."""
    try:
        told = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    number, signature = told[:LENGTH], told[LENGTH:]
    if not hmac.compare_digest(_signature(key, what, number), signature):
        return ""
    # One probe has one spelling: what decodes alike and is written otherwise is no link of ours.
    return number.hex() if token(key, number.hex(), what) == text else ""


def calendar(key: bytes, person: str) -> str:
    """Give what the address of a person's calendar ends in."""
    return _text(_signature(key, CALENDAR, person.encode()))


def calendar_owner(key: bytes, text: str, people: Iterable[str]) -> str:
    """Give the id of the person whose calendar it is; empty: nobody's of these."""
    told = text.encode(errors="surrogatepass")
    found = [one for one in people if hmac.compare_digest(calendar(key, one).encode(), told)]
    return found[0] if found else ""


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signature(key: bytes, what: bytes, told: bytes) -> bytes:
    return hmac.new(key, what + told, hashlib.sha256).digest()
