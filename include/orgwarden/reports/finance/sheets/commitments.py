"""The sheet of Savings Plans and Reserved Instances: how much usage they cover, and how much of them was used."""

from collections.abc import Mapping
from decimal import Decimal

from orgwarden.billing.rounding import to_cents
from orgwarden.reports.finance.books import NOTHING, Books, added, difference
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, money, share, sum_of

TOLD = (
    "On demand is what the covered usage would cost without commitment; used and unused are the amortized costs of the "
    "commitment; saved is on demand less both."
)
COVERED = "charge_category = 'Usage' and line_type in ('SavingsPlanCoveredUsage', 'DiscountedUsage', 'Usage')"
UNUSED = "line_type in ('SavingsPlanRecurringFee', 'RIFee')"
COMMITTED = "commitment <> ''"
COLUMNS = (
    Column("Commitment"),
    Column("Kind"),
    *money("On demand", "Used", "Unused", "Saved", "Fees"),
    Column("Utilisation", Kind.PERCENT),
)


def commitments(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(
        name="Commitments",
        title="Commitments: coverage, utilisation, unused",
        tables=(_coverage(books), _each(books)),
        notes=(TOLD,),
    )


def _each(books: Books) -> Table:
    used = books.exact(("commitment",), ("amortized", "list"), where=f"{COMMITTED} and {COVERED}")
    idle = books.exact(("commitment",), ("amortized",), where=f"{COMMITTED} and {UNUSED}")["amortized"]
    fees = books.exact(("commitment",), ("fee",), where=COMMITTED)["fee"]
    rows = [_row(books, key[0], (used["list"], used["amortized"], idle, fees)) for key in sorted(fees)]
    sums = [sum_of(rows, at) for at in range(2, 7)]
    total = ("Total", "", *sums, share(sums[1], added(sums[1:3]))) if rows else None
    return Table(
        title="Each commitment",
        columns=COLUMNS,
        rows=tuple(rows),
        total=total,
        empty="The bill has no commitments.",
    )


def _row(books: Books, arn: str, figures: tuple[Mapping[tuple[str, ...], Decimal], ...]) -> Row:
    demand, used, idle, fee = (to_cents(figure.get((arn,), NOTHING), books.pack.unit) for figure in figures)
    saved = difference(demand, added((used, idle)))
    kind = "Savings Plan" if "savingsplan" in arn else "Reserved Instances"
    return (arn, kind, demand, used, idle, saved, fee, share(used, added((used, idle))))


def _coverage(books: Books) -> Table:
    """Compare usage under commitments with all usage of the services that have any."""
    listed = books.exact(("service", "commitment"), ("list",), where=COVERED)["list"]
    services = sorted({service for service, commitment in listed if commitment})
    rows = tuple(_covered(books, service, listed) for service in services)
    return Table(
        title="Coverage of the services that commitments cover",
        columns=(Column("Service"), *money("Usage on demand", "Covered"), Column("Coverage", Kind.PERCENT)),
        rows=rows,
        empty="No usage was covered by a commitment.",
    )


def _covered(books: Books, service: str, listed: Mapping[tuple[str, ...], Decimal]) -> Row:
    every = to_cents(added(v for (s, _), v in listed.items() if s == service), books.pack.unit)
    covered = to_cents(added(v for (s, c), v in listed.items() if s == service and c), books.pack.unit)
    return (service, every, covered, share(covered, every))
