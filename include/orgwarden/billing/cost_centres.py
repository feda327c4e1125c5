"""Finds whose each cost is: the resource's tag's, else the account's tag's, else the dated mapping's, else the unit's.

The rule is one pure function; over a ledger of millions of rows the same rule is applied by one join, because all but
the resource's tag depends on account and day alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING

from orgwarden.baseline.billing import CostCentres

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAY = timedelta(days=1)


class PlacedBy(StrEnum):
    """What named the cost centre."""

    RESOURCE_TAG = "resource tag"
    ACCOUNT_TAG = "account tag"
    MAPPING = "account in the baseline"
    UNIT = "organizational unit"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """What is known of the accounts: their tags, and the ids of the units above each, from the root down."""

    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Whose the costs of an account are from a day to a day, both included, unless the resource says otherwise."""

    account: str
    first: date
    last: date
    cost_centre: str
    placed_by: PlacedBy


def cost_centre(*, tag: str, account: str, day: date, rules: CostCentres, accounts: Accounts) -> tuple[str, PlacedBy]:
    """Give the cost centre of one line and what named it; ``tag`` is the value of the resource's tag, or blank."""
    if tag:
        return tag, PlacedBy.RESOURCE_TAG
    span = next(span for span in spans(account, rules, accounts) if span.first <= day <= span.last)
    return span.cost_centre, span.placed_by


def spans(account: str, rules: CostCentres, accounts: Accounts) -> Iterator[Span]:
    """Give whose an account's costs are, for all days there are, without a gap."""
    tagged = accounts.tags.get(account, {}).get(rules.account_tag_key or "", "")
    if tagged:
        yield _span(account, date.min, date.max, (tagged, PlacedBy.ACCOUNT_TAG))
        return
    otherwise = _unmapped(account, rules, accounts)
    free: date | None = date.min
    for entry in sorted((e for e in rules.accounts if e.account == account), key=lambda e: e.first):
        if free is not None and free < entry.first:
            yield _span(account, free, entry.first - DAY, otherwise)
        yield _span(account, entry.first, entry.last, (entry.cost_centre, PlacedBy.MAPPING))
        free = None if entry.last == date.max else entry.last + DAY
    if free is not None:
        yield _span(account, free, date.max, otherwise)


def place(
    con: "DuckDBPyConnection", *, tag_keys: Sequence[str], rules: CostCentres, accounts: Accounts, earlier: str = ""
) -> None:
    """Make the view ``placed``: the ledger with ``cost_centre`` and ``placed_by``; a line without day has its month's.

    ``tag_keys`` are those of the ledger, whose columns are tag_1 and on. ``earlier`` is a table of the same columns
    with the months before, which are placed, too.
    """
    ledgers = f"from ledger union all by name from {earlier}" if earlier else "from ledger"
    con.execute(_sql("cost_centre_span"))
    found = [span for account in _billed(con, ledgers) for span in spans(account, rules, accounts)]
    columns = [[getattr(span, name) for span in found] for name in ("account", "first", "last", "cost_centre")]
    if found:
        con.execute(_sql("add_cost_centre_spans"), [*columns, [str(span.placed_by) for span in found]])
    tag = f"tag_{tag_keys.index(rules.tag_key) + 1}" if rules.tag_key in tag_keys else "''"
    con.execute(_sql("placed").replace("{tag}", tag).replace("{ledger}", ledgers))


def _span(account: str, first: date, last: date, whose: tuple[str, PlacedBy]) -> Span:
    return Span(account=account, first=first, last=last, cost_centre=whose[0], placed_by=whose[1])


def _unmapped(account: str, rules: CostCentres, accounts: Accounts) -> tuple[str, PlacedBy]:
    nearest = (rules.units[unit] for unit in reversed(accounts.units.get(account, ())) if unit in rules.units)
    unit = next(nearest, None)
    return (rules.default, PlacedBy.NOTHING) if unit is None else (unit, PlacedBy.UNIT)


def _billed(con: "DuckDBPyConnection", ledgers: str) -> list[str]:
    return sorted(account for (account,) in con.sql(ledgers).project("account").distinct().fetchall())


def _sql(name: str) -> str:
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
