"""The smallest ledger that a test needs: a table of the ledger's shape, in a connection of its own."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

TEXTS = (
    "period", "payer", "account", "seller", "publisher", "provider", "invoice", "currency", "service", "region",
    "charge_category", "line_type", "bill_type", "commitment",
)  # fmt: skip
AMOUNTS = ("unblended", "net_unblended", "blended", "amortized", "net_amortized", "list", "fee")
USUAL: Mapping[str, Any] = {
    "period": "2026-10",
    "payer": "100000000001",
    "account": "100000000002",
    "seller": "Amazon Web Services, Inc.",
    "publisher": "AWS",
    "provider": "AWS",
    "invoice": "2100000001",
    "currency": "USD",
    "service": "AmazonEC2",
    "region": "eu-north-1",
    "charge_category": "Usage",
    "line_type": "Usage",
    "bill_type": "Anniversary",
    "commitment": "",
    "day": date(2026, 10, 5),
    "lines": 1,
    "net_unblended": None,
    "blended": None,
    "net_amortized": None,
}


def row(unblended: str | Decimal = "1", **changed: Any) -> dict[str, Any]:
    """One row; amounts that are not given are the unblended one, and there is no discount."""
    amount = Decimal(unblended)
    usual = {**USUAL, "unblended": amount, "amortized": amount, "list": amount, "fee": Decimal(0)}
    return {**usual, **changed}


def columns(tags: int) -> list[tuple[str, str]]:
    texts = [(name, "varchar") for name in TEXTS] + [(f"tag_{n + 1}", "varchar") for n in range(tags)]
    return [*texts, ("day", "date"), ("lines", "bigint"), *((name, "decimal(38,18)") for name in AMOUNTS)]


def connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    con.execute("set timezone = 'UTC'")
    return con


def put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]], *, tags: int = 2) -> None:
    """Make a table of these rows; a tag that a row does not have is blank."""
    shape = columns(tags)
    con.execute(f"create or replace table {table} ({', '.join(f'{name} {kind}' for name, kind in shape)})")
    if rows:
        values = [[r.get(name, "" if name.startswith("tag_") else None) for r in rows] for name, _ in shape]
        con.execute(f"insert into {table} select {', '.join(f'unnest(?::{kind}[])' for _, kind in shape)}", values)


def ledger(*rows: Mapping[str, Any], tags: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection with a ledger."""
    con = connection()
    put(con, "ledger", rows, tags=tags)
    return con
