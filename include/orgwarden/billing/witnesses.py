"""What others say a month came to, brought into tables of one shape, whoever said it: a file, an API, an earlier month.

A witness that was not given is no empty table but a cause, which makes what asks it unknown.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from orgwarden.aws import cost_explorer, invoices
from orgwarden.aws.cost_explorer import Cost
from orgwarden.aws.invoices import Invoice
from orgwarden.aws.tag_keys import flattened
from orgwarden.baseline import Baseline
from orgwarden.billing.checking import Witness
from orgwarden.billing.columns import AWS_TAG
from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.parts.organization import ACCOUNTS, Account
from orgwarden.snapshot import Snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_COST_KEYS = "no baseline declares the tag keys by which costs are told apart (billing.cost_keys)"
NO_TAG_GROUPS = "Cost Explorer was not asked by this tag (get-cost-and-usage --group-by Type=TAG,Key={key})"
MERGED = "the report has one column, {key}, for several tags that Cost Explorer tells apart"


def prepare(con: "DuckDBPyConnection") -> None:
    """Make every witness's table, empty."""
    con.execute(statement("witness_tables"))


def note_given(con: "DuckDBPyConnection", silent: Iterable[Witness]) -> None:
    """Note which witnesses speak, for statements that ask less where one does not."""
    lost = set(silent)
    con.execute("delete from given")
    con.execute("insert into given values (?, ?, ?, ?, ?, ?, ?)", [witness not in lost for witness in Witness])


def read_invoices(path: Path, period: Period) -> tuple[Invoice, ...]:
    """Read a list of invoices; those of other months are left out. Raises ``BadInput``."""
    found = _parsed(path, invoices.parse, "aws invoicing list-invoice-summaries")
    ours = tuple(one for one in found if one.period in {"", period.text})
    if not ours:
        raise BadInput(f"{path} has no invoice of {period}: list those of its billing period")
    return ours


def read_costs(paths: Sequence[Path], period: Period) -> tuple[Cost, ...]:
    """Read answers of Cost Explorer; each has to have costs of the month. Raises ``BadInput``."""
    found: list[Cost] = []
    for path in paths:
        ours = [
            one for one in _parsed(path, cost_explorer.parse, "aws ce get-cost-and-usage") if one.period == period.text
        ]
        if not ours:
            raise BadInput(f"{path} has no costs of {period}: ask for the month, with monthly or daily granularity")
        found += ours
    return tuple(found)


def _parsed(path: Path, parse: Any, command: str) -> Any:
    try:
        return parse(json.loads(path.read_bytes()))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(f"{path} is not what `{command}` prints: {error}") from error


def put_invoices(con: "DuckDBPyConnection", rows: Iterable[Invoice]) -> None:
    """Put invoices into their table."""
    names = (
        "invoice", "type", "bill_type", "seller", "payer", "currency", "total", "before_tax", "payment_currency",
        "payment_total", "rate", "original_invoice", "issued", "due",
    )  # fmt: skip
    put(con, "invoice", names, ([getattr(row, name) for name in names] for row in rows))


def put_costs(con: "DuckDBPyConnection", rows: Iterable[Cost], tag_keys: Sequence[str]) -> dict[str, str]:
    """Put Cost Explorer's answers into their table; give why it says nothing of a tag key of the export, by key.

    A report in Parquet spells keys in its own way; one that is spelled so by several keys of Cost Explorer is none.
    """
    told = list(rows)
    named = as_exported({row.tag_key for row in told if row.tag_key}, tag_keys)
    names = ("account", "record_type", "tag_key", "tag_value", "currency", "amount", "is_estimated")
    kept = ([*_cells(row, named, names)] for row in told if not row.tag_key or row.tag_key in named)
    put(con, "cost_explorer", names, kept)
    merged = {underscored(row.tag_key) for row in told} - {*named.values()}
    causes = {key: (MERGED if key in merged else NO_TAG_GROUPS).format(key=key) for key in tag_keys}
    return {key: cause for key, cause in causes.items() if key not in named.values()}


def unheard(con: "DuckDBPyConnection", *, by_tag: bool) -> list[str]:
    """Give the payers of whom Cost Explorer tells nothing by a tag, or without one; what it tells is a sole one's."""
    return [row[0] for row in con.execute(statement("unheard"), {"by_tag": by_tag}).fetchall()]


def _cells(row: Cost, named: Mapping[str, str], names: Sequence[str]) -> Iterator[Any]:
    yield from (named.get(row.tag_key, "") if name == "tag_key" else getattr(row, name) for name in names)


def as_exported(asked: Iterable[str], tag_keys: Sequence[str]) -> dict[str, str]:
    """Give the export's spelling of each key, where it has one, and no other key has the same."""
    asked, exact = set(asked), set(tag_keys)
    found = {}
    for key in tag_keys:
        alike = [other for other in asked if other == key or (other not in exact and underscored(other) == key)]
        if len(alike) == 1:
            found[alike[0]] = key
    return found


def underscored(key: str) -> str:
    """Spell a tag key as the columns of a legacy report in Parquet do; that it is one of AWS's own stays told."""
    bare = key.removeprefix(AWS_TAG)
    return (AWS_TAG if bare != key else "") + flattened(bare)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An account of the organization; ``joined`` is its day, None where AWS does not say."""

    account: str
    name: str
    state: str
    joined: date | None
    is_management: bool


class _Account(BaseModel):
    """One account of organizations:ListAccounts, as far as it is read; its ARN names the management account."""

    Id: str
    Arn: str = Field(pattern=r"^arn:[^:]+:organizations::\d{12}:account/")
    Name: str = ""
    State: str = ""
    Status: str = ""
    JoinedTimestamp: datetime | None = None


class _ListAccounts(BaseModel):
    """The whole of organizations:ListAccounts."""

    Accounts: list[_Account]
    NextToken: str | None = None


def read_organization(path: Path) -> tuple[Listed, ...]:
    """Read what ``aws organizations list-accounts`` prints. Raises ``BadInput``."""
    told = _parsed(path, _ListAccounts.model_validate, "aws organizations list-accounts")
    if told.NextToken or not told.Accounts:
        raise BadInput(f"{path} has not all accounts: list them without --max-items")
    return tuple(
        Listed(
            account=one.Id,
            name=one.Name,
            state=one.State or one.Status,
            joined=one.JoinedTimestamp.date() if one.JoinedTimestamp else None,
            is_management=one.Arn.split(":")[4] == one.Id,
        )
        for one in told.Accounts
    )


def accounts_of(snapshot: Snapshot) -> tuple[tuple[Listed, ...], str]:
    """Give the accounts of a snapshot, and why they are not all there, empty where they are."""
    lost = next((cause for (part, _), cause in snapshot.gaps.items() if part == ACCOUNTS.name), "")
    rows = snapshot.rows.get(ACCOUNTS, {}).values()
    management = snapshot.manifest.management
    return tuple(_listed(one, is_management=one.id == management) for one in rows), lost


def _listed(one: Account, *, is_management: bool) -> Listed:
    joined = date.fromisoformat(one.joined[:10]) if one.joined else None
    return Listed(account=one.id, name=one.name, state=one.state.value, joined=joined, is_management=is_management)


def put_organization(con: "DuckDBPyConnection", accounts: Iterable[Listed]) -> None:
    """Put the accounts into their table."""
    names = ("account", "name", "state", "joined", "is_management")
    put(con, "organization_account", names, ([getattr(one, name) for name in names] for one in accounts))


def put_baseline(con: "DuckDBPyConnection", baseline: Baseline | None) -> str:
    """Put what the owners declared about costs into its tables; limits have defaults.

    Gives why the coverage by tags cannot be asked, empty where it can.
    """
    declared = (baseline or Baseline()).billing
    limits = [(declared.month_on_month.amount, declared.month_on_month.percent / 100)]
    put(con, "variance_limit", ("amount", "share"), limits)
    keys = declared.cost_keys or ()
    put(con, "cost_key", ("key", "share"), ((key, Decimal(repr(declared.coverage.of(key)))) for key in keys))
    values = (baseline or Baseline()).tags.values
    put(con, "cost_value", ("key", "value"), ((key, one) for key, allowed in values.items() for one in allowed))
    return "" if keys else NO_COST_KEYS


def tag_costs(con: "DuckDBPyConnection", tag_keys: Sequence[str]) -> None:
    """Add up the ledger by each tag key."""
    con.execute("delete from tagged")
    for number, key in enumerate(tag_keys, start=1):
        con.execute(statement("tagged").replace("{column}", f"tag_{number}"), {"key": key})


def put(con: "DuckDBPyConnection", table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into a table by columns of text, which DuckDB takes far faster than rows, and exactly."""
    columns = list(zip(*([_text(cell) for cell in row] for row in rows), strict=True))
    if not columns:
        return
    types = dict(
        con.execute("select column_name, data_type from duckdb_columns() where table_name = ?", [table]).fetchall()
    )
    cells = ", ".join(f"cast(unnest(cast(? as varchar[])) as {types[name]})" for name in names)
    con.execute(f"insert into {table} ({', '.join(names)}) select {cells}", [list(column) for column in columns])


def _text(cell: Any) -> str | None:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return None if cell is None else str(cell)


def statement(name: str) -> str:
    """Give a statement of this folder."""
    return files("orgwarden.billing").joinpath(f"{name}.sql").read_text(encoding="utf-8")
