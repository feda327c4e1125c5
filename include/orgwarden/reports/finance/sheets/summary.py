"""The first sheet: what the bill comes to, whether its sources agree, what the checks said, and who signs."""

from decimal import Decimal
from importlib.resources import files

from orgwarden.model import Status
from orgwarden.reports.finance.books import MEASURES, Books, difference, was_read
from orgwarden.reports.finance.chargeback import chargeback
from orgwarden.reports.finance.sheets.accounts import about, compared
from orgwarden.reports.finance.sheets.charges import by_kind
from orgwarden.reports.finance.sheets.findings import counted
from orgwarden.reports.finance.sheets.invoices import invoiced_total
from orgwarden.reports.finance.tables import Cell, Column, Kind, Row, Sheet, Table, money
from orgwarden.rounding import to_cents

UNTIED = {
    "billing.export_ties_to_invoice": "the invoices",
    "billing.export_ties_to_cost_explorer": "Cost Explorer",
}


def summary(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(
        name="Summary",
        title="Summary",
        tables=(_totals(books), _sources(books), by_kind(books), _checks(books)),
        notes=(about(books),),
        has_stamp=True,
        has_signatures=True,
    )


def stamp(books: Books) -> str:
    """Give the status, with the witnesses to which the bill is not tied."""
    unknown = {v.control for v in books.pack.verdicts if v.status is Status.UNKNOWN}
    untied = [name for control, name in UNTIED.items() if control in unknown or not books.pack.verdicts]
    return f"{books.pack.status}, not tied to {' and '.join(untied)}" if untied else books.pack.status


def _totals(books: Books) -> Table:
    rows: list[Row] = [(_name(books, m), *_moved(books, m)) for m in books.measures]
    borne = chargeback(books)
    rest = sum((split.rest for split in borne.splits), Decimal(0))
    rules = books.pack.billing.cost_centres
    if rules != type(rules)():
        nobody = borne.direct.get(rules.default, Decimal(0))
        rows.append((f"{books.charged_as}: of it in {rules.default}", nobody, None, None, None))
    if rest:
        rows.append((f"{books.charged_as}: of it shared costs that are not allocated", rest, None, None, None))
    return Table(
        title=f"Totals in {books.pack.currency}",
        columns=(Column("Measure"), *money("This month", "Month before", "Change"), Column("Change %", Kind.PERCENT)),
        rows=tuple(rows),
    )


def _name(books: Books, measure: str) -> str:
    title = MEASURES[measure]
    marks = {books.billed_as: ": what the invoices ask for", books.charged_as: ": what cost centres bear"}
    return title + marks.get(title, "")


def _moved(books: Books, measure: str) -> tuple[Cell, ...]:
    earlier = books.total(measure, books.before) if books.before else None
    return (books.total(measure), *compared(books.total(measure), earlier))


def _sources(books: Books) -> Table:
    explored = _explored(books)
    invoiced = invoiced_total(books)
    rows = (
        ("Export, billed", books.total(), None, "the amounts of this pack"),
        ("Invoices", invoiced, _apart(books.total(), invoiced), _told(invoiced, "see Invoices")),
        (
            "Cost Explorer, unblended",
            explored,
            _apart(books.total("unblended"), explored),
            _told(explored, "against the unblended total"),
        ),
    )
    return Table(
        title="Three sources side by side",
        columns=(Column("Source"), *money("Total", "Export less source"), Column("Note")),
        rows=rows,
    )


def _explored(books: Books) -> Decimal | None:
    con, pack = books.pack.con, books.pack
    if not was_read(con, "cost_explorer"):
        return None
    text = files("orgwarden.reports.finance").joinpath("explored_total.sql").read_text(encoding="utf-8")
    (total,) = con.execute(text, {"payer": pack.payer, "currency": pack.currency}).fetchall()[0]
    return None if total is None else to_cents(total, pack.unit)


def _apart(mine: Decimal, other: Decimal | None) -> Decimal | None:
    return None if other is None else difference(mine, other)


def _told(total: Decimal | None, note: str) -> str:
    return "not read: the bill is not tied to it" if total is None else note


def _checks(books: Books) -> Table:
    rows: tuple[Row, ...] = tuple((status.value, count) for status, count in counted(books.pack).items())
    return Table(
        title="Checks",
        columns=(Column("Status"), Column("Checks", Kind.COUNT)),
        rows=rows if books.pack.verdicts else (),
        empty="No check was made: this pack is not reconciled.",
    )
