"""The cost ledger of a month: one statement from line to ledger, and the sums of it to the last digit of the file."""

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from orgwarden.billing import amounts, coding
from orgwarden.billing.lines import Lines, Tag, declare, statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1500MB"
# Fewer lines are grouped as they are.
MANY = 1_000_000
# Grouping sets in one statement: each holds all values of its key.
AT_ONCE = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The table ``ledger``; ``tag_keys`` are its columns tag_1 … tag_n, in this order."""

    tag_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What was billed in one currency: in all, by account, and by tag key and value; untagged is ``""``.

    The values of each key add up to the total. Without untagged lines a key has no ``""``.
    """

    total: Decimal
    accounts: Mapping[str, Decimal]
    tags: Mapping[str, Mapping[str, Decimal]]


Sums = Mapping[str, Totals]
ByValue = dict[tuple[str, str, str], list[Decimal]]


def connect(memory: str = MEMORY, threads: int | None = None, temp: Path | None = None) -> "DuckDBPyConnection":
    """Give a DuckDB in memory that spills to ``temp``, asks nobody for anything and lives in UTC."""
    import duckdb

    made = tempfile.TemporaryDirectory(prefix="orgwarden-", ignore_cleanup_errors=True) if temp is None else None
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": made.name if made else str(temp),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    con = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    if made:
        weakref.finalize(con, made.cleanup)
    con.execute("set timezone = 'UTC'")
    return con


def build(con: "DuckDBPyConnection", lines: Lines, tag_keys: Sequence[str], *, many: int = MANY) -> Ledger:
    """Make the tables ``ledger`` and ``control_total``; raises BadInput that names file, column and value.

    From ``many`` lines on, texts are numbers while they are grouped.
    """
    keys = tuple(dict.fromkeys(tag_keys))
    declare(con, lines, keys)
    with lines.telling(con):
        few = coding.words(con, lines, keys) if lines.count >= many else {}
        con.execute(f"create or replace temp view coded_line as {coding.coded(few)}")
        ledger = statement("ledger", len(keys)).replace("from line", "from coded_line")
        con.execute(f"create or replace temp table coded_ledger as {ledger}")
        con.execute(f"create or replace table ledger as {coding.decoded(few, 'coded_ledger')}")
        con.execute("drop table coded_ledger")
        con.execute("drop view coded_line")
        con.execute(f"create or replace table control_total as {statement('control_total', len(keys))}")
    return Ledger(tag_keys=keys)


def sums(con: "DuckDBPyConnection", lines: Lines, ledger: Ledger) -> Sums:
    """Add up what was billed, exactly: by currency the total, the accounts, and every tag key of the export."""
    keys = tuple(dict.fromkeys([*lines.tag_keys, *ledger.tag_keys]))
    found: ByValue = defaultdict(list)
    with lines.telling(con):
        for currency, account, amount in con.execute(
            "select currency, account, sum(unblended) from ledger group by all"
        ).fetchall():
            found[currency, "", account].append(amount)
        for currency, key, value, amount in _by_tag(con, lines, ledger):
            found[currency, f"tag {key}", value].append(amount)
        for currency, kind, value, amount in _beyond(con, lines, keys):
            found[currency, kind, value].append(amount)
    exact = {place: amounts.total(parts) for place, parts in sorted(found.items())}
    return {currency: _totals(exact, currency, keys) for currency in lines.currencies}


def _totals(exact: Mapping[tuple[str, str, str], Decimal], currency: str, keys: Iterable[str]) -> Totals:
    parts: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (of, kind, value), amount in exact.items():
        if of == currency:
            parts[kind][value] = amount
    total = amounts.total(parts[""].values())
    return Totals(total=total, accounts=parts[""], tags={key: parts.get(f"tag {key}") or {"": total} for key in keys})


def _by_tag(con: "DuckDBPyConnection", lines: Lines, ledger: Ledger) -> Iterator[tuple[str, str, str, Decimal]]:
    for number, key in enumerate(ledger.tag_keys, start=1):
        query = f"select currency, tag_{number}, sum(unblended) from ledger group by all"
        yield from ((currency, key, value, amount) for currency, value, amount in con.execute(query).fetchall())
    further = {key: tag for key, tag in lines.tags.items() if key not in ledger.tag_keys}
    listed = {tag.keys[0]: key for key, tag in further.items() if tag.is_listed}
    yield from _by_map(con, listed) if listed else ()
    apart = [(key, tag) for key, tag in further.items() if not tag.is_listed]
    for at in range(0, len(apart), AT_ONCE):
        yield from _by_columns(con, apart[at : at + AT_ONCE])


def _by_columns(con: "DuckDBPyConnection", tags: Sequence[tuple[str, Tag]]) -> Iterator[tuple[str, str, str, Decimal]]:
    """Add up by several keys in one pass, each a grouping set."""
    names = [f"v{n}" for n in range(len(tags))]
    read = ", ".join(f"{tag.sql} as {name}" for name, (_, tag) in zip(names, tags, strict=True))
    sets = ", ".join(f"(currency, {name})" for name in names)
    rows = con.execute(
        f"select currency, grouping({', '.join(names)}), coalesce({', '.join(names)}), sum(unblended) "
        f"from (select currency, unblended, {read} from charge) group by grouping sets ({sets})"
    ).fetchall()
    # grouping() has a bit for each name, the first the highest; it is 0 for the one that its set is made of.
    every = (1 << len(names)) - 1
    which = {every ^ (1 << (len(names) - 1 - n)): key for n, (key, _) in enumerate(tags)}
    yield from ((currency, which[mask], value, amount) for currency, mask, value, amount in rows)


def _by_map(con: "DuckDBPyConnection", listed: Mapping[str, str]) -> Iterator[tuple[str, str, str, Decimal]]:
    """Add up by all keys of the maps in one pass over their entries; what is left of the total is untagged."""
    rows = con.execute(
        "select currency, entry.key, entry.value, count(*), sum(unblended) from "
        "(select currency, unblended, unnest(map_entries(tags)) as entry from charge) "
        "where entry.value <> '' group by all"
    ).fetchall()
    totals = {
        currency: (lines, amount)
        for currency, lines, amount in con.execute(
            "select currency, sum(lines)::bigint, sum(unblended) from ledger group by all"
        ).fetchall()
    }
    tagged: dict[tuple[str, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for currency, raw, value, count, amount in rows:
        if raw in listed:
            tagged[currency, raw].append((count, amount))
            yield currency, listed[raw], value, amount
    for raw, key in listed.items():
        for currency, (lines, amount) in totals.items():
            parts = tagged[currency, raw]
            if sum(count for count, _ in parts) < lines:
                yield currency, key, "", amounts.EXACT.subtract(amount, amounts.total(part for _, part in parts))


def _beyond(con: "DuckDBPyConnection", lines: Lines, keys: Sequence[str]) -> Iterator[tuple[str, str, str, Decimal]]:
    """Give what the lines have beyond the decimals of the ledger, by account and by tag value."""
    tags = [lines.tags[key].sql if key in lines.tags else "''" for key in keys]
    named = "".join(f", {sql} as v{n}" for n, sql in enumerate(tags))
    con.execute(
        f"create or replace temp table beyond as select currency, account, beyond, unblended{named}, "
        "count(*) as lines from charge where beyond is not null group by all"
    )
    yield from ((currency, "", value, rest) for currency, value, rest in _rests(con, "account"))
    for number, key in enumerate(keys):
        yield from ((currency, f"tag {key}", value, rest) for currency, value, rest in _rests(con, f"v{number}"))
    con.execute("drop table beyond")


def _rests(con: "DuckDBPyConnection", column: str) -> Iterator[tuple[str, str, Decimal]]:
    rows = con.execute(f"select currency, {column}, beyond, unblended, sum(lines)::bigint from beyond group by all")
    while some := rows.fetchmany(10_000):
        for currency, value, text, rounded, count in some:
            yield currency, value, amounts.EXACT.multiply(amounts.rest(text, rounded), Decimal(count))
