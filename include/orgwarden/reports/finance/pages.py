"""Writes sheets as one HTML page: everything escaped, nothing loaded, no script; charts are drawn inside it.

The showback page tells the whole organization what it cost, without findings or sign-off: those are finance's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from orgwarden.reports.finance.books import Books
from orgwarden.reports.finance.drawing import picture
from orgwarden.reports.finance.pack import Pack
from orgwarden.reports.finance.sheets.accounts import accounts
from orgwarden.reports.finance.sheets.charts import charts
from orgwarden.reports.finance.sheets.commitments import commitments
from orgwarden.reports.finance.sheets.services import services
from orgwarden.reports.finance.sheets.shared import shared
from orgwarden.reports.finance.sheets.summary import stamp
from orgwarden.reports.finance.sheets.tags import tags
from orgwarden.reports.finance.tables import Cell, Kind, Sheet

# A page with more rows in one table is slow to open and nobody reads it; the workbook has them.
MOST_ROWS = 500
FOOT = (
    "Amounts are rounded once, by largest remainder, so that every table adds up. The exact ones stand in the ledger."
)


def showback(books: Books) -> str:
    """Give the page of the whole bill."""
    sheets = (charts(books), shared(books), accounts(books), *tags(books), services(books), commitments(books))
    figures = [
        (f"Billed, {books.billed_as.lower()}", books.total()),
        (f"Charged to cost centres, {books.charged_as.lower()}", books.total("charged")),
        *([("Billed the month before", books.total(month=books.before))] if books.before else []),
    ]
    return page(books.pack, ("What AWS cost", books.pack.title, stamp(books)), sheets, figures)


def page(
    pack: Pack, head: tuple[str, str, str], sheets: Iterable[Sheet], figures: Sequence[tuple[str, Decimal]] = ()
) -> str:
    """Give a page: its heading, what it is about and the status; amounts to begin with; and its sheets."""
    heading, about, status = head
    shown = [(name, f"{written(amount, Kind.MONEY, pack.unit)} {pack.currency}") for name, amount in figures]
    return (
        _pages()
        .get_template("page.html.j2")
        .render(
            title=f"{heading} · {pack.title}",
            heading=heading,
            about=about,
            stamp=status,
            figures=shown,
            sheets=[_shortened(sheet) for sheet in sheets],
            most=MOST_ROWS,
            unit=pack.unit,
            foot=f"{FOOT} Made {pack.made:%Y-%m-%d %H:%M %Z} by Orgwarden.",
        )
    )


def written(cell: Cell, kind: Kind, unit: Decimal) -> str:
    """Write a cell as people read it; negative amounts stand in parentheses, as in the workbook."""
    if cell is None:
        return ""
    if isinstance(cell, str | date):
        return str(cell)
    if kind is Kind.PERCENT:
        return f"{cell:.1%}"
    if kind is Kind.RATE:
        return f"{cell:.6f}"
    if kind is Kind.COUNT:
        return f"{cell:,}"
    digits = 0 if unit >= 1 else 2
    return f"({-cell:,.{digits}f})" if cell < 0 else f"{cell:,.{digits}f}"


def _shortened(sheet: Sheet) -> Sheet:
    """Say of a table that is too long that it is cut; its total stays that of all rows."""
    told = f"The first {MOST_ROWS} rows are shown; the total is that of all. The workbook has the rest."
    cut = (replace(t, note=told) if len(t.rows) > MOST_ROWS else t for t in sheet.tables)
    return replace(sheet, tables=tuple(cut))


@cache
def _pages() -> Environment:
    made = Environment(
        loader=PackageLoader("orgwarden.reports.finance"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters |= {"shown": written, "picture": picture}
    made.tests["negative"] = lambda cell: isinstance(cell, Decimal) and cell < 0
    return made
