"""The word of a call: one person sees it, says it over the phone, and the other picks it from a list.

It is made of the key of the veil, the quarter and the account, so nobody has to keep it, and nobody without the key can
tell it. It stands on the page of the person who is called alone, in no log, task or table.
"""

import hashlib
import hmac
from importlib.resources import files

from orgwarden.model import Period

SHOWN = 6
WORDS = tuple(files("orgwarden.attestations").joinpath("words.txt").read_text(encoding="utf-8").split())


def word(key: bytes, quarter: Period, account: str) -> str:
    """Give the word of a quarter's call of an account's phone."""
    return choices(key, quarter, account)[_number(key, quarter, account, "which") % SHOWN]


def choices(key: bytes, quarter: Period, account: str) -> tuple[str, ...]:
    """Give the words from which the caller picks, in an order that tells nothing."""
    ranked = sorted(WORDS, key=lambda one: _number(key, quarter, account, f"word {one}"))
    return tuple(ranked[:SHOWN])


def _number(key: bytes, quarter: Period, account: str, what: str) -> int:
    told = f"orgwarden call\n{quarter}\n{account}\n{what}".encode()
    return int.from_bytes(hmac.new(key, told, hashlib.sha256).digest()[:8])
