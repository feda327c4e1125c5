"""The sheet by account: what each account cost in every measure, and how that differs from the month before."""

from collections.abc import Sequence
from decimal import Decimal

from orgwarden.reports.finance.books import BILLED, MEASURES, NOTHING, Books, Key, added
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.tables import Cell, Column, Kind, Row, Sheet, Table, capped, change, money, share

BEFORE = (Column("Month before", Kind.MONEY), Column("Change", Kind.MONEY), Column("Change %", Kind.PERCENT))


def accounts(books: Books) -> Sheet:
    """Make the sheet."""
    keys = sorted(_known(books), key=lambda key: (-books.by("account")[BILLED].get(key, NOTHING), key))
    table = Table(
        title="Costs by account",
        columns=(Column("Account"), Column("Name"), *money(*measured(books)), *BEFORE, Column("Share", Kind.PERCENT)),
        rows=capped(keys, lambda some: _row(books, some), lambda key: books.by("account")[BILLED].get(key, NOTHING)),
        total=("Total", "", *totals(books), *compared(books.total(), before(books)), Decimal(1)),
    )
    return Sheet(name="By account", title="By account", tables=(table,), notes=(about(books),))


def measured(books: Books) -> list[str]:
    """Give the titles of the measures that the export has; the one that the invoice asks for is marked."""
    marks = {books.billed_as: " (billed)", books.charged_as: " (charged)"}
    return [f"{MEASURES[m]}{marks.get(MEASURES[m], '')}" for m in books.measures]


def totals(books: Books) -> list[Cell]:
    """Give the published total of each shown measure."""
    return [books.total(m) for m in books.measures]


def about(books: Books) -> str:
    """Say which measure is for what."""
    return (
        f"{books.billed_as} is what the invoices ask for, {books.charged_as.lower()} what cost centres bear: fees of "
        "commitments stand where the commitment was used. Changes are those of the billed amount."
    )


def before(books: Books) -> Decimal | None:
    """Give what was billed the month before, None where that month was not read."""
    return books.total(month=books.before) if books.before else None


def compared(now: Decimal, earlier: Decimal | None) -> tuple[Cell, Cell, Cell]:
    """Give the month before, the change and its share."""
    return (earlier, *change(now, earlier))


def _known(books: Books) -> set[Key]:
    now = set(books.by("account")[BILLED])
    return now | set(books.by("account", measures=(BILLED,), month=books.before)[BILLED]) if books.before else now


def _row(books: Books, some: Sequence[Key]) -> Row:
    figures = books.by("account")
    amounts = [added(figures[m].get(key, NOTHING) for key in some) for m in books.measures]
    now = added(figures[BILLED].get(key, NOTHING) for key in some)
    earlier = books.by("account", measures=(BILLED,), month=books.before)[BILLED] if books.before else None
    then = None if earlier is None else added(earlier.get(key, NOTHING) for key in some)
    return (*_names(books, some), *amounts, *compared(now, then), share(now, books.total()))


def _names(books: Books, some: Sequence[Key]) -> tuple[str, str]:
    if len(some) > 1:
        return f"{len(some)} others", "all of them stand in the ledger's files"
    account = some[0][0]
    return account or NO_ACCOUNT, books.pack.names.get(account, "")
