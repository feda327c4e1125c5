"""The sheet of what changed against the month before, with room for whoever explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from orgwarden.reports.finance.books import BILLED, NOTHING, Books, Key, Lines, added, difference
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.sheets.accounts import before
from orgwarden.reports.finance.sheets.services import by_service
from orgwarden.reports.finance.tables import Chart, Column, Kind, Row, Shape, Sheet, Table, capped, change, money
from orgwarden.rounding import EXACT, to_cents

TOP = 10
EXPLAIN = "explain"
MEDIAN_OF = 3
LABEL, SHORTEST = 30, 12


@dataclass(frozen=True, slots=True)
class Mover:
    """A line that changed: its amounts this month and before."""

    key: Key
    now: Decimal
    before: Decimal

    @property
    def change(self) -> Decimal:
        return difference(self.now, self.before)


def variance(books: Books) -> Sheet:
    """Make the sheet."""
    limits = books.pack.billing.month_on_month
    told = (
        f"A line wants to be explained if it changed by more than {limits.percent:f} % and by more than "
        f"{limits.amount:f} {books.pack.currency}. Amounts are billed ones; months have different numbers of days."
    )
    return Sheet(
        name="Variance",
        title="Variance: month on month",
        tables=(_top(books), _accounts(books)),
        notes=(told,) if books.before else ("The month before was not read: nothing can be compared.",),
    )


def movers(books: Books, of: str = "account") -> list[Mover]:
    """Give what changed, by account or by account and service, the largest change first."""
    if not books.before:
        return []
    now, then = (_lines(books, of, month) for month in ("", books.before))
    found = [Mover(key, now.get(key, NOTHING), then.get(key, NOTHING)) for key in {*now, *then}]
    return sorted((m for m in found if m.change), key=lambda m: (-abs(m.change), m.key))


def movers_chart(books: Books) -> Chart:
    """Give the ten largest changes by account and service."""
    top = movers(books, "service")[:TOP]
    return Chart(
        title="Top 10 movers: change against the month before",
        shape=Shape.BARS,
        categories=tuple(label(books, m.key) for m in top),
        series=(("Change", tuple(m.change for m in top)),),
        empty="The month before was not read." if not books.before else "Nothing changed.",
    )


def waterfall_chart(books: Books) -> Chart:
    """Give how the month before became this one, by the accounts that changed most."""
    found = movers(books)
    top, rest = found[:TOP], found[TOP:]
    steps = [(label(books, m.key), m.change) for m in top]
    steps += [(f"{len(rest)} others", added(m.change for m in rest))] if rest else []
    ends = (books.before, before(books) or NOTHING), (books.month, books.total())
    shown = [ends[0], *steps, ends[1]] if books.before else []
    return Chart(
        title="From the month before to this month, by account",
        shape=Shape.WATERFALL,
        categories=tuple(name for name, _ in shown),
        series=(("Amount", tuple(amount for _, amount in shown)),),
        empty="The month before was not read.",
    )


def label(books: Books, key: Key) -> str:
    """Give a short name for a chart."""
    account, *services = key
    service = f", {services[0]}" if services else ""
    name = books.pack.names.get(account, "") or account or NO_ACCOUNT
    most = max(LABEL - len(service), SHORTEST)
    return f"{name if len(name) <= most else f'{name[: most - 1]}…'}{service}"


def _lines(books: Books, of: str, month: str) -> Lines:
    if of == "service":
        return by_service(books, month)[BILLED]
    return books.by("account", measures=(BILLED,), month=month)[BILLED]


def _top(books: Books) -> Table:
    return Table(
        title="Top movers by account and service",
        columns=(Column("Account"), Column("Name"), Column("Service"), *_COLUMNS),
        rows=tuple((*_named(books, m.key[0]), m.key[1], *_cells(books, m)) for m in movers(books, "service")[:TOP]),
        empty="Nothing changed." if books.before else "The month before was not read.",
    )


_COLUMNS = (
    *money("Month before", "This month", "Change"),
    Column("Change %", Kind.PERCENT),
    Column("Above limit"),
    Column("Comment", Kind.COMMENT),
)


def _accounts(books: Books) -> Table:
    found = movers(books)
    medians = _medians(books)
    total = Mover((), books.total(), before(books) or NOTHING)
    moved = added(m.now for m in found), added(m.before for m in found)
    still = Mover((), difference(total.now, moved[0]), difference(total.before, moved[1]))
    unchanged: tuple[Row, ...] = (("(unchanged accounts)", "", None, *_cells(books, still)),) if still.now else ()
    rows = capped(found, lambda some: _row(books, medians, some), lambda m: m.change)
    return Table(
        title="Every account that changed",
        columns=(Column("Account"), Column("Name"), Column("3-month median", Kind.MONEY), *_COLUMNS),
        rows=(*rows, *unchanged) if books.before else (),
        total=("Total", "", None, *_cells(books, total)) if books.before else None,
        empty="The month before was not read.",
    )


def _row(books: Books, medians: Lines, some: Sequence[Mover]) -> Row:
    together = Mover(some[0].key, added(m.now for m in some), added(m.before for m in some))
    if len(some) > 1:
        return (f"{len(some)} others", "", None, *_cells(books, together))
    return (*_named(books, together.key[0]), medians.get(together.key), *_cells(books, together))


def _cells(books: Books, mover: Mover) -> Row:
    apart, part = change(mover.now, mover.before)
    return (mover.before, mover.now, apart, part, _limit(books, mover), "")


def _limit(books: Books, mover: Mover) -> str:
    limits = books.pack.billing.month_on_month
    allowed = EXACT.divide(EXACT.multiply(abs(mover.before), limits.percent), Decimal(100))
    return EXPLAIN if abs(mover.change) > max(allowed, limits.amount) else ""


def _medians(books: Books) -> Lines:
    """Give the median of the three months before by account; empty where they were not all read."""
    earlier = [month for month in books.months if month < books.month][-MEDIAN_OF:]
    if len(earlier) < MEDIAN_OF:
        return {}
    lines = [books.by("account", measures=(BILLED,), month=month)[BILLED] for month in earlier]
    keys = {key for line in lines for key in line}
    return {key: to_cents(median(line.get(key, NOTHING) for line in lines), books.pack.unit) for key in keys}


def _named(books: Books, account: str) -> tuple[str, str]:
    return account or NO_ACCOUNT, books.pack.names.get(account, "")
