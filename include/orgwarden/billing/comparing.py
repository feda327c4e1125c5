"""Brings what one connection has of a month beside another: the months before, another format, a published pack.

Each is read in a DuckDB of its own, which is closed before the next one, so that memory stays that of one month.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orgwarden.billing.amounts import literal
from orgwarden.billing.ledger import Ledger, build
from orgwarden.billing.lines import Lines, open_lines
from orgwarden.billing.locating import Delivery, months_before
from orgwarden.billing.witnesses import put, statement
from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.rounding import allocate, minor_unit, to_cents, total_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HOUR, DAY = "hour", "day"
STEPS = {HOUR: timedelta(hours=1), DAY: timedelta(days=1)}
# So much of an open month may still be on its way.
LAG = timedelta(days=1)
# What a published pack calls its ledger.
LEDGER_FILE = "ledger.parquet"
Connect = Callable[[], "DuckDBPyConnection"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """Whether the month just before was read, whether the hours of it and of this one are told, and what broke."""

    has_last: bool
    is_timed: bool
    broken: tuple[str, ...]


def put_earlier(  # noqa: PLR0913 - what is compared with what, when, and with what
    con: "DuckDBPyConnection",
    deliveries: Sequence[Delivery],
    lines: Lines,
    ledger: Ledger,
    *,
    is_closed: bool,
    connect: Connect,
) -> Earlier:
    """Add the months before to ``earlier_ledger``, and what was always on in the last of them to ``always_on``.

    Of a month that is not closed, the latest lines may still be on their way. A month that cannot be read is left out:
    it holds this one not back.
    """
    has_last = is_timed = False
    broken: list[str] = []
    (last,) = months_before(lines.period, 1)
    for delivery in deliveries:
        with closing(connect()) as other, TemporaryDirectory() as folder:
            try:
                before = open_lines(other, delivery, delivery.period)
                build(other, before, ledger.tag_keys)
            except BadInput as error:
                broken.append(str(error))
                continue
            _carry(other, con, "select * from ledger", "earlier_ledger", Path(folder))
            has_last |= before.period == last
            if before.period == last and (grain := _grain(con, other)):
                _put_always_on(con, other, grain, Path(folder))
                _put_hours(con, grain, is_closed=is_closed)
                is_timed = True
    return Earlier(has_last=has_last, is_timed=is_timed, broken=tuple(broken))


def _put_always_on(con: "DuckDBPyConnection", other: "DuckDBPyConnection", grain: str, folder: Path) -> None:
    first, end = _bounds(other)
    query = (
        statement("always_on").replace("$grain", literal(grain)).replace("$units", str((end - first) // STEPS[grain]))
    )
    _carry(other, con, query, "always_on", folder)


def _put_hours(con: "DuckDBPyConnection", grain: str, *, is_closed: bool) -> None:
    """Put the hours of this month that are asked for, and those that were used."""
    con.execute(statement("active_hours"), {"grain": grain})
    first, end = _bounds(con)
    if not is_closed:
        latest = _one(con, "select max(start) from line where charge_category = 'Usage'") or first
        end = max(first, min(end, latest - LAG))
    count = -(-(end - first) // STEPS[grain])
    hours = (first + STEPS[grain] * number for number in range(count))
    put(con, "period_hour", ("hour", "place", "unit"), ((hour, at, f"{grain}s") for at, hour in enumerate(hours)))


def _grain(con: "DuckDBPyConnection", other: "DuckDBPyConnection") -> str:
    """Say whether both months tell hours, or days alone; empty where one has no times."""
    query = "select count(start), bool_or(hour(start) <> 0) from line where charge_category = 'Usage'"
    told = [one.execute(query).fetchone() for one in (con, other)]
    if not all(row and row[0] for row in told):
        return ""
    return HOUR if all(row and row[1] for row in told) else DAY


def _bounds(con: "DuckDBPyConnection") -> tuple[datetime, datetime]:
    row = con.execute("select first_day::timestamp, end_day::timestamp from export_facts").fetchone()
    if row is None:
        raise ValueError("a connection without an export")
    return row[0], row[1]


def put_footers(con: "DuckDBPyConnection", delivery: Delivery) -> None:
    """Put how many rows each Parquet file says that it has."""
    parquet = [file for file in delivery.files if file.path.suffix == ".parquet"]
    query = "select coalesce(sum(num_rows), 0)::bigint from parquet_file_metadata(?)"
    counted = ((file.name, con.execute(query, [str(file.path)]).fetchall()[0][0]) for file in parquet)
    put(con, "footer", ("file", "rows"), list(counted))


def put_other_format(con: "DuckDBPyConnection", delivery: Delivery, lines: Lines, *, connect: Connect) -> None:
    """Put the totals of the same month in another format. Raises ``BadInput`` where it is the same one."""
    with closing(connect()) as other:
        theirs = open_lines(other, delivery, lines.period)
        if theirs.format == lines.format:
            raise BadInput(f"the other export is {theirs.format}, too: give one in another format (CUR beside FOCUS)")
        build(other, theirs, ())
        rows = other.execute(statement("measured_total")).fetchall()
    put(con, "other_total", ("payer", "currency", "charge_category", "amount"), rows)


def put_published(con: "DuckDBPyConnection", folder: Path, period: Period) -> None:
    """Put what a pack that was published has of the month. Raises ``BadInput`` where there is no such pack."""
    import duckdb

    files = sorted(folder.rglob(LEDGER_FILE)) if folder.is_dir() else [folder] if folder.suffix == ".parquet" else []
    if len(files) != 1:
        raise BadInput(f"{folder} has {len(files)} files {LEDGER_FILE}: give the folder of one pack that was published")
    source = f"read_parquet({literal(str(files[0]))})"
    where = f"where period = {literal(period.text)}"
    try:
        con.execute(
            f"insert into published_total select payer, account, line_type, currency, sum(unblended) from {source} "
            f"{where} group by payer, account, line_type, currency"
        )
    except duckdb.Error as error:
        raise BadInput(f"{files[0]} is no cost ledger: {str(error).splitlines()[0]}") from error
    if not _one(con, "select count(*) from published_total"):
        raise BadInput(f"{files[0]} has nothing of {period}: give the pack of that month")


def put_tag_totals(con: "DuckDBPyConnection", totals: Sequence[tuple[str, str, str, str, Any]]) -> None:
    """Put the sums by tag value: those of the ledger's keys are in ``tagged``, further ones are given."""
    con.execute(
        "insert into tag_total select payer, key, value, currency, sum(unblended) from tagged "
        "group by payer, key, value, currency"
    )
    put(con, "tag_total", ("payer", "key", "value", "currency", "amount"), totals)


def put_published_lines(con: "DuckDBPyConnection") -> None:
    """Round the statements as they are published: once, by largest remainder, within each payer and currency."""
    rows: list[tuple[Any, ...]] = []
    for (payer, currency, name), lines in _statements(con).items():
        unit = minor_unit(currency)
        total = to_cents(total_of(lines), unit)
        rows += ((payer, currency, name, cents, total) for cents in allocate(lines, unit=unit).values())
    put(con, "published_line", ("payer", "currency", "statement", "cents", "total"), rows)


def _statements(con: "DuckDBPyConnection") -> dict[tuple[str, str, str], dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for payer, currency, name, line, amount in con.execute(statement("published_statements")).fetchall():
        found[payer, currency, name][line] = amount
    return found


def _carry(source: "DuckDBPyConnection", target: "DuckDBPyConnection", query: str, table: str, folder: Path) -> None:
    """Bring rows from one DuckDB into a table of another, through a file."""
    file = literal(str(folder / f"{table}.parquet"))
    source.execute(f"copy ({query}) to {file} (format parquet)")
    target.execute(f"insert into {table} select * from read_parquet({file})")


def _one(con: "DuckDBPyConnection", query: str) -> Any:
    row = con.execute(query).fetchone()
    return row[0] if row else None
