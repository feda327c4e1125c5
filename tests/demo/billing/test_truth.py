"""What is written says what the truth says, read back by nothing of ours: the csv module, and DuckDB as text."""

import csv
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orgwarden.demo.billing import FileKind, Format, Generated, Mode, Plan, cur, files, focus, generate
from orgwarden.demo.billing.bill import bill
from orgwarden.demo.billing.focus import as_focus
from orgwarden.demo.billing.line import Kind
from orgwarden.demo.billing.truth import truths
from orgwarden.model import Period

OCTOBER = Period("2026-10")
ALL = [
    (Format.CUR2, FileKind.PARQUET),
    (Format.CUR2, FileKind.GZIP),
    (Format.LEGACY, FileKind.GZIP),
    (Format.LEGACY, FileKind.ZIP),
    (Format.LEGACY, FileKind.CSV),
    (Format.LEGACY, FileKind.PARQUET),
    (Format.FOCUS, FileKind.PARQUET),
    (Format.FOCUS, FileKind.GZIP),
]
COSTS = ("line_item_unblended_cost", "lineItem/UnblendedCost", "BilledCost")
ACCOUNTS = ("line_item_usage_account_id", "lineItem/UsageAccountId", "SubAccountId")
Row = Mapping[str, str]


@pytest.fixture(scope="module", params=ALL, ids=lambda case: f"{case[0]}-{case[1]}")
def made(request, tmp_path_factory) -> Generated:
    form, kind = request.param
    return generate(Plan(months=(OCTOBER,), format=form, file=kind, rows=1_500), tmp_path_factory.mktemp("export"))


def rows_of(paths: tuple[Path, ...]) -> Iterator[Row]:
    for path in paths:
        if path.suffix == ".parquet":
            yield from parquet(path)
        else:
            yield from csv.DictReader(io.StringIO(text_of(path), newline=""))


def text_of(path: Path) -> str:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0]).decode()
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def parquet(path: Path) -> Iterator[Row]:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    told = con.execute("select * from read_parquet(?)", [str(path)])
    names = [one[0] for one in told.description]
    for row in told.fetchall():
        cells = (repr(cell) if isinstance(cell, float) else cell for cell in row)
        yield {name: cell for name, cell in zip(names, cells, strict=True)}  # noqa: C416 - a row each


def first(row: Row, names: tuple[str, ...]) -> str:
    return next(row[name] for name in names if name in row)


def tags(row: Row) -> Mapping[str, str]:
    """Give the tags of a row by plain key."""
    held = row.get("resource_tags", row.get("Tags", ""))
    if held in (None, "NULL", ""):
        held = {}
    if isinstance(held, str):
        held = json.loads(held)
    found = dict(held) | {
        key: value for key, value in row.items() if key.lower().startswith(("resourcetags/", "resource_tags_"))
    }
    return {plain(key): value for key, value in found.items() if value}


def plain(key: str) -> str:
    for prefix in ("resourceTags/user:", "resource_tags_user_", "user_", "user:"):
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    for prefix in ("resourceTags/aws:", "resource_tags_aws_", "aws_", "aws:"):
        if key.startswith(prefix):
            return "aws:" + key.removeprefix(prefix)
    return key


def test_the_total_is_the_sum_of_the_written_costs_to_the_last_digit(made):
    rows = list(rows_of(made.last.files))
    assert sum(Decimal(first(row, COSTS)) for row in rows) == made.last.truth.total
    assert len(rows) == made.last.truth.lines


def test_accounts_are_text_and_add_up(made):
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(made.last.files):
        found[first(row, ACCOUNTS)] += Decimal(first(row, COSTS))
    assert found == made.last.truth.accounts
    assert any(account.startswith("00") for account in found)


def test_each_tag_key_and_value_adds_up_and_the_rest_is_untagged(made):
    truth = made.last.truth
    found = {key: defaultdict(Decimal) for key in truth.tags}
    for row in rows_of(made.last.files):
        own = tags(row)
        assert own.keys() <= truth.tags.keys()
        for key, values in found.items():
            values[own.get(key, "")] += Decimal(first(row, COSTS))
    assert found == truth.tags


@pytest.mark.parametrize(("form", "kind"), [ALL[0], ALL[3], ALL[7]])
def test_a_plan_always_makes_the_same_bytes(form, kind, tmp_path):
    plan = Plan(months=(OCTOBER,), format=form, file=kind, rows=1_000, mode=Mode.CREATE_NEW)
    once, again = (generate(plan, tmp_path / name) for name in ("once", "again"))
    assert [path.read_bytes() for path in once.last.files] == [path.read_bytes() for path in again.last.files]


def test_a_month_is_the_same_truth_in_all_formats(tmp_path):
    told = [generate(Plan(months=(OCTOBER,), format=form), tmp_path / form).last.truth for form in Format]
    first_one = told[0]
    assert all(one.total == first_one.total and one.accounts == first_one.accounts for one in told)
    assert all(one.tags == first_one.tags and one.invoices == first_one.invoices for one in told if len(one.tags) > 8)


def sum_of(paths, form: Format, kind: FileKind) -> tuple[Decimal, int]:
    read = "read_parquet(?)" if kind is FileKind.PARQUET else "read_csv(?, all_varchar=true)"
    cost = COSTS[0] if form is Format.CUR2 else COSTS[2]
    query = f"select sum(cast(cast({cost} as varchar) as decimal(38, 15))), count(*) from {read}"
    return duckdb.execute(query, [[str(path) for path in paths]]).fetchall()[0]


GROWN = [(Format.CUR2, FileKind.PARQUET), (Format.FOCUS, FileKind.GZIP)]


@pytest.mark.parametrize(("form", "kind"), GROWN)
def test_a_line_that_stands_for_several_is_written_as_many_times_and_its_truth_is_exact(form, kind, tmp_path):
    plan = Plan(months=(OCTOBER,), format=form, file=kind, rows=1_000)
    lines = [replace(line, copies=3) if line.kind is Kind.USAGE else line for line in bill(plan, OCTOBER)]
    lines = list(as_focus(lines)) if form is Format.FOCUS else lines
    columns = focus.columns(plan, OCTOBER) if form is Format.FOCUS else cur.columns(plan, OCTOBER, lines)
    paths = [tmp_path / f"{number}.{files.extension(form, kind)}" for number in (1, 2)]
    files.write(form, kind, columns, lines, paths)
    truth = truths(form, kind, lines)["USD"]
    assert sum_of(paths, form, kind) == (truth.total, truth.lines)
    assert truth.lines > len(lines)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "kind"), GROWN)
def test_many_lines_are_as_many_as_asked_and_their_truth_is_exact(form, kind, tmp_path):
    made = generate(Plan(months=(OCTOBER,), format=form, file=kind, rows=200_000), tmp_path).last
    assert sum_of(made.files, form, kind) == (made.truth.total, made.truth.lines)
    assert abs(made.truth.lines - 200_000) < 2_000
