"""Reads the months before from the packs that were published of them: what a chart shows is what people were told.

Nothing else is needed for thirteen months of history, neither old exports nor a database.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orgwarden.billing.locating import months_before
from orgwarden.model import Period
from orgwarden.reports.finance.books import tag_column
from orgwarden.reports.finance.ledger_files import LEDGER, TAG
from orgwarden.reports.finance.publishing import newest
from orgwarden.store import Store

MONTHS = 12
HISTORY = "published_month"


def read_history(  # noqa: PLR0913 - the bill, and where its months are and go
    con: Any, store: Store, payer: str, period: Period, tag_keys: Sequence[str], *, currency: str
) -> tuple[Period, ...]:
    """Make the table ``published_month``, shaped like ``ledger``, of each month's newest pack.

    Gives the months that it has. A tag key that a pack did not report is untagged there.
    """
    con.execute(f"create or replace temp table {HISTORY} as from ledger limit 0")
    found = []
    for month in months_before(period, MONTHS):
        pack = newest(store, payer, month, currency)
        if pack is not None:
            _insert(con, store.read(f"{pack.folder}/{LEDGER}"), tag_keys)
            found.append(month)
    return tuple(found)


def _insert(con: Any, data: bytes, tag_keys: Sequence[str]) -> None:
    with TemporaryDirectory(prefix="orgwarden-history-") as folder:
        path = Path(folder) / LEDGER
        path.write_bytes(data)
        published = con.read_parquet(str(path))
        wanted = [name for name in con.table(HISTORY).columns if not name.startswith("tag_")]
        kept = [name for name in wanted if name in published.columns]
        tags = [
            f'"{TAG}{key.replace(chr(34), chr(34) * 2)}" as {tag_column(at)}'
            if f"{TAG}{key}" in published.columns
            else f"'' as {tag_column(at)}"
            for at, key in enumerate(tag_keys)
        ]
        # By name, so that a pack of an older or newer version is read as far as it goes.
        con.register("one_month", published.project(", ".join([*kept, *tags])))
        con.execute(f"insert into {HISTORY} by name from one_month")
        con.unregister("one_month")
