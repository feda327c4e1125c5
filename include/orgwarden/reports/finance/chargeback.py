"""Who bears what: each cost centre's own costs and its part of every pool, in cents that add up to the bill.

The rule of a pool asks for the centres' own costs, so pools are taken out before they are split.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.billing.shared_costs import Own, Split, drivers, split
from orgwarden.reports.finance.books import CHARGED, NOTHING, Books, added


@dataclass(frozen=True, kw_only=True, slots=True)
class Chargeback:
    """The bill by cost centre: own costs, and every pool split; together they are ``total``."""

    total: Decimal
    direct: Mapping[str, Decimal]
    splits: tuple[Split, ...]

    @property
    def centres(self) -> tuple[str, ...]:
        """Give who bears anything, the most first."""
        every = {*self.direct, *(centre for one in self.splits for centre in one.lines)}
        return tuple(sorted(every, key=lambda centre: (-self.borne(centre), centre)))

    def borne(self, centre: str) -> Decimal:
        """Give what a cost centre bears in all."""
        return added((self.direct.get(centre, NOTHING), *(one.lines.get(centre, NOTHING) for one in self.splits)))


def chargeback(books: Books, measure: str = CHARGED, month: str = "") -> Chargeback:
    """Split a measure of a month's bill among cost centres, by default of this month."""
    lines = books.by("pool", measures=(measure,), month=month)[measure]
    below = books.within({measure: lines}, "pool", "cost_centre", month=month)[measure]
    by = weights(books, month)
    return Chargeback(
        total=books.total(measure, month),
        direct={centre: amount for (pool, centre), amount in below.items() if not pool},
        splits=tuple(
            split(pool, lines[pool.name,], by[pool.name], books.pack.unit)
            for pool in books.pack.billing.shared
            if (pool.name,) in lines
        ),
    )


def weights(books: Books, month: str = "") -> Mapping[str, Mapping[str, Decimal]]:
    """Give by what each pool is split: by cost centre, its own costs or its share."""
    found = books.exact(("cost_centre",), ("amortized", "unblended"), month, where="pool = ''")
    own = {key[0]: Own(amount, found["unblended"][key]) for key, amount in found["amortized"].items()}
    default = books.pack.billing.cost_centres.default
    return {pool.name: drivers(pool, own, default) for pool in books.pack.billing.shared}
