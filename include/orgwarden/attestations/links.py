"""The links of mailbox probes: signed, so that a made-up one opens nothing, and telling nothing to a stranger.

A link has the number of its probe and a signature; what the probe is about, and until when, stands in our table alone.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

LENGTH = 16


def new_probe() -> str:
    """Give the number of a new probe: 16 random bytes, hexadecimal."""
    return secrets.token_hex(LENGTH)


def token(key: bytes, probe: str) -> str:
    """Give what a link of the probe ends in."""
    number = bytes.fromhex(probe)
    return base64.urlsafe_b64encode(number + _signature(key, number)).decode().rstrip("=")


def probe_of(key: bytes, text: str) -> str:
    """Give the number of the probe whose link ends so; empty for what nobody with the key has signed."""
    try:
        told = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    number, signature = told[:LENGTH], told[LENGTH:]
    if not hmac.compare_digest(_signature(key, number), signature):
        return ""
    # One probe has one spelling: what decodes alike and is written otherwise is no link of ours.
    return number.hex() if token(key, number.hex()) == text else ""


def _signature(key: bytes, number: bytes) -> bytes:
    return hmac.new(key, b"orgwarden mailbox probe\n" + number, hashlib.sha256).digest()
