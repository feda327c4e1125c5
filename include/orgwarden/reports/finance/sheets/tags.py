"""The sheets by tag: how much of the costs each key covers, and one sheet a key, with what is untagged always shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.reports.finance.books import BILLED, CHARGED, NOTHING, Books, Figures, Key, added, tag_column, was_read
from orgwarden.reports.finance.sheets.accounts import BEFORE, before, compared, measured, totals
from orgwarden.reports.finance.tables import Cell, Chart, Column, Kind, Row, Shape, Sheet, Table, capped, money, share
from orgwarden.rounding import allocate

UNTAGGED = "(untagged)"
MOST_KEYS = 12
TAGGABLE = "charge_category = 'Usage'"
# The witness table of the values that the baseline allows for each key.
ALLOWED = "cost_value"


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """How much of the taggable costs has a value of a key, one that is not allowed, and none; published."""

    key: str
    tagged: Decimal
    refused: Decimal
    untagged: Decimal

    @property
    def taggable(self) -> Decimal:
        return added((self.tagged, self.refused, self.untagged))


def tags(books: Books) -> Iterator[Sheet]:
    """Make the sheet of all keys, and one for each key, as far as a workbook holds them."""
    keys = books.pack.tag_keys
    yield Sheet(name="By tag", title="By tag: how much is tagged", tables=(_coverage(books),), notes=_about(keys))
    for at, key in enumerate(keys[:MOST_KEYS]):
        yield Sheet(name=f"Tag {key}", title=f"By tag: {key}", tables=(_values(books, at),))


def coverage_chart(books: Books) -> Chart:
    """Give which share of taggable costs each key covers."""
    found = covered(books)
    shares = tuple(share(one.tagged, one.taggable) or NOTHING for one in found)
    names = tuple(one.key for one in found)
    return Chart(
        title="Tagged share of taggable costs",
        shape=Shape.SHARES,
        categories=names,
        series=(("Tagged", shares),),
        empty="No tag key is reported.",
    )


def covered(books: Books) -> list[Covered]:
    """Give for each key how much of the taggable costs it covers; a value that is not allowed covers nothing."""
    allowed = _allowed(books)
    return [_tagged(books, at, allowed.get(key)) for at, key in enumerate(books.pack.tag_keys)]


def _about(keys: Sequence[str]) -> tuple[str, ...]:
    told = "Taggable is usage, as cost centres bear it; taxes, credits, refunds and fees cannot carry a tag."
    more = f"Sheets of their own have the first {MOST_KEYS} keys; all {len(keys)} stand in the ledger's files."
    return (told, more) if len(keys) > MOST_KEYS else (told,)


def _allowed(books: Books) -> dict[str, set[str]]:
    """Give the values that the owners allow, by key; a key without any may have every value."""
    found: dict[str, set[str]] = {}
    if was_read(books.pack.con, ALLOWED):
        for key, value in books.pack.con.table(ALLOWED).project("key, value").fetchall():
            found.setdefault(key, set()).add(value)
    return found


def _tagged(books: Books, at: int, allowed: set[str] | None) -> Covered:
    exact = books.exact((tag_column(at),), (CHARGED,), where=TAGGABLE)[CHARGED]
    parts = {"tagged": NOTHING, "refused": NOTHING, "untagged": NOTHING}
    for (value,), amount in exact.items():
        part = "untagged" if not value else "tagged" if allowed is None or value in allowed else "refused"
        parts[part] = added((parts[part], amount))
    return Covered(key=books.pack.tag_keys[at], **allocate(parts, unit=books.pack.unit))


def _coverage(books: Books) -> Table:
    return Table(
        title="Coverage by key",
        columns=(
            Column("Tag key"),
            *money("Taggable", "Tagged", "Value not allowed", "Untagged"),
            Column("Tagged %", Kind.PERCENT),
            Column("Wanted %", Kind.PERCENT),
            Column("Verdict"),
        ),
        rows=tuple(_covered(books, one) for one in covered(books)),
        empty="No tag key is reported: the export has none, or billing.cost_keys of the baseline is empty.",
    )


def _covered(books: Books, one: Covered) -> Row:
    found, wanted = share(one.tagged, one.taggable), Decimal(repr(books.pack.billing.coverage.of(one.key)))
    verdict = "nothing to tag" if found is None else "enough" if found >= wanted else "too little"
    return (one.key, one.taggable, one.tagged, one.refused, one.untagged, found, wanted, verdict)


def _values(books: Books, at: int) -> Table:
    column = tag_column(at)
    now = books.by(column)
    earlier: Figures = books.by(column, measures=(BILLED,), month=books.before) if books.before else {BILLED: {}}
    keys = sorted({*now[BILLED], *earlier[BILLED], ("",)}, key=lambda k: (not k[0], -now[BILLED].get(k, NOTHING), k))
    return Table(
        title=f"Costs by {books.pack.tag_keys[at]}",
        columns=(Column("Value"), *money(*measured(books)), *BEFORE, Column("Share", Kind.PERCENT)),
        rows=capped(keys, lambda some: _row(books, now, earlier, some), lambda k: _weight(now, k)),
        total=("Total", *totals(books), *compared(books.total(), before(books)), Decimal(1)),
    )


def _weight(now: Figures, key: Key) -> Decimal:
    """Keep what is untagged in a line of its own, however little it is."""
    return now[BILLED].get(key, NOTHING) if key[0] else Decimal("Infinity")


def _row(books: Books, now: Figures, earlier: Figures, some: Sequence[Key]) -> Row:
    amounts: list[Cell] = [added(now[m].get(key, NOTHING) for key in some) for m in books.measures]
    billed = added(now[BILLED].get(key, NOTHING) for key in some)
    then = added(earlier[BILLED].get(key, NOTHING) for key in some) if books.before else None
    name = (some[0][0] or UNTAGGED) if len(some) == 1 else f"{len(some)} others"
    return (name, *amounts, *compared(billed, then), share(billed, books.total()))
