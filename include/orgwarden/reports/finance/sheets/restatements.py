"""The sheet of restatements: what this month came to when it was last published, and what it comes to now."""

from collections.abc import Sequence
from decimal import Decimal

from orgwarden.reports.finance.books import NOTHING, Books, Key, added, difference, was_read
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.tables import Column, Row, Sheet, Table, capped, money
from orgwarden.rounding import allocate

COMPARED = "The month is held against what was published as final of an earlier delivery. Amounts are unblended ones."
UNREAD = "No final pack of an earlier delivery of this month was given: there is nothing to compare with."


def restatements(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(name="Restatements", title="Restatements", tables=(_table(books),), notes=_notes(books))


def changed(books: Books) -> dict[Key, tuple[Decimal, Decimal]]:
    """Give what changed since it was published, by account and line type: before and now, exactly."""
    if not was_read(books.pack.con, "published_total"):
        return {}
    rows = (
        books.pack.con.table("published_total").aggregate("payer, currency, account, line_type, sum(amount)").fetchall()
    )
    mine = (books.pack.payer, books.pack.currency)
    then = {(row[2], row[3]): row[4] for row in rows if row[:2] == mine}
    now = books.exact(("account", "line_type"), ("unblended",))["unblended"]
    both = {key: (then.get(key, NOTHING), now.get(key, NOTHING)) for key in {*then, *now}}
    return {key: pair for key, pair in sorted(both.items()) if pair[0] != pair[1]}


def _notes(books: Books) -> tuple[str, ...]:
    pack = books.pack
    told = (f"This pack takes the place of {pack.restates}.",) if pack.restates else ()
    return (*told, COMPARED if was_read(pack.con, "published_total") else UNREAD)


def _table(books: Books) -> Table:
    found = changed(books)
    before = allocate({key: pair[0] for key, pair in found.items()}, unit=books.pack.unit)
    now = allocate({key: pair[1] for key, pair in found.items()}, unit=books.pack.unit)
    keys = list(found)
    rows = capped(keys, lambda some: _row(books, before, now, some), lambda key: difference(*found[key]))
    totals = (added(before.values()), added(now.values()))
    return Table(
        title="What changed since it was published",
        columns=(Column("Account"), Column("Name"), Column("Line type"), *money("Published", "Now", "Difference")),
        rows=rows,
        total=("Total", "", "", *totals, difference(totals[1], totals[0])) if rows else None,
        empty="Nothing changed." if was_read(books.pack.con, "published_total") else "Nothing was compared.",
    )


def _row(books: Books, before: dict[Key, Decimal], now: dict[Key, Decimal], some: Sequence[Key]) -> Row:
    amounts = added(before[key] for key in some), added(now[key] for key in some)
    account, line_type = some[0] if len(some) == 1 else (f"{len(some)} others", "")
    name = books.pack.names.get(account, "")
    return (account or NO_ACCOUNT, name, line_type, *amounts, difference(amounts[1], amounts[0]))
