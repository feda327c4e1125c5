"""A small document → Markdown, in which nothing that others wrote can act: no mention, link, HTML or table cell.

Account names, tags and reasons come from outside. Only ``Ours`` is trusted to be Markdown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orgwarden.privacy import ADDRESS, DIALLED, masked_address, masked_number

BEGIN, END = "<!-- orgwarden:begin -->", "<!-- orgwarden:end -->"
BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
# Access key ids, of users and of sessions.
ACCESS_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b")
ACTIVE = re.compile(r"[\\`*_{}\[\]<>|~!]")
# Breaks what ticket systems turn into something after they have read the escapes: @somebody, #123, http://, www.
TRIGGER = re.compile(r"@(?=\w)|#(?=\d)|:(?=//)|\bwww(?=\.)")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
GAP = "\u200b"


class Ours(str):
    """Markdown of our own making."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Code:
    """An id, shown as it is."""

    text: str


Inline = str | Code | Ours


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the second level."""

    text: Inline


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Pieces of text, in a row."""

    pieces: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    lines: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; each row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]


Piece = Heading | Paragraph | Bullets | Table


def markdown(document: Iterable[Piece]) -> str:
    """Render a document."""
    return "\n\n".join(map(_rendered, document))


def block(document: Iterable[Piece]) -> str:
    """Render a document between our markers."""
    return f"{BEGIN}\n{markdown(document)}\n{END}"


def spliced(body: str, ours: str) -> str:
    """Put our block into a body in place of the old one, so that what people wrote around it stays."""
    if BLOCK.search(body):
        return BLOCK.sub(lambda _: ours, body, count=1)
    return f"{body.rstrip()}\n\n{ours}" if body.strip() else ours


def redacted(text: str) -> str:
    """Mask what must not be in a ticket, should it have come this far: addresses, numbers, access keys."""
    shown = ADDRESS.sub(lambda m: masked_address(m[0]), text)
    shown = DIALLED.sub(lambda m: masked_number("", "".join(c for c in m[0] if c.isdigit())), shown)
    return ACCESS_KEY.sub("•••", shown)


def plain(text: str, longest: int) -> str:
    """Give one line of plain text, for a title: nothing in it acts, and what is cut off is seen to be."""
    line = TRIGGER.sub(lambda m: m[0] + GAP, redacted(_one_line(text)))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def escaped(text: str) -> str:
    """Give foreign text as Markdown that shows it and does nothing."""
    shown = ACTIVE.sub(lambda m: f"\\{m[0]}", redacted(_one_line(text)).replace("&", "&amp;"))
    return TRIGGER.sub(lambda m: m[0] + GAP, shown.replace("\\<", "&lt;").replace("\\>", "&gt;"))


def _one_line(text: str) -> str:
    return " ".join(INVISIBLE.sub(" ", text.replace(GAP, "")).split())


def _rendered(piece: Piece) -> str:
    match piece:
        case Heading(text):
            return f"## {_inline(text)}"
        case Paragraph(pieces):
            return "".join(map(_inline, pieces))
        case Bullets(lines):
            return "\n".join(f"- {''.join(map(_inline, line))}" for line in lines)
        case Table(head, rows):
            return "\n".join((_row(head), _row(Ours("---") for _ in head), *map(_row, rows)))


def _row(cells: Iterable[Inline]) -> str:
    return f"| {' | '.join(map(_inline, cells))} |"


def _inline(piece: Inline) -> str:
    match piece:
        case Code(text):
            shown = redacted(_one_line(text)).replace("`", "'").replace("|", "\\|")
            return f"`{shown}`" if shown else ""
        case Ours():
            return str(piece)
        case _:
            return escaped(piece)


def listed(items: Sequence[str], most: int = 10) -> str:
    """Give the first items, and how many more there are."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
