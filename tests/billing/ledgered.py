"""The smallest bill that a check needs: lines by hand, and all tables that are made of them and of witnesses."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb

from orgwarden.billing import witnesses
from orgwarden.billing.checking import CHECKS, Check, ties
from orgwarden.billing.lines import statement
from orgwarden.parts.bill import Tie

PAYER, ACCOUNT, OTHER = "100000000001", "100000000002", "100000000003"
FILE = "s3://bucket/bill-1.parquet"
AMOUNTS = ("unblended", "net_unblended", "blended", "amortized", "net_amortized", "list", "fee")
USUAL: Mapping[str, Any] = {
    "payer": PAYER,
    "account": ACCOUNT,
    "period": "2026-10",
    "start": "2026-10-05 03:00",
    "day": "2026-10-05",
    "line_type": "Usage",
    "bill_type": "Anniversary",
    "charge_category": "Usage",
    "invoice": "INV1",
    "seller": "AWS Inc",
    "publisher": "AWS",
    "provider": "AWS",
    "currency": "USD",
    "service": "AmazonEC2",
    "region": "eu-north-1",
    "usage_type": "BoxUsage",
    "operation": "RunInstances",
    "resource": "",
    "line_id": "",
    "time_interval": "2026-10-05T03:00:00Z/2026-10-05T04:00:00Z",
    "commitment": "",
    "commitment_status": "",
    "file": FILE,
    "tag_1": "",
}
TYPES = {"start": "timestamp", "day": "date", **dict.fromkeys(AMOUNTS, "decimal(38,18)")}


def line(unblended: str = "1", **changed: Any) -> dict[str, Any]:
    """A line of usage; amortized and list are as billed unless they are given, and there is no discount."""
    amount = Decimal(unblended)
    amounts = {"unblended": amount, "amortized": amount, "list": amount, "fee": Decimal(0)}
    return {**USUAL, **dict.fromkeys(AMOUNTS), **amounts, **changed}


def bill(*lines: Mapping[str, Any], **facts: Any) -> duckdb.DuckDBPyConnection:
    """A connection with the ledger of these lines, and every witness's table, empty; nobody was given."""
    con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    con.execute("set timezone = 'UTC'")
    columns = {name: TYPES.get(name, "varchar") for name in line()}
    con.execute(f"create table line ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    witnesses.put(con, "line", tuple(columns), ([one[name] for name in columns] for one in lines))
    con.execute(f"create table ledger as {statement('ledger', 1)}")
    con.execute(f"create table control_total as {statement('control_total', 1)}")
    _put_facts(con, facts)
    witnesses.prepare(con)
    given(con)
    witnesses.put_baseline(con, None)
    witnesses.tag_costs(con, ("team",))
    con.execute("insert into tag_total select payer, key, value, currency, sum(unblended) from tagged group by all")
    return con


def _put_facts(con: duckdb.DuckDBPyConnection, facts: Mapping[str, Any]) -> None:
    told = {"format": "CUR", "has_net": False, "has_discount_rows": False, **facts}
    con.execute(
        "create table export_facts as select $format as format, '2026-10' as period, date '2026-10-01' as first_day, "
        "date '2026-11-01' as end_day, $has_net as has_net, "
        "$has_discount_rows as has_discount_rows, true as has_manifest",
        told,
    )
    counted = "select file as name, 1 as bytes, count(*) as rows, true as listed from line group by all"
    con.execute(f"create table file as {counted}")


def given(con: duckdb.DuckDBPyConnection, *speaking: witnesses.Witness) -> None:
    """Note who speaks."""
    witnesses.note_given(con, set(witnesses.Witness) - set(speaking))


def check(name: str) -> Check:
    return next(one for one in CHECKS if one.name == name)


def found(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Tie]:
    """Ask a check; give its ties by subject."""
    return {tie.subject: tie for tie in ties(con, check(name))[0].values()}


def sides(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Give the two amounts of each tie of a check, by subject."""
    return {subject: (tie.a, tie.b) for subject, tie in found(con, name).items()}
