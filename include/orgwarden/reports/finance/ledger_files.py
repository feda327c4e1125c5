"""Writes the ledger of a pack with every digit: as Parquet just as it is, as CSV with texts that are no formulas."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from orgwarden.reports.finance.books import Books, literal, tag_column
from orgwarden.reports.finance.neutral import LIVE

# More rows than a spreadsheet opens are for programs, which read the file compressed.
SPREADSHEET_ROWS = 1_048_575
LEDGER, TAG = "ledger.parquet", "tag:"
TEXTS = (
    "period", "payer", "account", "seller", "publisher", "provider", "invoice", "currency", "service", "region",
    "charge_category", "line_type", "bill_type", "commitment", "cost_centre", "placed_by", "pool",
)  # fmt: skip
AMOUNTS = ("unblended", "net_unblended", "blended", "amortized", "net_amortized", "list", "fee")


def ledger_files(books: Books, folder: Path) -> Iterator[Path]:
    """Write the ledger into a folder, in an order that its rows alone decide; give the files."""
    rows = books.pack.con.sql(_rows(books))
    yield _named(folder / LEDGER, lambda path: rows.to_parquet(path, compression="zstd"))
    count = rows.aggregate("count(*)").fetchall()[0][0]
    name, packed = ("ledger.csv", "none") if count <= SPREADSHEET_ROWS else ("ledger.csv.gz", "gzip")
    text = rows.project(_neutral(books)).order("all")
    yield _named(folder / name, lambda path: text.to_csv(path, header=True, compression=packed))


def _named(path: Path, write: Callable[[str], None]) -> Path:
    write(str(path))
    return path


def tag_names(books: Books) -> list[str]:
    """Give the names of the tag columns: ``tag:`` and the key; keys that differ in case alone get a number."""
    seen: dict[str, int] = {}
    names = []
    for key in books.pack.tag_keys:
        folded = key.casefold()
        seen[folded] = seen.get(folded, 0) + 1
        names.append(f"{TAG}{key}" if seen[folded] == 1 else f"{TAG}{key} ({seen[folded]})")
    return names


def _rows(books: Books) -> str:
    pack = books.pack
    tags = "".join(f"{tag_column(at)} as {_quoted(name)}, " for at, name in enumerate(tag_names(books)))
    text = files(__package__).joinpath("ledger_rows.sql").read_text(encoding="utf-8")
    filled = text.replace("{tags}", tags).replace("{period}", literal(str(pack.period)))
    return filled.replace("{payer}", literal(pack.payer)).replace("{currency}", literal(pack.currency))


def _neutral(books: Books) -> str:
    """Give the columns for CSV: texts made neutral, amounts with all digits but no zeros behind them."""
    texts = [*TEXTS, *tag_names(books)]
    live = "[" + "".join(literal(sign) + ", " for sign in LIVE).rstrip(", ") + "]"
    parts = {name: _text(_quoted(name), live) for name in texts}
    parts |= {name: f"rtrim(rtrim(cast({name} as varchar), '0'), '.')" for name in AMOUNTS}
    order = [*TEXTS[:14], "day", *TEXTS[14:], *tag_names(books), "lines", *AMOUNTS]
    return ", ".join(f"{parts.get(name, name)} as {_quoted(name)}" for name in order)


def _text(column: str, live: str) -> str:
    return f"case when list_contains({live}, left({column}, 1)) then '''' || {column} else {column} end"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
