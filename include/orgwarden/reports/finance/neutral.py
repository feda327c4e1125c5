"""Writes text into CSV files so that no spreadsheet takes it for a formula; numbers stay as they are."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

# What begins a formula, or vanishes before what begins one (OWASP, CSV Injection).
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Value = str | Decimal | int | date | None


def neutral(text: str) -> str:
    """Give a text that is a text wherever it is opened."""
    return f"'{text}" if text.startswith(LIVE) else text


def neutral_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Give a CSV file (RFC 4180, UTF-8)."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([neutral(name) for name in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue().encode()


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
