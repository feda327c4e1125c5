"""The smallest export that a test needs: lines in plain words, written as each format and kind of file spells them."""

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb

from orgwarden.billing.ledger import Sums, build, connect, sums
from orgwarden.billing.lines import Lines, open_lines
from orgwarden.billing.locating import DataFile, Delivery
from orgwarden.model import Period

PERIOD = Period("2026-10")
EXACT = Context(prec=1000)
CUR = {
    "payer": "bill_payer_account_id",
    "account": "line_item_usage_account_id",
    "period": "bill_billing_period_start_date",
    "line_type": "line_item_line_item_type",
    "currency": "line_item_currency_code",
    "amount": "line_item_unblended_cost",
}
LEGACY = {
    "payer": "bill/PayerAccountId",
    "account": "lineItem/UsageAccountId",
    "period": "bill/BillingPeriodStartDate",
    "line_type": "lineItem/LineItemType",
    "currency": "lineItem/CurrencyCode",
    "amount": "lineItem/UnblendedCost",
}
FOCUS = {
    "payer": "BillingAccountId",
    "account": "SubAccountId",
    "period": "BillingPeriodStart",
    "line_type": "ChargeCategory",
    "currency": "BillingCurrency",
    "amount": "BilledCost",
}
# Format → its names, and how it spells the key of a user's tag.
FORMATS = {"cur": CUR, "flat": CUR, "legacy": LEGACY, "focus": FOCUS}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line; ``amount`` is written as it stands here; ``more`` are further columns by the export's names."""

    amount: str = "1"
    account: str = "100000000002"
    payer: str = "100000000001"
    period: str = "2026-10-01T00:00:00Z"
    line_type: str = "Usage"
    currency: str = "USD"
    tags: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


def columns(format_: str, lines: Sequence[Line]) -> tuple[list[str], list[list[str]]]:
    """Give header and rows; tags as JSON text, or as a column for each key in ``legacy`` and ``flat``."""
    names, keys = FORMATS[format_], sorted({key for line in lines for key in line.tags})
    more = sorted({name for line in lines for name in line.more})
    flat = {"legacy": "resourceTags/user:", "flat": "resource_tags_user_"}.get(format_)
    own = {"focus": "user:", "cur": "user_"}.get(format_, "")
    header = [*names.values(), *([f"{flat}{key}" for key in keys] if flat else [tag_column(format_)]), *more]
    rows = []
    for line in lines:
        tags = [json.dumps({own + key: value for key, value in line.tags.items()})]
        tags = [line.tags.get(key, "") for key in keys] if flat else tags
        rows.append([*(getattr(line, name) for name in names), *tags, *(line.more.get(name, "") for name in more)])
    return header, rows


def tag_column(format_: str) -> str:
    return "Tags" if format_ == "focus" else "resource_tags"


def as_csv(format_: str, lines: Sequence[Line], *, ending: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    header, rows = columns(format_, lines)
    writer = csv.writer(text, lineterminator=ending)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def write(path: Path, format_: str, lines: Sequence[Line], *, amount: str = "varchar") -> Path:
    """Write by the name of the file: ``.csv``, ``.csv.gz``, ``.zip`` or ``.parquet`` with this type of amount."""
    if path.suffix == ".parquet":
        return write_parquet(path, format_, lines, amount)
    data = as_csv(format_, lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(data))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("report-1.csv", data)
    else:
        path.write_bytes(data)
    return path


def write_parquet(path: Path, format_: str, lines: Sequence[Line], amount: str) -> Path:
    header, rows = columns(format_, lines)
    names = FORMATS[format_]
    types = {names["amount"]: amount, names["period"]: "timestamp", tag_column(format_): "json"}
    selected = []
    for number, name in enumerate(header):
        sql = f"cast(c{number} as {types.get(name, 'varchar')})"
        if name == tag_column(format_):
            sql = f"cast({sql} as map(varchar, varchar))"
        selected.append(f"{sql} as {quoted(name)}")
    with duckdb.connect() as con:
        con.execute(f"create table t ({', '.join(f'c{n} varchar' for n in range(len(header)))})")
        if rows:
            con.executemany(f"insert into t values ({', '.join('?' for _ in header)})", rows)
        con.execute(f"copy (select {', '.join(selected)} from t) to '{path}' (format parquet)")
    return path


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def select_parquet(path: Path, sql: str) -> Path:
    """Write what a query gives, for columns of types of its own."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute(f"copy ({sql}) to '{path}' (format parquet)")
    return path


def delivery(*paths: Path) -> Delivery:
    files = tuple(DataFile(path=path, name=path.name, size=path.stat().st_size) for path in paths)
    return Delivery(files=files, manifest=None, period=None, version="", export="")


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was read: the lines, their sums, and the connection to ask further."""

    con: Any
    lines: Lines
    sums: Sums

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.con.execute(sql).fetchall()
        return found


def read(*paths: Path, period: Period | None = None, tag_keys: Iterable[str] = ()) -> Read:
    con = connect(memory="500MB", threads=1, temp=Path(tempfile.gettempdir()))
    lines = open_lines(con, delivery(*paths), period)
    ledger = build(con, lines, tuple(tag_keys))
    return Read(con=con, lines=lines, sums=sums(con, lines, ledger))


def added(lines: Iterable[Line], key: Any) -> dict[str, dict[str, Decimal]]:
    """Add up in Python with every digit: by currency, by what ``key`` gives of a line."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for line in lines:
        held = found[line.currency]
        held[key(line)] = EXACT.add(held.get(key(line), Decimal(0)), Decimal(line.amount))
    return dict(found)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add up with every digit; Python's own sum keeps 28."""
    return reduce(EXACT.add, amounts, Decimal(0))


def as_double(line: Line) -> Line:
    """The line as a file of doubles has it."""
    return replace(line, amount=repr(float(line.amount)))
