"""Makes the ledger of a bill of many millions of lines: its seconds and its memory, held against a plain scan.

The scan reads the same columns by the same DuckDB, makes each amount exact and looks at each value (a hash of each
text, a sum of each amount), and groups nothing. What a process has ever held cannot be taken back, so each thing that
is measured runs in a process of its own.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orgwarden.billing.coding import PASSED_ON
from orgwarden.billing.ledger import build, connect, sums
from orgwarden.billing.lines import Lines, declare, open_lines
from orgwarden.billing.locating import DataFile, Delivery
from orgwarden.demo import embedded

CHUNK = 2_500_000
# Lines of one resource in a month.
BUSY = 400
KEYS = ("cost_center", "owner", "environment")
TAGS = ("user_cost_center", "user_owner", "user_environment", "user_application", "aws_created_by")
AMOUNTS = ("unblended", "net_unblended", "blended", "amortized", "net_amortized", "list", "fee")
TEXTS = (*PASSED_ON, "charge_category", "commitment")
MEGABYTE = 1024
HOURS = 744
FLAT, MAP = "flat", "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one process came to: seconds by step, rows of the ledger where it made one, and the most memory."""

    seconds: dict[str, float]
    rows: int
    megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A bill of so many lines, its tags as columns of their own or as a map."""

    lines: int
    tags: str
    scan: Took
    ledger: Took
    pandas: Took | None

    @property
    def ratio(self) -> float:
        """Give how many times the scan the ledger takes."""
        return self.ledger.seconds["ledger"] / self.scan.seconds["scan"]


def measured(sizes: Sequence[int], folder: Path, *, against_pandas: int) -> Iterator[Measured]:
    """Measure each size with tags as columns, then as maps; the files are made once, and removed at the end.

    ``against_pandas`` is the size at which pandas does the same work.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        write(max(sizes), folder)
        for tags in (FLAT, MAP):
            if tags == MAP:
                _fold_tags(folder)
            yield from (_measured(size, tags, folder, size == against_pandas and tags == FLAT) for size in sizes)
    finally:
        shutil.rmtree(folder)


def write(lines: int, folder: Path) -> None:
    """Write a month of so many lines in files of at most 2.5 million; the first files are a smaller bill."""
    statement = resources("orgwarden.demo.bench").joinpath("charges.sql").read_text(encoding="utf-8")
    hours = "[" + ", ".join(f"'{_hour(n)}/{_hour(n + 1)}'" for n in range(HOURS)) + "]"
    with duckdb.connect(config=_config(folder)) as con:
        for number, first in enumerate(range(0, lines, CHUNK)):
            values = {"$resources": max(lines // BUSY, 1), "$first": first, "$end": min(first + CHUNK, lines)}
            text = statement.replace("$hours", hours)
            for name, value in values.items():
                text = text.replace(name, str(value))
            con.execute(f"copy ({text}) to '{folder}/bill-{number:05}.snappy.parquet' (format parquet)")


def _hour(number: int) -> str:
    return f"2026-10-{number // 24 + 1:02}T{number % 24:02}:00:00Z" if number < HOURS else "2026-11-01T00:00:00Z"


def _fold_tags(folder: Path) -> None:
    """Write each file again with its tags as a map, without those that are blank."""
    columns = [f"resource_tags_{name}" for name in TAGS]
    entries = ", ".join(f"{{'key': '{name}', 'value': resource_tags_{name}}}" for name in TAGS)
    tags = f"map_from_entries(list_filter([{entries}], lambda entry: entry.value <> '')) as resource_tags"
    with duckdb.connect(config=_config(folder)) as con:
        for path in sorted(folder.glob("*.parquet")):
            made = path.with_suffix(".folded")
            con.execute(
                f"copy (select * exclude ({', '.join(columns)}), {tags} from '{path}') to '{made}' (format parquet)"  # noqa: S608 - ours
            )
            made.rename(path)


def _config(folder: Path) -> dict[str, Any]:
    return {"memory_limit": "2GB", "preserve_insertion_order": False, "temp_directory": str(folder / "temp")}


def _measured(lines: int, tags: str, folder: Path, with_pandas: bool) -> Measured:  # noqa: FBT001 - one caller
    count = -(-lines // CHUNK)
    return Measured(
        lines=lines,
        tags=tags,
        scan=_apart("scan", folder, count),
        ledger=_apart("ledger", folder, count),
        pandas=_apart("pandas", folder, count) if with_pandas else None,
    )


def _apart(what: str, folder: Path, count: int) -> Took:
    command = [sys.executable, "-m", "orgwarden.demo.bench.billing", what, str(folder), str(count)]
    told = subprocess.run(command, env=embedded.clean_environ(), check=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
    return Took(**json.loads(told.stdout))


# --- in a process of its own ----------------------------------------------------------------------------------------


def _took(what: str, folder: Path, count: int) -> Took:
    paths = sorted(folder.glob("*.parquet"))[:count]
    seconds: dict[str, float] = {}
    rows = {"scan": _scan, "ledger": _ledger, "pandas": _pandas}[what](paths, folder, seconds)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return Took(seconds=seconds, rows=rows, megabytes=megabytes)


def _timed(seconds: dict[str, float], name: str, act: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    done = act()
    seconds[name] = time.monotonic() - begun
    return done


def _opened(con: "duckdb.DuckDBPyConnection", paths: Sequence[Path]) -> Lines:
    files = tuple(DataFile(path=path, name=path.name, size=path.stat().st_size) for path in paths)
    delivery = Delivery(files=files, manifest=None, period=None, version="", export="")
    return open_lines(con, delivery, None)


def _scan(paths: Sequence[Path], folder: Path, seconds: dict[str, float]) -> int:
    con = connect(temp=folder / "temp")
    declare(con, _opened(con, paths), KEYS)
    texts = (*TEXTS, *(f"tag_{n}" for n in range(1, len(KEYS) + 1)))
    looked = [f"bit_xor(hash({name}))" for name in (*texts, "day")] + [f"sum({name})" for name in AMOUNTS]
    statement = f"select {', '.join(looked)} from line"  # noqa: S608 - our own names
    _timed(seconds, "scan", lambda: con.execute(statement).fetchall())
    return 0


def _ledger(paths: Sequence[Path], folder: Path, seconds: dict[str, float]) -> int:
    con = connect(temp=folder / "temp")
    lines = _timed(seconds, "check", lambda: _opened(con, paths))
    ledger = _timed(seconds, "ledger", lambda: build(con, lines, KEYS))
    _timed(seconds, "sums", lambda: sums(con, lines, ledger))
    found = con.execute("select count(*) from ledger").fetchone()
    return int(found[0]) if found else 0


def _pandas(paths: Sequence[Path], folder: Path, seconds: dict[str, float]) -> int:
    """Group in pandas what DuckDB hands it as frames, file by file: the lock has nothing else that reads Parquet.

    The amounts are doubles, which pandas adds as it finds them.
    """
    con = connect(temp=folder / "temp")
    declare(con, _opened(con, paths), KEYS)
    keys = ["period", "day", *TEXTS, *(f"tag_{n}" for n in range(1, len(KEYS) + 1))]
    columns = [*keys, *(f"cast({name} as double) as {name}" for name in AMOUNTS), "1 as lines"]

    def grouped() -> int:
        parts = []
        for path in paths:
            statement = f"select {', '.join(columns)} from line where file = '{path.name}'"  # noqa: S608 - our own names
            frame = con.execute(statement).df()
            parts.append(frame.groupby(keys, as_index=False, dropna=False, sort=False)[[*AMOUNTS, "lines"]].sum())
        return len(pd.concat(parts).groupby(keys, dropna=False, sort=False)[[*AMOUNTS, "lines"]].sum())

    rows: int = _timed(seconds, "ledger", grouped)
    return rows


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_took(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))))
