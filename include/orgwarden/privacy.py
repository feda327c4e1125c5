"""Hides phone numbers, mail addresses and names: a keyed hash to compare by, and a mask to show.

The secrets of account recovery must reach no log, database, report or ticket. Whatever reads them turns them into
these two values at once, and only these travel on.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field

ADDRESS = re.compile(r"[\w.+=#|!&'-]+@[\w.-]+\.\w+")
DIALLED = re.compile(r"\+\d(?:[\s().-]{0,2}\d){6,}")
# Whatever may be an address or a number in the words of another program.
AROUND_AT = re.compile(r"[^\s<>@]*@[^\s<>]*")
RUN_OF_DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")

SHORTEST_SHOWN = 5
# What a free text has in the place of an address or a number: its mask, and a bit of its keyed hash.
MASKED = r"(?:[\w.+=#|!&'-]•••@[\w.-]+|••• ••..)~[0-9a-f]{6}"


@dataclass(frozen=True, slots=True)
class Veil:
    """One organization's key; equal things get equal hashes under one key, and nobody without it can guess them.

    ``aliases`` has the declared patterns of addresses and the mailbox that each ends in: they are part of what is
    equal. Both are in the normal form of addresses (``orgwarden.aws.mailboxes``); the first pattern that fits counts.
    """

    key: bytes = field(repr=False)
    aliases: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("the hash key is empty: set ORGWARDEN_HASH_KEY")

    @property
    def check(self) -> str:
        """Give what tells whether two things were hashed under one key."""
        return self._digest("check", "")

    @property
    def folding(self) -> str:
        """Give what tells whether two mailboxes were folded by the same patterns; empty where there are none."""
        return self._digest("aliases", "\x1e".join(map("\x1f".join, self.aliases))) if self.aliases else ""

    def number(self, normal: str) -> str:
        """Give the keyed hash of a number in its normal form (E.164 where it has one)."""
        return self._digest("number", normal)

    def mailbox(self, normal: str) -> str:
        """Give the keyed hash of a mailbox in its normal form."""
        return self._digest("mailbox", normal)

    def person(self, name: str) -> str:
        """Give the keyed hash of a person's name, case and spacing aside."""
        return self._digest("person", " ".join(name.casefold().split()))

    def link(self, url: str) -> str:
        """Give the keyed hash of a link, its query and all."""
        return self._digest("link", url)

    def text(self, value: str) -> str:
        """Give a free text (a tag's value) with addresses and dialled numbers masked, a bit of their hash behind."""
        shown = ADDRESS.sub(lambda m: f"{masked_address(m[0])}~{self.mailbox(m[0].lower())[2:8]}", value)
        return DIALLED.sub(lambda m: f"••• ••{m[0][-2:]}~{self.number(_digits(m[0]))[2:8]}", shown)

    def _digest(self, kind: str, normal: str) -> str:
        digest = hmac.new(self.key, f"{kind}\x1f{normal}".encode(), hashlib.sha256).hexdigest()
        return f"{kind[0]}-{digest[:24]}"


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def masked_number(calling_code: str, digits: str) -> str:
    """Give ``+47 ••• ••12`` for a number: its calling code, where known, and its last two digits."""
    shown = f"••• ••{digits[-2:]}" if len(digits) >= SHORTEST_SHOWN else "•••"
    return f"+{calling_code} {shown}" if calling_code else shown


def masked_address(address: str) -> str:
    """Give ``r•••@corp.example`` for a mail address; a text without an @ is masked whole."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local[:1]}•••@{domain.lower()}" if at else "•••"


def masked_words(text: str, longest: int) -> str:
    """Give what another program said as one line, without whatever may be an address or a number, and cut short."""
    shown = AROUND_AT.sub(lambda m: masked_address(found[0]) if (found := ADDRESS.search(m[0])) else "•••", text)
    shown = RUN_OF_DIGITS.sub("•••", shown)
    line = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
