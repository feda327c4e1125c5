"""The sheet of cost centres: what each bears by itself and of every shared pool; and what nobody bears yet."""

from collections.abc import Sequence
from decimal import Decimal

from orgwarden.reports.finance.books import NOTHING, Books, added
from orgwarden.reports.finance.chargeback import Chargeback, chargeback
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, capped, money, share, sum_of

NOT_ALLOCATED = "not allocated: "


def shared(books: Books) -> Sheet:
    """Make the sheet."""
    found = chargeback(books)
    return Sheet(
        name="Shared cost allocation",
        title="Cost centres and shared cost allocation",
        tables=(_pools(found), _centres(books, found)),
        notes=(f"Amounts are {books.charged_as.lower()}: what cost centres bear.",),
    )


def _pools(found: Chargeback) -> Table:
    rows = tuple((s.pool, s.rule, s.amount, s.allocated, s.rest, s.reason) for s in found.splits)
    return Table(
        title="Pools",
        columns=(Column("Pool"), Column("Rule"), *money("Amount", "Allocated", "Not allocated"), Column("Why not")),
        rows=rows,
        total=("Total", "", *(sum_of(rows, at) for at in (2, 3, 4)), "") if rows else None,
        empty="No shared costs are declared (billing.shared of the baseline), so every line stays where it fell.",
    )


def _centres(books: Books, found: Chargeback) -> Table:
    pools = [split.pool for split in found.splits]
    rests = tuple(
        (f"{NOT_ALLOCATED}{s.pool}", "", *_rest(s.pool, pools, s.rest), s.rest, share(s.rest, found.total))
        for s in found.splits
        if s.rest
    )
    rows = capped(found.centres, lambda some: _row(books, found, some), found.borne)
    direct = sum_of(rows, 2)
    borne = [split.amount for split in found.splits]
    return Table(
        title="What each cost centre bears",
        columns=(
            Column("Cost centre"),
            Column("Owner"),
            *money("Own costs", *(f"Share of {pool}" for pool in pools), "Total"),
            Column("Share", Kind.PERCENT),
        ),
        rows=(*rows, *rests),
        total=("Total", "", direct, *borne, found.total, share(found.total, found.total)),
    )


def _rest(pool: str, pools: Sequence[str], rest: Decimal) -> list[Decimal | None]:
    return [None, *(rest if name == pool else None for name in pools)]


def _row(books: Books, found: Chargeback, some: Sequence[str]) -> Row:
    owner = books.pack.billing.cost_centres.owners.get(some[0])
    name = (some[0], owner.name if owner else "(nobody declared)")
    first, second = name if len(some) == 1 else (f"{len(some)} others", "")
    direct = added(found.direct.get(centre, NOTHING) for centre in some)
    shares = [added(split.lines.get(centre, NOTHING) for centre in some) for split in found.splits]
    total = added((direct, *shares))
    return (first, second, direct, *shares, total, share(total, found.total))
