"""What a report shows, before it is a workbook or a page: sheets of tables and charts, with the kind of each column.

Workbook and pages are made of the same values, so no two of them can show different amounts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from orgwarden.rounding import EXACT, total_of

Cell = str | Decimal | int | date | None
Row = tuple[Cell, ...]
T = TypeVar("T")
# A workbook with more rows opens slowly; the whole stands in the ledger's files.
MOST_ROWS = 20_000


class Kind(StrEnum):
    """How the cells of a column are written, and whether they can be added."""

    TEXT = "text"
    MONEY = "money"
    RATE = "rate"
    PERCENT = "percent"
    COUNT = "count"
    DATE = "date"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and the kind of its cells; a comment is left empty for whoever reads it."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under columns, with a total where they add up; ``empty`` is what is said where there are none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    note: str = ""
    empty: str = "There are none."

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else ())):
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {self.title!r} has {len(row)} cells for {len(self.columns)} columns")


class Shape(StrEnum):
    """What a chart looks like."""

    STACKED = "stacked"
    WATERFALL = "waterfall"
    BARS = "bars"
    SHARES = "shares"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Series over categories; of a waterfall the first and last category are totals, the others changes.

    Amounts are in the bill's currency; shares are between 0 and 1.
    """

    title: str
    shape: Shape
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal, ...]], ...]
    empty: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One sheet of the workbook, one section of a page."""

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    has_stamp: bool = False
    has_signatures: bool = False


def money(*titles: str) -> tuple[Column, ...]:
    """Give columns of amounts."""
    return tuple(Column(title, Kind.MONEY) for title in titles)


def change(now: Decimal, before: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Give by how much an amount changed, and by which share; no share of nothing, and none where nothing is known."""
    if before is None:
        return None, None
    difference = EXACT.subtract(now, before)
    return difference, EXACT.divide(difference, abs(before)) if before else None


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Give which share of a whole a part is; none of nothing."""
    return EXACT.divide(part, whole) if whole else None


def sum_of(rows: Sequence[Row], at: int) -> Decimal:
    """Add up the amounts of a column."""
    return total_of({n: cell for n, row in enumerate(rows) if isinstance(cell := row[at], Decimal)})


def capped(
    keys: Sequence[T], row: Callable[[Sequence[T]], Row], weight: Callable[[T], Decimal], most: int = MOST_ROWS
) -> tuple[Row, ...]:
    """Give a row for each key; of too many the lighter ones in one row at the end, so that all still adds up.

    ``row`` makes the row of one key, or of all those that are put together.
    """
    if len(keys) <= most:
        return tuple(row([key]) for key in keys)
    heaviest = set(sorted(keys, key=lambda key: (-abs(weight(key)), str(key)))[: most - 1])
    rest = [key for key in keys if key not in heaviest]
    return (*(row([key]) for key in keys if key in heaviest), row(rest))
