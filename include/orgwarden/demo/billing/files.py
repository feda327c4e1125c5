"""Writes data files: small CSV by Python alone, Parquet and multiplied lines through DuckDB.

Python spells every amount once, with all its digits; DuckDB only turns these texts into what Parquet keeps.
"""

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orgwarden.demo.billing.cur import DOUBLE, MAP, MAP_OF_DOUBLES, TIMESTAMP, Cell, Column, iso
from orgwarden.demo.billing.line import STEP, Line
from orgwarden.demo.billing.plan import FileKind, Format
from orgwarden.errors import BadInput

NULL = "\\N"
IN_PARQUET = {
    DOUBLE: "cast({1} as double)",
    TIMESTAMP: "cast({0} as timestamp)",
    MAP: "cast(cast({0} as json) as map(varchar, varchar))",
    MAP_OF_DOUBLES: "cast(cast({0} as json) as map(varchar, double))",
}
# The amounts in which a copy differs from the line it is made of.
GROWING = frozenset(
    {
        *("line_item_unblended_cost", "line_item_blended_cost", "line_item_net_unblended_cost"),
        *("lineItem/UnblendedCost", "lineItem/BlendedCost", "lineItem/NetUnblendedCost"),
        *("pricing_public_on_demand_cost", "pricing/publicOnDemandCost"),
        *("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingCurrencyEffectiveCost"),
    }
)
IDENTITY = frozenset({"identity_line_item_id", "identity/LineItemId"})
RESOURCE = frozenset({"line_item_resource_id", "lineItem/ResourceId", "ResourceId", "ResourceName"})
# So many resources are made of one whose lines are multiplied.
RESOURCES = 100
ROW, COPIES, COPY = "seed_row", "seed_copies", "seed_copy"
EPOCH = (1980, 1, 1, 0, 0, 0)


def extension(form: Format, kind: FileKind) -> str:
    """Give how the name of a data file ends."""
    ends = {FileKind.PARQUET: "snappy.parquet", FileKind.ZIP: "csv.zip", FileKind.GZIP: "csv.gz", FileKind.CSV: "csv"}
    return ends[kind] if form is Format.LEGACY or kind is not FileKind.ZIP else ends[FileKind.GZIP]


def write(
    form: Format, kind: FileKind, columns: Sequence[Column], lines: Sequence[Line], paths: Sequence[Path]
) -> None:
    """Write the lines into the files, every file some of them."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    if kind is FileKind.PARQUET or any(line.copies > 1 for line in lines):
        _through_duckdb(form, kind, columns, lines, paths)
        return
    null = "NULL" if form is Format.FOCUS else ""
    for number, path in enumerate(paths):
        _compress(kind, path, _as_csv(form, columns, lines[number :: len(paths)], null))


def _as_csv(form: Format, columns: Sequence[Column], lines: Iterable[Line], null: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([spelled(form, column.of(line), null) for column in columns] for line in lines)
    return text.getvalue().encode()


def spelled(form: Format, cell: Cell, null: str) -> str:
    """Give a cell as CSV has it: amounts with all their digits, moments in UTC, maps as JSON."""
    if cell is None:
        return null
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return iso(cell) if form is Format.LEGACY else iso(cell).replace("Z", ".000Z")
    return _as_json(cell) if isinstance(cell, Mapping) else str(cell)


def _as_json(told: Mapping[str, Any]) -> str:
    pairs = (
        f"{json.dumps(key, ensure_ascii=False)}:"
        + (f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False))
        for key, value in told.items()
    )
    return "{" + ",".join(pairs) + "}"


def _compress(kind: FileKind, path: Path, data: bytes) -> None:
    if kind is FileKind.GZIP:
        path.write_bytes(gzip.compress(data, mtime=0))
    elif kind is FileKind.ZIP:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(path.stem, EPOCH), data, zipfile.ZIP_DEFLATED)
    else:
        path.write_bytes(data)


def _through_duckdb(
    form: Format, kind: FileKind, columns: Sequence[Column], lines: Sequence[Line], paths: Sequence[Path]
) -> None:
    if kind is FileKind.ZIP:
        raise BadInput("so many rows are not written as zip: choose csv.gz, or ask for fewer rows")
    with tempfile.TemporaryDirectory() as scratch, closing(_connect(Path(scratch))) as con:
        seed = Path(scratch) / "seed.csv"
        seed.write_bytes(_seed(form, columns, lines))
        names = [*(column.name for column in columns), ROW, COPIES]
        con.execute(
            "create table seed as select * from read_csv(?, header=false, all_varchar=true, names=?, nullstr=?,"
            " delim=',', quote='\"', escape='\"')",
            [str(seed), names, NULL],
        )
        con.execute(f"create view grown as select *, unnest(range(cast({COPIES} as bigint))) as {COPY} from seed")  # noqa: S608 - the same
        is_parquet = kind is FileKind.PARQUET
        told = ", ".join(_expression(column, is_parquet=is_parquet) for column in columns)
        for number, path in enumerate(paths):
            mine = f"(cast({ROW} as bigint) + {COPY}) % {len(paths)} = {number}"
            con.execute(f"copy (select {told} from grown where {mine}) to '{path}' ({_options(form, kind)})")  # noqa: S608 - the names are ours


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(scratch), "threads": 2})
    con.execute("set timezone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    con.execute("set preserve_insertion_order = false")
    return con


def _seed(form: Format, columns: Sequence[Column], lines: Sequence[Line]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(_seed_rows(form, columns, lines))
    return text.getvalue().encode()


def _seed_rows(form: Format, columns: Sequence[Column], lines: Sequence[Line]) -> Iterator[list[str]]:
    for row, line in enumerate(lines):
        yield [*(spelled(form, column.of(line), NULL) for column in columns), str(row), str(line.copies)]


def _expression(column: Column, *, is_parquet: bool) -> str:
    name = '"' + column.name.replace('"', '""') + '"'
    if column.name in IDENTITY:
        return f"if({COPY} = 0, {name}, left({name}, 20) || md5({name} || {COPY})) as {name}"
    if column.name in RESOURCE:
        return f"if({COPY} % {RESOURCES} = 0, {name}, {name} || '-' || {COPY} % {RESOURCES}) as {name}"
    amount = f"cast({name} as decimal(38, 15))"
    if column.name in GROWING:
        amount = f"{amount} + if({amount} = 0, 0, cast({STEP:f} as decimal(38, 15)) * {COPY})"
    if is_parquet:
        return f"{IN_PARQUET[column.type].format(name, amount)} as {name}" if column.type in IN_PARQUET else name
    return f"{amount} as {name}" if column.name in GROWING else name


def _options(form: Format, kind: FileKind) -> str:
    if kind is FileKind.PARQUET:
        return "format parquet, compression snappy"
    null = "NULL" if form is Format.FOCUS else ""
    return f"format csv, header, nullstr '{null}', compression {'gzip' if kind is FileKind.GZIP else 'none'}"
