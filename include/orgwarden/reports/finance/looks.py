"""How cells and charts look: number formats, colours, and the geometry that native charts and drawn ones share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.reports.finance.tables import Kind
from orgwarden.rounding import EXACT

# Readable side by side for most colour-blind people, and apart in grey (after Okabe and Ito).
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F", "#B8B8B8")
INK, PALE, LINE, HEAD = "#1F2933", "#F4F6F8", "#C5CDD5", "#E4EAF0"
MORE, LESS, WHOLE = "#D55E00", "#009E73", "#5B6B7B"
STAMPS = {"ESTIMATED": ("#7A4B00", "#FFE8B8"), "FINAL": ("#0B5D3B", "#D3F1E2")}
NUMBERS = {
    Kind.MONEY: "#,##0.00_);[Red](#,##0.00)",
    Kind.RATE: "0.000000",
    Kind.PERCENT: "0.0%;[Red]-0.0%",
    Kind.COUNT: "#,##0",
    Kind.DATE: "yyyy-mm-dd",
}
WHOLE_UNITS = "#,##0_);[Red](#,##0)"
# A waterfall whose changes are less than this share of its totals would show nothing but its totals.
VISIBLE = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class Step:
    """One column of a waterfall, from where to where it goes; a total starts at nothing."""

    name: str
    start: Decimal
    end: Decimal
    is_total: bool


def waterfall(names: Sequence[str], amounts: Sequence[Decimal]) -> Iterator[Step]:
    """Give the columns of a waterfall: the first and last amounts are totals, those between are changes."""
    level = Decimal(0)
    for at, (name, amount) in enumerate(zip(names, amounts, strict=True)):
        is_total = at in {0, len(amounts) - 1}
        start, level = (Decimal(0), amount) if is_total else (level, EXACT.add(level, amount))
        yield Step(name, start, level, is_total)


def floor_of(steps: Sequence[Step]) -> Decimal:
    """Give where the axis of a waterfall begins: above nothing where its changes would not be seen otherwise."""
    levels = [step.end for step in steps]
    lowest, highest = min(levels, default=Decimal(0)), max(levels, default=Decimal(0))
    if lowest <= 0 or highest - lowest > highest * VISIBLE:
        return Decimal(0)
    wanted = max(lowest - (highest - lowest) / 2, Decimal(0))
    step = Decimal(10) ** max(wanted.adjusted() - 1, 0)
    return wanted // step * step
