"""The sheet by account and service: one line for each pair, so that it can be filtered and pivoted."""

from collections.abc import Sequence

from orgwarden.reports.finance.books import BILLED, NOTHING, Books, Figures, Key, added
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.sheets.accounts import BEFORE, before, compared, measured, totals
from orgwarden.reports.finance.tables import Column, Row, Sheet, Table, capped, money


def services(books: Books) -> Sheet:
    """Make the sheet."""
    now, earlier = by_service(books), by_service(books, books.before) if books.before else {BILLED: {}}
    keys = sorted({*now[BILLED], *earlier[BILLED]}, key=lambda key: (key[0], -now[BILLED].get(key, NOTHING), key))
    table = Table(
        title="Costs by account and service",
        columns=(Column("Account"), Column("Name"), Column("Service"), *money(*measured(books)), *BEFORE),
        rows=capped(keys, lambda some: _row(books, now, earlier, some), lambda key: now[BILLED].get(key, NOTHING)),
        total=("Total", "", "", *totals(books), *compared(books.total(), before(books))),
        note="The lines of an account add up to its line on the sheet By account.",
    )
    return Sheet(name="Account × service", title="Account × service", tables=(table,))


def by_service(books: Books, month: str = "") -> Figures:
    """Give the published lines of accounts, broken down by service."""
    measures = (BILLED,) if month else books.shown
    return books.within(books.by("account", measures=measures, month=month), "account", "service", month=month)


def _row(books: Books, now: Figures, earlier: Figures, some: Sequence[Key]) -> Row:
    amounts = [added(now[m].get(key, NOTHING) for key in some) for m in books.measures]
    billed = added(now[BILLED].get(key, NOTHING) for key in some)
    then = added(earlier[BILLED].get(key, NOTHING) for key in some) if books.before else None
    account, service = some[0] if len(some) == 1 else (f"{len(some)} others", "")
    name = books.pack.names.get(account, "")
    return (account or NO_ACCOUNT, name, service, *amounts, *compared(billed, then))
