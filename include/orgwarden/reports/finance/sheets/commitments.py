"""The sheet of Savings Plans and Reserved Instances: how much usage they cover, and how much of them was used."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from orgwarden.reports.finance.books import NOTHING, Books, Key, Lines, added, difference
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, money, share
from orgwarden.rounding import to_cents

TOLD = (
    "On demand is what the covered usage would cost without commitment; used and unused are the amortized costs of the "
    "commitment; saved is on demand less both."
)
COVERED = "charge_category = 'Usage' and line_type in ('SavingsPlanCoveredUsage', 'DiscountedUsage', 'Usage')"
UNUSED = "line_type in ('SavingsPlanRecurringFee', 'RIFee')"
COMMITTED = "commitment <> ''"
OF_RESERVATIONS = ("RIFee", "DiscountedUsage")
UNTOLD = (
    "This export has one kind of line for used and unused commitments, so used stands for both; a Cost and Usage "
    "Report tells them apart."
)
COLUMNS = (
    Column("Commitment"),
    Column("Kind"),
    *money("On demand", "Used", "Unused", "Saved", "Fees"),
    Column("Utilisation", Kind.PERCENT),
)


def commitments(books: Books) -> Sheet:
    """Make the sheet."""
    kinds = books.exact(("line_type",), ("lines",), where=COMMITTED)["lines"]
    is_told = not kinds or any(kind.startswith("SavingsPlan") or kind in OF_RESERVATIONS for (kind,) in kinds)
    return Sheet(
        name="Commitments",
        title="Commitments: coverage, utilisation, unused",
        tables=(_coverage(books), _each(books, is_told=is_told)),
        notes=(TOLD,) if is_told else (TOLD, UNTOLD),
    )


def _each(books: Books, *, is_told: bool) -> Table:
    used = books.exact(("commitment",), ("amortized", "list"), where=f"{COMMITTED} and {COVERED}")
    idle = books.exact(("commitment",), ("amortized",), where=f"{COMMITTED} and {UNUSED}")["amortized"]
    fees = books.exact(("commitment",), ("fee",), where=COMMITTED)["fee"]
    figures = (used["list"], used["amortized"], idle, fees)
    amounts = {key[0]: _amounts(key, figures, books.pack.unit) for key in sorted(fees)}
    totals = [added(column) for column in zip(*amounts.values(), strict=True)]
    return Table(
        title="Each commitment",
        columns=COLUMNS,
        rows=tuple(_line((arn, _kind(arn)), found, is_told=is_told) for arn, found in amounts.items()),
        total=_line(("Total", ""), totals, is_told=is_told) if totals else None,
        empty="The bill has no commitments.",
    )


def _amounts(key: Key, figures: Sequence[Lines], unit: Decimal) -> list[Decimal]:
    demand, used, idle, fee = (to_cents(figure.get(key, NOTHING), unit) for figure in figures)
    return [demand, used, idle, difference(demand, added((used, idle))), fee]


def _line(names: tuple[str, str], amounts: Sequence[Decimal], *, is_told: bool) -> Row:
    """Give a line, without what the export does not tell: no unused commitment is not the same as none."""
    demand, used, idle, saved, fee = amounts
    if not is_told:
        return (*names, demand, used, None, saved, None, None)
    return (*names, demand, used, idle, saved, fee, share(used, added((used, idle))))


def _kind(arn: str) -> str:
    return "Savings Plan" if "savingsplan" in arn else "Reserved Instances"


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
