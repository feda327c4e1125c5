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


def chargeback(books: Books, measure: str = CHARGED) -> Chargeback:
    """Split a measure of the bill among cost centres."""
    lines = books.by("pool", measures=(measure,))[measure]
    below = books.within({measure: lines}, "pool", "cost_centre")[measure]
    own = _own(books)
    default = books.pack.billing.cost_centres.default
    return Chargeback(
        total=books.total(measure),
        direct={centre: amount for (pool, centre), amount in below.items() if not pool},
        splits=tuple(
            split(pool, lines[pool.name,], drivers(pool, own, default), books.pack.unit)
            for pool in books.pack.billing.shared
            if (pool.name,) in lines
        ),
    )


def weights(books: Books) -> Mapping[str, Mapping[str, Decimal]]:
    """Give by what each pool is split, by cost centre."""
    own, default = _own(books), books.pack.billing.cost_centres.default
    return {pool.name: drivers(pool, own, default) for pool in books.pack.billing.shared}


def _own(books: Books) -> Mapping[str, Own]:
    """Give what drives pools: the centres' own costs, exactly."""
    found = books.exact(("cost_centre",), ("amortized", "unblended"), where="pool = ''")
    return {key[0]: Own(amount, found["unblended"][key]) for key, amount in found["amortized"].items()}
