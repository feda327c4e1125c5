"""The amounts of a pack, each rounded once: whatever sheet shows them, they are the same cents and add up.

All tables break the same totals down, so a table's lines are rounded to the lines of the table above them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from importlib.resources import files
from typing import Any

from orgwarden.billing.cost_centres import place
from orgwarden.billing.shared_costs import take
from orgwarden.reports.finance.pack import Pack
from orgwarden.rounding import EXACT, allocate, to_cents

# Titles by column of bill_line, in the order in which they are shown.
MEASURES: Mapping[str, str] = {
    "unblended": "Unblended",
    "net": "Net unblended",
    "amortized": "Amortized",
    "net_amortized": "Net amortized",
}
BILLED, CHARGED = "billed", "charged"
MONTHS_SHOWN = 13
Key = tuple[str, ...]
Lines = Mapping[Key, Decimal]
Figures = Mapping[str, Lines]
NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """A prepared pack: which months and measures its ledger has, and the published totals by month and measure."""

    pack: Pack
    months: tuple[str, ...]
    measures: tuple[str, ...]
    totals: Mapping[tuple[str, str], Decimal]
    _made: dict[Any, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def month(self) -> str:
        return str(self.pack.period)

    @property
    def before(self) -> str:
        """Give the month before, blank where it was not read."""
        year, month = int(self.month[:4]), int(self.month[5:])
        wanted = f"{year - (month == 1):04}-{(month - 2) % 12 + 1:02}"
        return wanted if wanted in self.months else ""

    def total(self, measure: str = BILLED, month: str = "") -> Decimal:
        """Give the published total of a month, by default of this one."""
        return self.totals.get((month or self.month, measure), NOTHING.quantize(self.pack.unit))

    def exact(self, dimensions: Sequence[str], measures: Sequence[str], month: str = "", where: str = "") -> Figures:
        """Add up exactly, by columns of bill_line."""
        wanted = f"period = '{month or self.month}'" + (f" and ({where})" if where else "")
        groups = ", ".join(dimensions) or "true"
        sums = ", ".join(f"sum({measure})" for measure in measures)
        found = self.pack.con.table("bill_line").filter(wanted).aggregate(f"{groups}, {sums}", groups).fetchall()
        width = len(dimensions) or 1
        keyed = [(tuple(row[:width]) if dimensions else (), row[width:]) for row in found]
        return {m: {key: amounts[at] or NOTHING for key, amounts in keyed} for at, m in enumerate(measures)}

    def by(self, *dimensions: str, measures: Sequence[str] = (), month: str = "") -> Figures:
        """Give the published lines of a month's totals by columns of bill_line, made once."""
        return self._once(("by", dimensions, tuple(measures), month), lambda: self._by(dimensions, measures, month))

    def within(self, above: Figures, *dimensions: str, month: str = "", where: str = "") -> Figures:
        """Break published lines down further, once: their key is the beginning of the key of what is below them."""
        key = ("within", dimensions, tuple(above), month, where)
        return self._once(key, lambda: self._within(above, dimensions, month, where))

    def _by(self, dimensions: Sequence[str], measures: Sequence[str], month: str) -> Figures:
        exact = self.exact(dimensions, measures or self.shown, month)
        return {m: allocate(lines, total=self.total(m, month), unit=self.pack.unit) for m, lines in exact.items()}

    def _within(self, above: Figures, dimensions: Sequence[str], month: str, where: str) -> Figures:
        exact = self.exact(dimensions, tuple(above), month, where)
        return {measure: _within(exact[measure], above[measure], self.pack.unit) for measure in above}

    @property
    def shown(self) -> tuple[str, ...]:
        """Give the measures that tables show, and the two that they are held against."""
        return (*self.measures, BILLED, CHARGED)

    @property
    def billed_as(self) -> str:
        """Give the title of the measure that the invoice asks for."""
        return next((MEASURES[m] for m in ("unblended", "net") if self._is(m, BILLED)), "Billed")

    @property
    def charged_as(self) -> str:
        """Give the title of the measure that cost centres bear."""
        return next((MEASURES[m] for m in ("amortized", "net_amortized") if self._is(m, CHARGED)), "Charged")

    def _is(self, measure: str, other: str) -> bool:
        return measure in self.measures and self.total(measure) == self.total(other)

    def _once(self, key: Any, make: Callable[[], Figures]) -> Figures:
        if key not in self._made:
            self._made[key] = make()
        found: Figures = self._made[key]
        return found


def open_books(pack: Pack) -> Books:
    """Place every row of the ledger, and give the totals of each month that it has."""
    rules = pack.billing.cost_centres
    place(pack.con, tag_keys=pack.tag_keys, rules=rules, accounts=pack.accounts, earlier=pack.earlier)
    take(pack.con, pack.billing.shared)
    pack.con.execute(_bill_lines(pack))
    every = (*MEASURES, BILLED, CHARGED)
    sums = ", ".join(f"sum({measure}), count({measure})" for measure in every)
    rows = pack.con.table("bill_line").aggregate(f"period, {sums}", "period").order("period").fetchall()
    found = {row[0]: row[1:] for row in rows if row[0] <= str(pack.period)}
    totals = {
        (month, m): to_cents(row[2 * at] or NOTHING, pack.unit)
        for month, row in found.items()
        for at, m in enumerate(every)
    }
    now = found.get(str(pack.period), (None, 0) * len(every))
    measures = tuple(m for at, m in enumerate(MEASURES) if now[2 * at + 1] or m in {"unblended", "amortized"})
    return Books(pack=pack, months=tuple(found)[-MONTHS_SHOWN:], measures=measures, totals=totals)


def was_read(con: Any, name: str) -> bool:
    """Say whether a witness was read: its table is there, and says something."""
    tables = con.sql("select table_name from duckdb_tables() union all select view_name from duckdb_views()").fetchall()
    return (name,) in tables and con.table(name).limit(1).fetchall() != []


def added(lines: Iterable[Decimal]) -> Decimal:
    """Add up exactly."""
    with localcontext(EXACT):
        return sum(lines, NOTHING)


def _within(exact: Lines, above: Lines, unit: Decimal) -> Lines:
    groups: dict[Key, dict[Key, Decimal]] = defaultdict(dict)
    width = len(next(iter(above), ()))
    for key, amount in exact.items():
        groups[key[:width]][key] = amount
    found: dict[Key, Decimal] = {}
    for parent, lines in groups.items():
        found |= allocate(lines, total=above[parent], unit=unit)
    return found


def _bill_lines(pack: Pack) -> str:
    tags = "".join(f"{tag_column(at)}, " for at in range(len(pack.tag_keys)))
    text = files(__package__).joinpath("bill_line.sql").read_text(encoding="utf-8")
    return (
        text.replace("{tags}", tags)
        .replace("{payer}", literal(pack.payer))
        .replace("{currency}", literal(pack.currency))
    )


def tag_column(at: int) -> str:
    """Give the ledger's column of a tag key by its place."""
    return f"tag_{at + 1}"


def literal(text: str) -> str:
    """Write a text in SQL, where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"


def difference(a: Decimal, b: Decimal) -> Decimal:
    """Subtract exactly."""
    return EXACT.subtract(a, b)
