"""The small frames that tell whether a bill is fit to be judged: made of the ledger, so no file is read once more."""

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMES = ("kinds", "whole", "totals")


def frames(con: "DuckDBPyConnection") -> dict[str, list[dict[str, Any]]]:
    """Give the rows of each frame, by its name."""
    return {name: _rows(con, name) for name in NAMES}


def _rows(con: "DuckDBPyConnection", name: str) -> list[dict[str, Any]]:
    sql = files("orgwarden.billing").joinpath(f"gate/{name}.sql").read_text(encoding="utf-8")
    names = [column[0] for column in con.execute(sql).description or ()]
    return [dict(zip(names, row, strict=True)) for row in con.fetchall()]
