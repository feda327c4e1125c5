"""Splits what many cost centres cause together by the rule that the baseline declares, exactly and to the last cent.

A pool for which nobody has a driver stays a pool under its own name: costs that are spread by guessing are disputed by
everybody who gets some.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING

from orgwarden.baseline.billing import WHOLE, SharedCost
from orgwarden.rounding import CENT, EXACT, allocate, to_cents, total_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Kind:
    """What of a line decides, beside its account, whether a pool takes it."""

    service: str
    line_type: str
    charge_category: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a cost centre costs by itself, without any pool."""

    amortized: Decimal
    unblended: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A pool and who bears it, in published cents; ``rest`` is what nobody does, and ``reason`` says why."""

    pool: str
    rule: str
    amount: Decimal
    lines: Mapping[str, Decimal]
    reason: str = ""

    @property
    def allocated(self) -> Decimal:
        """Give what the cost centres bear together."""
        return total_of(self.lines)

    @property
    def rest(self) -> Decimal:
        """Give what nobody bears."""
        return EXACT.subtract(self.amount, self.allocated)


def pool_of(kind: Kind, account: str, pools: Sequence[SharedCost]) -> str:
    """Give the name of the first pool that takes a line, blank where none does."""
    return next((pool.name for pool in pools if _fits(pool, kind) and _is_in(pool, account)), "")


def members(kinds: Iterable[Kind], pools: Sequence[SharedCost]) -> Iterator[tuple[Kind, str, int]]:
    """Give, for each kind of line, the accounts whose lines a pool takes ("": any) and the place of the first such.

    So that one join finds the pool of each row: the smaller of the two places that it finds.
    """
    for kind in kinds:
        first: dict[str, int] = {}
        for at, pool in enumerate(pools):
            for account in pool.accounts or ("",) if _fits(pool, kind) else ():
                first.setdefault(account, at)
        yield from ((kind, account, at) for account, at in first.items())


def take(con: "DuckDBPyConnection", pools: Sequence[SharedCost]) -> None:
    """Make the view ``pooled``: the view ``placed`` with the name of the pool that takes the row, blank where none."""
    kinds = con.table("placed").project("service, line_type, charge_category").distinct().fetchall() if pools else []
    found = [(*astuple(kind), account, at) for kind, account, at in members((Kind(*kind) for kind in kinds), pools)]
    con.execute(_sql("shared_cost_member"))
    if found:
        con.execute(_sql("add_shared_cost_members"), [*map(list, zip(*found, strict=True)), [p.name for p in pools]])
    con.execute(_sql("pooled"))


def drivers(pool: SharedCost, own: Mapping[str, Own], default: str) -> dict[str, Decimal]:
    """Give by what a pool is split, by cost centre; empty where nothing says so.

    A centre whose own costs are not positive (credits) drives nothing: it would be paid for what others cause.
    """
    if pool.rule == "fixed":
        return {centre: share for centre, share in (pool.shares or {}).items() if share}
    among = pool.among if pool.among is not None else tuple(sorted(own.keys() - {default}))
    if pool.rule == "even":
        return dict.fromkeys(among, Decimal(1))
    measured = {centre: getattr(own[centre], pool.rule) for centre in among if centre in own}
    return {centre: amount for centre, amount in measured.items() if amount > 0}


def split(pool: SharedCost, amount: Decimal, by: Mapping[str, Decimal], unit: Decimal = CENT) -> Split:
    """Split the published amount of a pool; the lines and the rest add up to it."""
    whole = WHOLE if pool.rule == "fixed" else total_of(by)
    exact = {centre: EXACT.divide(EXACT.multiply(amount, share), whole) for centre, share in by.items()}
    borne = EXACT.divide(EXACT.multiply(amount, total_of(by)), whole) if by else Decimal(0)
    lines = allocate(exact, total=to_cents(borne, unit), unit=unit)
    return Split(pool=pool.name, rule=pool.rule, amount=amount, lines=lines, reason=_reason(pool, by))


def _fits(pool: SharedCost, kind: Kind) -> bool:
    return (
        _matches(kind.service, pool.services)
        and _matches(kind.line_type, pool.line_types)
        and (pool.charge_categories is None or kind.charge_category in pool.charge_categories)
    )


def _matches(text: str, patterns: Sequence[str] | None) -> bool:
    return patterns is None or any(fnmatchcase(text, pattern) for pattern in patterns)


def _is_in(pool: SharedCost, account: str) -> bool:
    return pool.accounts is None or account in pool.accounts


def _reason(pool: SharedCost, by: Mapping[str, Decimal]) -> str:
    if not by:
        return (
            f"no cost centre has {pool.rule} costs of its own to split it by"
            if pool.rule != "even"
            else ("no cost centre has costs of its own")
        )
    if pool.rule == "fixed" and total_of(by) < WHOLE:
        return f"its shares add up to {total_of(by).normalize():f} percent"
    return ""


def _sql(name: str) -> str:
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
