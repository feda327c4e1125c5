"""Writes sheets as an XLSX workbook that a controller can read, filter, print and sign.

There is no formula in it, and no text of others can become one: each text is written as a string, whatever it begins
with, and each amount as the number of its rounded cents.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from orgwarden.reports.finance.looks import HEAD, INK, LINE, NUMBERS, STAMPS, WHOLE_UNITS
from orgwarden.reports.finance.pack import Pack
from orgwarden.reports.finance.tables import Cell, Column, Kind, Row, Sheet, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# What a text in a cell, the name of a sheet, and a line at the edge of a page may be at most.
LONGEST_TEXT, LONGEST_NAME, LONGEST_EDGE = 32_000, 31, 200
A4, NARROWEST, WIDEST, COMMENT_WIDTH, PADDING = 9, 11, 50, 44, 3
LINE_HEIGHT, MOST_LINES = 14.0, 25
SIGNERS = ("Prepared by", "Reviewed by", "Approved by")
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is being written, with the formats that it has already."""

    to: "Workbook"
    pack: Pack
    formats: "dict[tuple[tuple[str, Any], ...], Format]" = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def look(self, **properties: Any) -> "Format":
        """Give a format, made once."""
        wanted = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "vcenter", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.to.add_format(wanted)
        return self.formats[key]

    def number(self, kind: Kind) -> str:
        """Give how numbers of a kind are written in the currency of the bill."""
        return WHOLE_UNITS if kind is Kind.MONEY and self.pack.unit >= 1 else NUMBERS[kind]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet that is being written, with the widths of its columns."""

    book: Book
    to: "Worksheet"
    widths: Sequence[int]


def workbook(
    pack: Pack, sheets: Sequence[Sheet], stamp: str, draw: Callable[[Book, Sheet], None] | None = None
) -> bytes:
    """Give the bytes of a workbook; ``draw`` adds the charts of a sheet that has some, once all sheets are there."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only reports need it, and DAGs are parsed without

    file = BytesIO()
    with Workbook(file, SAFE) as to:
        book = Book(to, pack)
        to.set_properties(_properties(pack))
        for sheet in sheets:
            _sheet(book, sheet, stamp)
        for sheet in sheets:
            if sheet.charts and draw is not None:
                draw(book, sheet)
    return file.getvalue()


def add_sheet(book: Book, name: str) -> "Worksheet":
    """Add a sheet, its name made one that Excel takes: short, without some signs, and not there yet."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name).strip("'")[:LONGEST_NAME] or "Sheet"
    number = 2
    while clean.lower() in book.names | {"history"}:
        ending = f" ({number})"
        clean, number = f"{clean.removesuffix(f' ({number - 1})')[: LONGEST_NAME - len(ending)]}{ending}", number + 1
    book.names.add(clean.lower())
    return book.to.add_worksheet(clean)


def text(value: str) -> str:
    """Give a text that fits a cell."""
    return value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 1]}…"


def print_setup(book: Book, to: "Worksheet", header: int | None = None, *, pages: int = 0) -> None:
    """Set up printing, the row of column titles on every page; no number of pages (0) means as many as it takes."""
    to.set_landscape()
    to.set_paper(A4)
    to.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    to.fit_to_pages(1, pages)
    to.hide_gridlines(2)
    if header is not None:
        to.repeat_rows(header)
    edge = book.pack.title.replace("&", "&&")[:LONGEST_EDGE]
    to.set_header(f"&L&8{edge}")
    to.set_footer("&L&8&A&C&8Page &P of &N&R&8Orgwarden")


def _properties(pack: Pack) -> dict[str, Any]:
    return {
        "title": pack.title,
        "subject": f"Reconciliation of the AWS bill {pack.period}",
        "author": "Orgwarden",
        "keywords": f"AWS, bill, {pack.period}, {pack.status}, version {pack.version}",
        "comments": "The exact amounts stand in ledger.parquet beside this workbook.",
        "created": pack.made.astimezone(UTC).replace(tzinfo=None),
    }


def _sheet(book: Book, sheet: Sheet, stamp: str) -> None:
    to = add_sheet(book, sheet.name)
    widths = _widths(sheet.tables)
    top = _head(book, to, sheet, stamp, widths)
    header, is_single = top, len(sheet.tables) == 1
    for table in sheet.tables:
        header = top if is_single else top + 1
        top = _table(Page(book, to, widths), table, top, is_main=table is sheet.tables[-1], has_title=not is_single)
    if sheet.has_signatures:
        _signatures(book, to, top)
    elif sheet.tables:
        _filter(to, sheet.tables[-1], header)
    print_setup(book, to, header, pages=1 if sheet.has_signatures or sheet.charts else 0)
    if sheet.tables:
        to.freeze_panes(header + 1 if is_single else 2, 1)


def _head(book: Book, to: "Worksheet", sheet: Sheet, stamp: str, widths: Sequence[int]) -> int:
    """Write title, status and notes; give the row where the first table begins."""
    for at, width in enumerate(widths):
        to.set_column(at, at, width)
    to.set_row(0, 24)
    to.write_string(0, 0, sheet.title, book.look(bold=True, font_size=16))
    to.write_string(1, 0, book.pack.title, book.look(font_color="#52606D"))
    row = 2
    if sheet.has_stamp:
        row = _stamp(book, to, stamp)
    for note in sheet.notes:
        _note(book, to, row, note, widths)
        row += 1
    return row + 1


def _stamp(book: Book, to: "Worksheet", stamp: str) -> int:
    ink, paper = STAMPS.get(stamp, STAMPS["ESTIMATED"])
    to.set_row(3, 26)
    look = book.look(
        bold=True, font_size=14, font_color=ink, bg_color=paper, border=1, border_color=ink, valign="vcenter"
    )
    to.merge_range(3, 0, 3, 2, "", look)
    to.write_string(3, 0, stamp, look)
    return 5


def _note(book: Book, to: "Worksheet", row: int, note: str, widths: Sequence[int]) -> None:
    """Write a note over all columns, as high as it needs to be: merged cells do not grow by themselves."""
    look = book.look(italic=True, text_wrap=True, font_color="#52606D")
    last = max(len(widths) - 1, 5)
    width = sum(widths) + (last + 1 - len(widths)) * 8
    to.merge_range(row, 0, row, last, "", look)
    to.write_string(row, 0, text(note), look)
    to.set_row(row, LINE_HEIGHT * -(-len(note) // max(width - 5, 20)))


def _table(page: Page, table: Table, top: int, *, is_main: bool, has_title: bool) -> int:
    """Write a table; give the row where the next one begins. Only the main one says how wide its last column is."""
    book, to = page.book, page.to
    if has_title:
        to.write_string(top, 0, table.title, book.look(bold=True, font_size=12))
        top += 1
    for at, column in enumerate(table.columns):
        to.write_string(top, at, text(column.title), _header(book, column, at))
    last = None if is_main else len(table.columns) - 1
    row = top + 1
    for cells in table.rows:
        _row(page, row, table.columns, cells, last)
        row += 1
    if not table.rows:
        to.write_string(row, 0, table.empty, book.look(italic=True, font_color="#52606D"))
        row += 1
    if table.total is not None:
        _row(page, row, table.columns, table.total, last, bold=True, top=1, bottom=6, bg_color=HEAD)
        row += 1
    if table.note:
        to.write_string(row, 0, table.note, book.look(italic=True, font_color="#52606D"))
        row += 1
    return row + 1


def _header(book: Book, column: Column, at: int) -> "Format":
    return book.look(bold=True, bg_color=HEAD, bottom=1, text_wrap=True, valign="bottom", **_aligned(column, at))


def _aligned(column: Column, at: int) -> dict[str, Any]:
    """Set texts to the left, and apart from the number before them."""
    if column.kind in NUMBERS:
        return {"align": "right"}
    return {"align": "left", "indent": 1} if at else {"align": "left"}


def _row(page: Page, row: int, columns: Sequence[Column], cells: Row, last: int | None, **look: Any) -> None:
    """Write a row, as high as its longest text; a text in the column ``last`` runs on to the right instead."""
    lines = 1
    for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        wraps = at != last
        if isinstance(cell, str) and wraps:
            lines = max(lines, _lines(cell, page.widths[at]))
        _cell(page.book, (page.to, row, at), column, cell, {"text_wrap": wraps and isinstance(cell, str), **look})
    if lines > 1:
        page.to.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES))


def _lines(cell: str, width: int) -> int:
    """Give about how many lines a text takes; where it just fits the column that was made for it, one."""
    lines = (1 if len(line) <= width - PADDING else -(-len(line) // (width - PADDING - 1)) for line in cell.split("\n"))
    return sum(lines)


def _cell(book: Book, place: "tuple[Worksheet, int, int]", column: Column, cell: Cell, look: dict[str, Any]) -> None:
    """Write one cell by the kind of its column; a float holds cents exactly enough to show them."""
    to, row, at = place
    if column.kind is Kind.COMMENT:
        look = {**look, "bg_color": "#FFFBE6", "border": 1, "border_color": LINE, "text_wrap": True}
    if cell is None:
        to.write_blank(row, at, None, book.look(**look))
    elif isinstance(cell, str):
        to.write_string(row, at, text(cell), book.look(**_aligned(column, at), **look))
    elif isinstance(cell, Decimal | int):
        to.write_number(row, at, float(cell), book.look(num_format=book.number(column.kind), **look))
    else:
        to.write_datetime(row, at, cell, book.look(num_format=book.number(Kind.DATE), align="right", **look))


def _widths(tables: Sequence[Table]) -> list[int]:
    """Give the width of each column by what stands in it, but for last columns of texts that may run on."""
    found = [NARROWEST] * max((len(table.columns) for table in tables), default=0)
    for table in tables:
        is_main = table is tables[-1]
        for at, column in enumerate(table.columns):
            if is_main or column.kind is not Kind.TEXT or at < len(table.columns) - 1:
                found[at] = max(found[at], _width(table, at, column))
    return found


def _width(table: Table, at: int, column: Column) -> int:
    if column.kind is Kind.COMMENT:
        return COMMENT_WIDTH
    shown = [_shown(row[at]) for row in (*table.rows[:2000], *([table.total] if table.total else ()))]
    head = max(map(len, column.title.split()), default=0) + 4
    return min(max([NARROWEST, head, *(len(cell) + PADDING for cell in shown)]), WIDEST)


def _shown(cell: Cell) -> str:
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell or "")


def _filter(to: "Worksheet", table: Table, header: int) -> None:
    if table.rows:
        to.autofilter(header, 0, header + len(table.rows), len(table.columns) - 1)


def _signatures(book: Book, to: "Worksheet", top: int) -> None:
    """Leave room for those who sign; who signed in the system stands in the record beside the pack."""
    to.write_string(top, 0, "Sign-off", book.look(bold=True, font_size=12))
    for at, title in enumerate(("", "Name", "Date", "Signature")):
        to.write_string(top + 1, at, title, book.look(bold=True, bg_color=HEAD, bottom=1))
    for number, signer in enumerate(SIGNERS, top + 2):
        to.set_row(number, 30)
        to.write_string(number, 0, signer, book.look(valign="bottom", bottom=1))
        for at in (1, 2, 3):
            to.write_blank(number, at, None, book.look(bottom=1))
