"""The word of a call: one person sees it, says it over the phone, and the other picks it from a list.

It is made of the key of the veil, the quarter and the account, so nobody has to keep it, and nobody without the key can
tell it. It stands on the page of the person who is called alone, in no log, task or table.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """The words of a quarter's calls, by account; ``key`` is that of the veil."""

    key: bytes = field(repr=False)
    quarter: Period

    def choices(self, account: str) -> tuple[str, ...]:
        """Give the words from which the caller of an account's phone picks."""
        return choices(self.key, self.quarter, account)

    def word(self, account: str) -> str:
        """Give the word that whoever is called says."""
        return word(self.key, self.quarter, account)


def _number(key: bytes, quarter: Period, account: str, what: str) -> int:
    told = f"orgwarden call\n{quarter}\n{account}\n{what}".encode()
    return int.from_bytes(hmac.new(key, told, hashlib.sha256).digest()[:8])
