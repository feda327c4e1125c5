"""The statement of one cost centre, for whoever answers for it: its accounts, services, and its part of shared costs.

All statements together, and what nobody bears, are the bill.
"""

import hashlib
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from orgwarden.reports.finance.books import CHARGED, NOTHING, Books, added
from orgwarden.reports.finance.chargeback import Chargeback, chargeback
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.pages import page
from orgwarden.reports.finance.sheets.accounts import BEFORE, compared
from orgwarden.reports.finance.sheets.summary import stamp
from orgwarden.reports.finance.tables import Cell, Column, Row, Sheet, Table, capped, money
from orgwarden.reports.finance.workbook import workbook

LONGEST_NAME = 40
RULES = {
    "amortized": "by own amortized costs",
    "unblended": "by own unblended costs",
    "even": "evenly",
    "fixed": "in fixed shares",
}
# This month, and the month before where it was read.
Months = tuple[Chargeback, Chargeback | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one cost centre bears, in sheets, and who answers for it."""

    centre: str
    owner: str
    total: Decimal
    sheets: tuple[Sheet, ...]

    @property
    def name(self) -> str:
        return name_of(self.centre)


def name_of(centre: str) -> str:
    """Give a name for the files of a centre: what can be kept of its own, and what tells it from all others."""
    kept = re.sub(r"[^A-Za-z0-9]+", "-", centre).strip("-")[:LONGEST_NAME].lower()
    return f"{kept or 'centre'}-{hashlib.sha256(centre.encode()).hexdigest()[:8]}"


def statements(books: Books) -> Iterator[Statement]:
    """Give the statement of each cost centre that bears anything."""
    found = chargeback(books)
    before = chargeback(books, month=books.before) if books.before else None
    above = books.by("pool", measures=(CHARGED,))
    centres = books.within(above, "pool", "cost_centre")
    lines = books.within(centres, "pool", "cost_centre", "account", "service", "placed_by")[CHARGED]
    own: dict[str, dict[tuple[str, ...], Decimal]] = {}
    for (pool, centre, *key), amount in lines.items():
        if not pool:
            own.setdefault(centre, {})[tuple(key)] = amount
    for centre in found.centres:
        yield _statement(books, (found, before), centre, own.get(centre, {}))


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


def _statement(books: Books, months: Months, centre: str, own: dict[tuple[str, ...], Decimal]) -> Statement:
    declared = books.pack.billing.cost_centres.owners.get(centre)
    owner = declared.name if declared else "(nobody declared)"
    total = months[0].borne(centre)
    tables = (_summary(months, centre), _lines(books, own))
    sheets = (
        Sheet(
            name="Statement",
            title=f"Cost centre {centre}",
            tables=tables[:1],
            notes=_notes(books, owner),
            has_stamp=True,
        ),
        Sheet(name="Own costs", title="Own costs by account and service", tables=tables[1:]),
    )
    return Statement(centre=centre, owner=owner, total=total, sheets=sheets)


def _notes(books: Books, owner: str) -> tuple[str, ...]:
    measure = books.charged_as.lower()
    return (
        f"Owner: {owner}.",
        f"Amounts are {measure}, in {books.pack.currency}: fees of commitments stand where the commitment was used.",
        *(("The month is estimated: amounts may still change.",) if books.pack.status == "ESTIMATED" else ()),
    )


def _summary(months: Months, centre: str) -> Table:
    found, before = months
    pools = {one.pool: RULES[one.rule] for one in found.splits if centre in one.lines}
    rows = [("Own costs", "", *_moved(months, lambda one: one.direct.get(centre, NOTHING)))]
    rows += [(f"Share of {p}", rule, *_moved(months, partial(_part, p, centre))) for p, rule in pools.items()]
    gone = _moved(months, lambda one: _rest(one, pools, centre))
    further: list[Row] = [("Shares of other pools", "", *gone)] if before and _rest(before, pools, centre) else []
    return Table(
        title="What the cost centre bears",
        columns=(Column("Costs"), Column("Split"), *money("Amount"), *BEFORE),
        rows=(*rows, *further),
        total=("Total", "", *_moved(months, lambda one: one.borne(centre))),
    )


def _moved(months: Months, amount: Callable[[Chargeback], Decimal]) -> tuple[Cell, Cell, Cell, Cell]:
    """Give an amount of this month, and against the month before."""
    now, before = months
    return (amount(now), *compared(amount(now), amount(before) if before else None))


def _part(pool: str, centre: str, one: Chargeback) -> Decimal:
    return added(found.lines.get(centre, NOTHING) for found in one.splits if found.pool == pool)


def _rest(one: Chargeback, pools: Container[str], centre: str) -> Decimal:
    """Give what a cost centre bears of pools that are not among these."""
    return added(found.lines.get(centre, NOTHING) for found in one.splits if found.pool not in pools)


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
