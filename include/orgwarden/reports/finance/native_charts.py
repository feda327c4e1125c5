"""Adds native charts to a workbook, over numbers on a sheet of their own, so that they can be checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orgwarden.reports.finance.looks import LESS, MORE, PALETTE, WHOLE, Step, floor_of, waterfall
from orgwarden.reports.finance.tables import Chart, Shape, Sheet
from orgwarden.reports.finance.workbook import Book, add_sheet, print_setup, text

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as Native
    from xlsxwriter.worksheet import Worksheet

DATA = "Chart data"
SIZE = {"width": 640, "height": 380}
# Where each chart stands on its sheet: column and row of its upper left corner.
PLACES = ((2, 0), (2, 10), (22, 0), (22, 10))
NO_FILL = {"fill": {"none": True}, "border": {"none": True}}
SHORT = "#,##0"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Data:
    """The sheet of the charts' numbers, and how far it is written."""

    to: "Worksheet"
    name: str


def draw(book: Book, sheet: Sheet) -> None:
    """Add the charts of a sheet that was just written, and their numbers on the sheet behind it."""
    to = book.to.get_worksheet_by_name(sheet.name)
    data = Data(add_sheet(book, DATA), DATA)
    print_setup(book, data.to)
    data.to.set_column(0, 0, 50)
    data.to.set_column(1, 30, 16)
    top = 0
    for chart, place in zip(sheet.charts, PLACES, strict=False):
        top = _chart(book, to, data, chart, (top, place))


def _chart(book: Book, to: Any, data: Data, chart: Chart, at: tuple[int, tuple[int, int]]) -> int:
    top, place = at
    if not chart.categories or not chart.series:
        to.write_string(*place, f"{chart.title}: {chart.empty}", book.look(italic=True))
        return top
    columns = _columns(chart)
    _write(book, data, chart, columns, top)
    native = _MAKERS[chart.shape](book, chart)
    for number, (name, _) in enumerate(columns, 1):
        native.add_series(_series(data, chart, (name, number), top))
    native.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    native.set_size(SIZE)
    to.insert_chart(*place, native, {"description": chart.title})
    return top + len(chart.categories) + 3


def _columns(chart: Chart) -> list[tuple[str, Sequence[Decimal]]]:
    """Give what is drawn: of a waterfall its invisible base and its parts, of changes more and less apart."""
    if chart.shape is Shape.WATERFALL:
        return _parts(list(waterfall(chart.categories, chart.series[0][1])))
    if chart.shape is Shape.BARS:
        amounts = chart.series[0][1]
        return [("More", [max(a, NOTHING) for a in amounts]), ("Less", [min(a, NOTHING) for a in amounts])]
    return list(chart.series)


def _parts(steps: Sequence[Step]) -> list[tuple[str, Sequence[Decimal]]]:
    """Stack each step on an invisible base; one that crosses zero has a part on either side of it."""
    parts: dict[str, list[Decimal]] = {
        name: [] for name in ("Base", "Total", "More", "Less", "More below 0", "Less below 0")
    }
    for step in steps:
        low, high = min(step.start, step.end), max(step.start, step.end)
        base = low if low > 0 else min(high, NOTHING)
        kind = "Total" if step.is_total else "More" if step.end >= step.start else "Less"
        above, below = high - max(low, NOTHING), low - min(high, NOTHING)
        for name, column in parts.items():
            column.append(_part(name, kind, base, (max(above, NOTHING), min(below, NOTHING))))
    return [(name, column) for name, column in parts.items() if any(column) or name == "Base"]


def _part(name: str, kind: str, base: Decimal, sides: tuple[Decimal, Decimal]) -> Decimal:
    above, below = sides
    if name == "Base":
        return base
    if name == "Total" and kind == "Total":
        return above + below
    if name == kind:
        return above
    return below if name == f"{kind} below 0" else NOTHING


def _write(book: Book, data: Data, chart: Chart, columns: Sequence[tuple[str, Sequence[Decimal]]], top: int) -> None:
    data.to.write_string(top, 0, chart.title, book.look(bold=True))
    for number, (name, amounts) in enumerate(columns, 1):
        data.to.write_string(top, number, text(name), book.look(bold=True, align="right"))
        for row, amount in enumerate(amounts, top + 1):
            form = "0.0%" if chart.shape is Shape.SHARES else "#,##0.00"
            data.to.write_number(row, number, float(amount), book.look(num_format=form))
    for row, category in enumerate(chart.categories, top + 1):
        data.to.write_string(row, 0, text(category), book.look())


def _series(data: Data, chart: Chart, series: tuple[str, int], top: int) -> dict[str, Any]:
    name, number = series
    last = top + len(chart.categories)
    found: dict[str, Any] = {
        "name": [data.name, top, number],
        "categories": [data.name, top + 1, 0, last, 0],
        "values": [data.name, top + 1, number, last, number],
        "gap": 60,
        **_paint(name, number),
    }
    if chart.shape is Shape.BARS:
        found["overlap"] = 100
    if chart.shape is Shape.SHARES:
        found["data_labels"] = {"value": True, "num_format": "0.0%"}
    return found


def _paint(name: str, number: int) -> Mapping[str, Any]:
    if name == "Base":
        return NO_FILL
    known = {"Total": WHOLE, "More": MORE, "Less": LESS, "More below 0": MORE, "Less below 0": LESS}
    return {"fill": {"color": known.get(name, PALETTE[(number - 1) % len(PALETTE)])}, "border": {"none": True}}


def _stacked(book: Book, _: Chart) -> "Native":
    native = book.to.add_chart({"type": "column", "subtype": "stacked"})
    native.set_y_axis({"num_format": SHORT, "name": book.pack.currency, "major_gridlines": {"visible": True}})
    native.set_x_axis({"label_position": "low"})
    native.set_legend({"position": "bottom"})
    return native


def _waterfall(book: Book, chart: Chart) -> "Native":
    native = book.to.add_chart({"type": "column", "subtype": "stacked"})
    low = floor_of(list(waterfall(chart.categories, chart.series[0][1])))
    axis: dict[str, Any] = {"num_format": SHORT, "name": book.pack.currency}
    native.set_y_axis({**axis, "min": float(low)} if low else axis)
    native.set_x_axis({"label_position": "low", "num_font": {"rotation": -45, "size": 8}})
    native.set_legend({"none": True})
    return native


def _bars(book: Book, _: Chart) -> "Native":
    native = book.to.add_chart({"type": "bar"})
    native.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 8}})
    native.set_x_axis({"num_format": SHORT, "name": book.pack.currency})
    native.set_legend({"none": True})
    return native


def _shares(book: Book, _: Chart) -> "Native":
    native = book.to.add_chart({"type": "bar"})
    native.set_y_axis({"reverse": True})
    native.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
    native.set_legend({"none": True})
    return native


_MAKERS = {Shape.STACKED: _stacked, Shape.WATERFALL: _waterfall, Shape.BARS: _bars, Shape.SHARES: _shares}
