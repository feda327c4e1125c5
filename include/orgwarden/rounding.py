"""Rounds exact amounts to the cents that are published, once, so that the lines of a table add up to its total.

Cents that are rounded line by line and added afterwards miss the total by more the more lines there are; here the total
is rounded, and what the lines then lack goes to those that lost most (largest remainder).
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any, TypeVar

K = TypeVar("K")
CENT = Decimal("0.01")
WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "VND"})
# Wide enough that no sum of ledger amounts (38 digits, of which 18 are decimals) is ever rounded on its way.
EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)


def total_of(amounts: Mapping[Any, Decimal]) -> Decimal:
    """Add up exactly, whatever precision the thread's own decimal context has."""
    with localcontext(EXACT):
        return sum(amounts.values(), Decimal(0))


def to_cents(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """Round half to even, as banks do; what rounds to nothing has no sign."""
    return EXACT.add(amount.quantize(unit, ROUND_HALF_EVEN, EXACT), Decimal(0))


def allocate(exact: Mapping[K, Decimal], *, total: Decimal | None = None, unit: Decimal = CENT) -> dict[K, Decimal]:
    """Round each amount to the unit so that the lines add up to ``total``, by default their own sum, rounded.

    By default each line moves by less than a unit, and an amount of zero stays zero. Equal remainders go by the text of
    their keys, so that the outcome does not depend on the order. Another ``total`` is the line of a wider table that
    these break down; it may be off by a unit a line, more is a ``ValueError``: another amount, not a rounding of this.
    """
    exact_total = total_of(exact)
    goal = to_cents(exact_total if total is None else total, unit)
    if EXACT.subtract(goal, exact_total).copy_abs() > len(exact) * unit:
        raise ValueError(f"{goal} is no rounding of {exact_total} in {len(exact)} lines of {unit}")
    if len(exact) == 1:
        return dict.fromkeys(exact, goal)
    lines = {key: amount.quantize(unit, ROUND_FLOOR, EXACT) for key, amount in exact.items()}
    with localcontext(EXACT):
        missing = int((goal - sum(lines.values(), Decimal(0))) / unit)
        return _spread(exact, lines, missing, unit) if missing else lines


def _spread(exact: Mapping[K, Decimal], lines: dict[K, Decimal], missing: int, unit: Decimal) -> dict[K, Decimal]:
    """Hand out the missing units, the largest remainder first; lines of zero take part only where all are."""
    takers = [key for key, amount in exact.items() if amount] or list(exact)
    takers.sort(key=lambda key: (lines[key] - exact[key], str(key)))
    each, further = divmod(missing, len(takers))
    for at, key in enumerate(takers):
        lines[key] += unit * (each + (at < further))
    return lines


def minor_unit(currency: str) -> Decimal:
    """Give the smallest amount that an invoice in this currency has (ISO 4217)."""
    return Decimal(1) if currency in WITHOUT_CENTS else CENT
