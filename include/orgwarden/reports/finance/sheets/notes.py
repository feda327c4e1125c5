"""The sheet of notes: what the pack was made from, what counts as a difference, and how amounts are rounded."""

from orgwarden.reports.finance.books import Books
from orgwarden.reports.finance.tables import Column, Row, Sheet, Table

ROUNDING = (
    "Every amount is added up with all digits of the export, and rounded once: the total first, half to even, then its "
    "lines by largest remainder. So the lines of every table add up to its total, and the totals of all sheets agree. "
    "What two tables break down in different ways may differ by a cent in between. The exact amounts stand in "
    "ledger.parquet and ledger.csv."
)


def notes(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(
        name="Notes",
        title="Notes: sources, tolerances, rounding",
        tables=(_sources(books), _tolerances(books)),
        notes=(ROUNDING, *books.pack.notes),
    )


def _sources(books: Books) -> Table:
    rows = tuple((s.name, s.place, s.version, s.read) for s in books.pack.sources)
    return Table(
        title="Sources",
        columns=(Column("Source"), Column("Place"), Column("Version (execution)"), Column("Read")),
        rows=rows,
        empty="Nobody said what the pack was made from.",
    )


def _tolerances(books: Books) -> Table:
    billing, currency = books.pack.billing, books.pack.currency
    material, moved = billing.materiality, billing.month_on_month
    rows: tuple[Row, ...] = (
        ("Invoice", f"0.01 {currency} an invoice, and as much for every tax line beyond the first"),
        ("Material difference", f"the larger of {material.amount:f} {currency} and {material.percent:f} % of the bill"),
        ("Change month on month", f"more than {moved.percent:f} % and more than {moved.amount:f} {currency}"),
        ("Tagged share", f"{billing.coverage.default:.0%}" + "".join(_of_keys(books))),
        ("Smallest amount shown", f"{books.pack.unit} {currency}"),
    )
    return Table(title="Tolerances", columns=(Column("What"), Column("Tolerance")), rows=rows)


def _of_keys(books: Books) -> list[str]:
    return [f", {key} {wanted:.0%}" for key, wanted in books.pack.billing.coverage.keys.items()]
