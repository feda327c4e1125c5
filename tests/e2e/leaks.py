"""Finds phone numbers and names in whatever a run leaves behind: files, databases and Parquet, decoded."""

import base64
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import phonenumbers

SECRET_KEYS = ("FullName", "Name", "PhoneNumber", "number")
# Of calls that set an organization up only people are secret; trails and policies are named, too.
PEOPLE, SECRET_OF_PEOPLE = "identitystore", ("FamilyName", "GivenName", "UserName", "Value")
SHORTEST_NATIONAL, SHORTEST_WORD = 7, 6
BETWEEN = r"[\s().\-/ ]{0,2}"


@dataclass(frozen=True)
class Secrets:
    """What must be nowhere, as one pattern over text; ``found`` gives what of it is in a text."""

    pattern: re.Pattern[str]

    def found(self, text: str) -> set[str]:
        return {match[0] for match in self.pattern.finditer(text)}


def of_seed(seed: Mapping[str, Any]) -> Secrets:
    """Give the numbers and names that a seed holds anywhere, but for names so short that they stand in other words."""
    values = {value for value in _values(seed) if len(value) >= SHORTEST_WORD}
    numbers = {value for value in values if value.startswith("+")}
    names = values - numbers
    patterns = [one for value in numbers for one in _number_patterns(value)]
    patterns += [re.escape(word) for name in names for word in re.split(r"[\s-]", name) if len(word) >= SHORTEST_WORD]
    patterns += [re.escape(code) for value in values for code in _encoded(value)]
    return Secrets(re.compile("|".join(patterns), re.IGNORECASE))


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Give (where, text) of every file in a folder, as it is and decoded; nothing is passed over in silence."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_bytes()
        yield str(file), data.decode("latin-1")
        yield str(file), data.decode("utf-8", errors="replace")
        if data.startswith(b"SQLite format 3"):
            yield from ((f"{file}:{table}", text) for table, text in _database(file))
        if file.suffix == ".parquet":
            yield str(file), _parquet(file)


def _values(node: Any, keys: Iterable[str] = SECRET_KEYS) -> Iterator[str]:
    if isinstance(node, Mapping) and "operation" in node and "parameters" in node:
        if node["service"] == PEOPLE:
            yield from _values(node["parameters"], SECRET_OF_PEOPLE)
        return
    if isinstance(node, Mapping):
        yield from (value for key, value in node.items() if key in keys and isinstance(value, str))
    inner: Iterable[Any] = (
        node.values() if isinstance(node, Mapping) else node if isinstance(node, list | tuple) else ()
    )
    for one in inner:
        yield from _values(one, keys)


def _number_patterns(number: str) -> Iterator[str]:
    """Give patterns for a number however it is grouped: with its calling code, and without where it is long enough."""
    parsed = phonenumbers.parse(number)
    code, national = str(parsed.country_code), phonenumbers.national_significant_number(parsed)
    yield rf"(?:\+|00|%2B)\s?{BETWEEN.join(code + national)}(?!\d)"
    if len(national) >= SHORTEST_NATIONAL:
        yield rf"(?<!\d)(?:{code}{BETWEEN})?\(?0?{BETWEEN.join(national)}(?!\d)"


def _encoded(value: str) -> Iterator[str]:
    """Give a value as it looks in URLs and in base64, wherever in a longer text it stands."""
    spelled = {value, value.replace(" ", ""), value.lower()}
    for text in spelled:
        yield from {quote(text, safe=""), quote_plus(text)} - {text}
        yield from (_base64_at(text.encode(), offset) for offset in range(3))


def _base64_at(data: bytes, offset: int) -> str:
    """Give the letters of base64 that depend on the data alone when it begins at an offset (0-2) of a group."""
    code = base64.b64encode(b"\0" * offset + data).decode()
    whole = (offset + len(data)) // 3 * 4
    return code[(0, 2, 3)[offset] : whole]


def _database(file: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        database.text_factory = lambda data: data.decode("utf-8", errors="replace")
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield table, "\n".join(_decoded(value) for value in row)


def _parquet(file: Path) -> str:
    import duckdb

    return "\n".join(map(str, duckdb.read_parquet(str(file)).fetchall()))


def _decoded(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return zlib.decompress(value).decode("utf-8", errors="replace")
    except zlib.error:
        return value.decode("latin-1")
