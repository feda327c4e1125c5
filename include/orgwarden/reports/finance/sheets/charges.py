"""The sheet of what is no plain usage: credits, refunds, discounts, taxes, support, Marketplace, commitments' fees."""

from collections.abc import Sequence

from orgwarden.reports.finance.books import BILLED, Books, Figures, Key, added
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.sheets.accounts import measured, totals
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, capped, money, share

USAGE = "Usage"
ABOUT = (
    "Each line is of one kind: tax on Marketplace is tax, a credit for support is a credit. All kinds, usage "
    "included, add up on the sheet Summary."
)


def charges(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(
        name="Credits refunds tax support",
        title="Credits, refunds, tax, support, marketplace",
        tables=(_lines(books),),
        notes=(ABOUT,),
    )


def by_kind(books: Books) -> Table:
    """Give the bill by kind of charge."""
    figures = books.by("kind")
    kinds = sorted(figures[BILLED], key=lambda key: (key[0] != USAGE, -abs(figures[BILLED][key]), key))
    rows = (
        (key[0], *(figures[m][key] for m in books.measures), share(figures[BILLED][key], books.total()))
        for key in kinds
    )
    return Table(
        title="The bill by kind of charge",
        columns=(Column("Kind"), *money(*measured(books)), Column("Share", Kind.PERCENT)),
        rows=tuple(rows),
        total=("Total", *totals(books), share(books.total(), books.total())),
    )


def _lines(books: Books) -> Table:
    dimensions = ("kind", "line_type", "account", "service", "invoice")
    figures = books.within(books.by("kind"), *dimensions, where=f"kind <> '{USAGE}'")
    keys = sorted(figures[BILLED])
    total = [added(figures[m][key] for key in keys) for m in books.measures]
    return Table(
        title="All that is not plain usage",
        columns=(
            Column("Kind"),
            Column("Line type"),
            Column("Account"),
            Column("Name"),
            Column("Service"),
            Column("Invoice"),
            *money(*measured(books)),
        ),
        rows=capped(keys, lambda some: _row(books, figures, some), lambda key: figures[BILLED][key]),
        total=("Total", "", "", "", "", "", *total),
    )


def _row(books: Books, figures: Figures, some: Sequence[Key]) -> Row:
    amounts = [added(figures[m][key] for key in some) for m in books.measures]
    if len(some) > 1:
        return (f"{len(some)} others", "", "", "", "", "", *amounts)
    kind, line_type, account, service, invoice = some[0]
    return (kind, line_type, account or NO_ACCOUNT, books.pack.names.get(account, ""), service, invoice, *amounts)
