"""The statement of one cost centre, for whoever answers for it: its accounts, services, and its part of shared costs.

All statements together, and what nobody bears, are the bill.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.reports.finance.books import CHARGED, NOTHING, Books, added
from orgwarden.reports.finance.chargeback import Chargeback, chargeback
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.pages import page
from orgwarden.reports.finance.sheets.summary import stamp
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, capped, money, share
from orgwarden.reports.finance.workbook import workbook

LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one cost centre bears, in sheets, and who answers for it."""

    centre: str
    owner: str
    total: Decimal
    sheets: tuple[Sheet, ...]

    @property
    def name(self) -> str:
        """Give a name for its files: what can be kept of the centre's, and what tells it from all others."""
        kept = re.sub(r"[^A-Za-z0-9]+", "-", self.centre).strip("-")[:LONGEST_NAME].lower()
        return f"{kept or 'centre'}-{hashlib.sha256(self.centre.encode()).hexdigest()[:8]}"


def statements(books: Books) -> Iterator[Statement]:
    """Give the statement of each cost centre that bears anything."""
    found = chargeback(books)
    above = books.by("pool", measures=(CHARGED,))
    centres = books.within(above, "pool", "cost_centre")
    lines = books.within(centres, "pool", "cost_centre", "account", "service", "placed_by")[CHARGED]
    own: dict[str, dict[tuple[str, ...], Decimal]] = {}
    for (pool, centre, *key), amount in lines.items():
        if not pool:
            own.setdefault(centre, {})[tuple(key)] = amount
    for centre in found.centres:
        yield _statement(books, found, centre, own.get(centre, {}))


def statement_page(books: Books, one: Statement) -> str:
    """Give a statement as a page."""
    about = f"{books.pack.title} · owner {one.owner}"
    return page(
        books.pack,
        (f"Statement of cost centre {one.centre}", about, stamp(books)),
        one.sheets,
        [("To bear", one.total)],
    )


def statement_workbook(books: Books, one: Statement) -> bytes:
    """Give a statement as a workbook."""
    return workbook(books.pack, one.sheets, stamp(books))


def _statement(books: Books, found: Chargeback, centre: str, own: dict[tuple[str, ...], Decimal]) -> Statement:
    declared = books.pack.billing.cost_centres.owners.get(centre)
    total = found.borne(centre)
    tables = (_summary(found, centre), _lines(books, own))
    sheets = (
        Sheet(name="Statement", title=f"Cost centre {centre}", tables=tables[:1], notes=_notes(books), has_stamp=True),
        Sheet(name="Own costs", title="Own costs by account and service", tables=tables[1:]),
    )
    return Statement(
        centre=centre, owner=declared.name if declared else "(nobody declared)", total=total, sheets=sheets
    )


def _notes(books: Books) -> tuple[str, ...]:
    measure = books.charged_as.lower()
    return (
        f"Amounts are {measure}, in {books.pack.currency}: fees of commitments stand where the commitment was used.",
        *(("The month is estimated: amounts may still change.",) if books.pack.status == "ESTIMATED" else ()),
    )


def _summary(found: Chargeback, centre: str) -> Table:
    own = found.direct.get(centre, NOTHING)
    parts = [
        (f"Share of {one.pool}", f"by {one.rule}", one.lines[centre]) for one in found.splits if centre in one.lines
    ]
    total = found.borne(centre)
    rows: list[Row] = [("Own costs", "", own, share(own, total))]
    rows += [(name, rule, amount, share(amount, total)) for name, rule, amount in parts]
    return Table(
        title="What the cost centre bears",
        columns=(Column("Costs"), Column("Rule"), *money("Amount"), Column("Share", Kind.PERCENT)),
        rows=tuple(rows),
        total=("Total", "", total, share(total, total)),
    )


def _lines(books: Books, own: dict[tuple[str, ...], Decimal]) -> Table:
    names = books.pack.names
    keys = sorted(own, key=lambda key: (-own[key], key))

    def row(some: Sequence[tuple[str, ...]]) -> Row:
        amount = added(own[key] for key in some)
        if len(some) > 1:
            return (f"{len(some)} others", "", "", "", amount)
        account, service, placed_by = some[0]
        return (account or NO_ACCOUNT, names.get(account, ""), service, placed_by, amount)

    return Table(
        title="Own costs by account and service",
        columns=(Column("Account"), Column("Name"), Column("Service"), Column("Placed by"), *money("Amount")),
        rows=capped(keys, row, lambda key: own[key]),
        total=("Total", "", "", "", added(own.values())),
        empty="It has no costs of its own.",
    )
