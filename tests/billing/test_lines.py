"""What is read of an export: any format, any kind of file, and a clear refusal of what cannot be trusted."""

import gzip
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing import bills
from tests.billing.bills import Line, as_csv, read, select_parquet, write

REQUIRED = (
    "'100000000001' as bill_payer_account_id, '100000000002' as line_item_usage_account_id, "
    "timestamp '2026-10-01' as bill_billing_period_start_date, 'Usage' as line_item_line_item_type, "
    "'USD' as line_item_currency_code"
)


def test_the_columns_of_line_are_those_that_checks_ask_for(tmp_path: Path) -> None:
    found = read(write(tmp_path / "bill.csv", "cur", [Line(tags={"a": "b"})]), tag_keys=["a"])
    names = [row[0] for row in found.all("describe line")]
    assert " ".join(names) == (
        "payer account period start day line_type bill_type charge_category invoice seller publisher provider currency "
        "service region usage_type operation resource line_id time_interval commitment commitment_status file tag_1 "
        "unblended net_unblended blended amortized net_amortized list fee"
    )
    focus = read(write(tmp_path / "focus.csv", "focus", [Line(tags={"a": "b"})]), tag_keys=["a"])
    assert [row[0] for row in focus.all("describe line")] == names


# --- formats and files ---


def test_files_of_one_delivery_may_differ_in_their_columns(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", "legacy", [Line(amount="1", tags={"Env": "x"})])
    other = write(tmp_path / "b.csv.gz", "legacy", [Line(amount="2", tags={"env": "y"}, more={"bill/InvoiceId": "7"})])
    found = read(one, other)
    assert found.sums["USD"].tags == {"Env": {"x": 1, "": 2}, "env": {"y": 2, "": 1}}
    assert found.all("select file, invoice from line order by file") == [("a.csv", ""), ("b.csv.gz", "7")]


def test_a_map_in_one_file_and_columns_in_another_are_one_tag(tmp_path: Path) -> None:
    one = write(tmp_path / "a.parquet", "cur", [Line(amount="1", tags={"env": "x"})])
    other = write(tmp_path / "b.parquet", "flat", [Line(amount="2", tags={"env": "x"})])
    assert read(one, other).sums["USD"].tags == {"env": {"x": 3}}


def test_two_formats_in_one_delivery_are_refused(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.csv", "cur", [Line()]), write(tmp_path / "b.csv", "focus", [Line()])
    with pytest.raises(BadInput, match=r"a\.csv is CUR, b\.csv is FOCUS"):
        read(one, other)


def test_a_kind_of_file_is_told_by_its_content(tmp_path: Path) -> None:
    for name, made in (("a.gz", "a.csv"), ("b.csv", "b.csv.gz"), ("c.dat", "c.parquet"), ("d", "d.zip")):
        write(tmp_path / made, "cur", [Line(amount="2")]).rename(tmp_path / name)
        assert read(tmp_path / name).sums["USD"].total == 2


def test_a_folder_of_a_partition_is_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "BILLING_PERIOD=2026-10" / "payer=1 [new]*"
    folder.mkdir(parents=True)
    for name in ("a.csv", "b.parquet", "c's.csv.gz"):
        assert read(write(folder / name, "cur", [Line(amount="2")])).sums["USD"].total == 2


def test_a_header_without_lines_is_an_empty_part(tmp_path: Path) -> None:
    parts = [
        write(tmp_path / "a.csv", "cur", []),
        write(tmp_path / "b.csv.gz", "cur", []),
        write(tmp_path / "d.parquet", "cur", []),
    ]
    found = read(write(tmp_path / "c.csv", "cur", [Line(amount="2")]), *parts)
    assert found.sums["USD"].total == 2
    assert found.all("select name, rows from file order by name") == [
        ("a.csv", 0), ("b.csv.gz", 0), ("c.csv", 1), ("d.parquet", 0)
    ]  # fmt: skip


def test_an_archive_may_hold_several_members(tmp_path: Path) -> None:
    data = as_csv("cur", [Line(amount="2")])
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(data[:40]) + gzip.compress(data[40:]))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/one.csv", data)
        archive.writestr("folder/two.csv", data)
    assert read(tmp_path / "a.csv.gz", tmp_path / "b.zip").sums["USD"].total == 6


def test_windows_line_ends_a_byte_order_mark_and_line_feeds_in_fields_are_read(tmp_path: Path) -> None:
    data = as_csv("legacy", [Line(amount="2", tags={"note": 'a\nb,"c"\r\nd'})], ending="\r\n")
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + data)
    assert read(tmp_path / "a.csv").sums["USD"].tags == {"note": {'a\nb,"c"\r\nd': 2}}


# --- what cannot be trusted ---


def _cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(as_csv("cur", [Line()] * 500))[:-9])


def _changed_gzip(path: Path) -> None:
    """Deflated blocks stored as they are: only the checksum tells that a byte is another."""
    packer = zlib.compressobj(level=0, wbits=31)
    data = packer.compress(as_csv("cur", [Line(amount="1")])) + packer.flush()
    path.write_bytes(data.replace(b",USD,1,", b",USD,9,"))


def _gzip_with_more(path: Path) -> None:
    path.write_bytes(gzip.compress(as_csv("cur", [Line()])) + b"more")


def _cut_zip(path: Path) -> None:
    path.write_bytes(write(path, "cur", [Line()] * 500).read_bytes()[:-30])


def _changed_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", as_csv("cur", [Line(amount="1")]))
    path.write_bytes(path.read_bytes().replace(b",USD,1,", b",USD,9,"))


def _cut_parquet(path: Path) -> None:
    path.write_bytes(write(path, "cur", [Line()] * 500).read_bytes()[:-100])


def _broken_page(path: Path) -> None:
    """A page of a column that no sum asks for."""
    select_parquet(
        path,
        f"select {REQUIRED}, 1.5 as line_item_unblended_cost, md5(i::varchar) as other from range(9999) t(i)",
    )
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + 400] = bytes(byte ^ 0x5A for byte in data[at : at + 400])
    path.write_bytes(data)


def _no_bytes(path: Path) -> None:
    path.write_bytes(b"")


def _row_cut(path: Path) -> None:
    path.write_bytes(as_csv("cur", [Line()] * 3)[:-40])


def _row_too_long(path: Path) -> None:
    path.write_bytes(as_csv("cur", [Line()]) + b"1,2,3,4,5,6,7,8,9\n")


def _bad_quote(path: Path) -> None:
    path.write_bytes(as_csv("cur", [Line(account='say "x"')]).replace(b'""', b'"'))


def _no_utf8(path: Path) -> None:
    path.write_bytes(as_csv("cur", [Line(account="grün")]).decode().encode("latin-1"))


def _no_export(path: Path) -> None:
    path.write_bytes(b"name,value\na,1\n")


def _binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 4)


BROKEN = (
    _cut_gzip, _changed_gzip, _gzip_with_more, _cut_zip, _changed_zip, _cut_parquet, _broken_page, _no_bytes, _row_cut,
    _row_too_long, _bad_quote, _no_utf8, _no_export, _binary,
)  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.__name__)
def test_a_broken_file_is_named_and_nothing_is_summed(tmp_path: Path, broken: Callable[[Path], None]) -> None:
    suffix = {"zip": ".zip", "gzip": ".csv.gz", "parquet": ".parquet"}.get(broken.__name__.rpartition("_")[2], ".csv")
    bad = tmp_path / f"bad{suffix}"
    broken(bad)
    with pytest.raises(BadInput, match=rf"bad\{suffix}"):
        read(write(tmp_path / "good.csv", "cur", [Line()]), bad)


@pytest.mark.parametrize(("broken", "line"), [(_row_cut, 4), (_row_too_long, 3), (_bad_quote, 2), (_no_utf8, 2)])
def test_the_line_that_cannot_be_read_is_named(tmp_path: Path, broken: Callable[[Path], None], line: int) -> None:
    broken(tmp_path / "bad.csv")
    with pytest.raises(BadInput, match=rf"bad\.csv, line {line}"):
        read(tmp_path / "bad.csv")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    made = bills.delivery(write(tmp_path / "a.csv", "cur", [Line()]))
    (tmp_path / "a.csv").unlink()
    with pytest.raises(BadInput, match=r"a\.csv cannot be opened"):
        bills.open_lines(bills.connect(), made, None)


def test_a_column_that_there_is_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "cur", [Line(more={"line_item_blended_cost": "1"})])
    path.write_bytes(path.read_bytes().replace(b"line_item_blended_cost", b"line_item_unblended_cost"))
    with pytest.raises(BadInput, match=r"a\.csv has the column line_item_unblended_cost twice"):
        read(path)


@pytest.mark.parametrize("name", ["payer", "account", "period", "line_type", "currency", "amount"])
@pytest.mark.parametrize("format_", ["cur", "legacy", "focus"])
def test_a_missing_column_is_named_as_its_format_spells_it(tmp_path: Path, format_: str, name: str) -> None:
    spelled = bills.FORMATS[format_][name]
    (tmp_path / "a.csv").write_bytes(as_csv(format_, [Line()]).replace(spelled.encode(), b"other", 1))
    with pytest.raises(BadInput, match=rf"a\.csv has no column {spelled},"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "amount", ["1_000", "1,5", "abc", "NaN", "inf", "-Infinity", "0x10", "1 2", "--1", "1e", "$1", "1e30", "1.2.3", "é"]
)
def test_a_text_that_is_no_amount_is_named(tmp_path: Path, amount: str) -> None:
    with pytest.raises(BadInput, match=r"a\.csv: .* in column line_item_unblended_cost") as told:
        read(write(tmp_path / "a.csv", "cur", [Line(), Line(amount=amount)]))
    assert amount in str(told.value)


@pytest.mark.parametrize("amount", ["nan", "inf", "-inf", "1e25"])
def test_a_double_that_is_no_amount_is_named(tmp_path: Path, amount: str) -> None:
    with pytest.raises(BadInput, match=r"a\.parquet: .* in column line_item_unblended_cost"):
        read(write(tmp_path / "a.parquet", "cur", [Line(), Line(amount=amount)], amount="double"))


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
@pytest.mark.parametrize("format_", ["cur", "focus"])
def test_a_line_without_its_amount_is_refused(tmp_path: Path, name: str, format_: str) -> None:
    with pytest.raises(BadInput, match=r"a line has no value in column (line_item_unblended_cost|BilledCost)"):
        read(write(tmp_path / name, format_, [Line(), Line(amount="")]))


def test_a_column_of_a_type_that_is_no_amount_is_refused(tmp_path: Path) -> None:
    path = select_parquet(tmp_path / "a.parquet", f"select {REQUIRED}, true as line_item_unblended_cost")
    with pytest.raises(BadInput, match=r"a\.parquet: column line_item_unblended_cost is of type BOOLEAN"):
        read(path)


@pytest.mark.parametrize("value", ["{", "[1]", "{'a': 'b'}", '{"a": "b"} c', "x"])
def test_tags_that_are_no_json_are_named(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.csv").write_bytes(
        as_csv("cur", [Line(account="X")]).replace(b"{}", b'"' + value.replace('"', '""').encode() + b'"')
    )
    with pytest.raises(BadInput, match=r"a\.csv: .* in column resource_tags"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("value", ["soon", "2026-13-01", "01.10.2026"])
def test_a_period_that_is_no_date_is_named(tmp_path: Path, value: str) -> None:
    with pytest.raises(BadInput, match=rf"a\.csv: '{value}' in column bill_billing_period_start_date"):
        read(write(tmp_path / "a.csv", "cur", [Line(period=value)]))


# --- periods ---


def test_several_periods_are_listed_where_none_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "cur", [Line(), Line(period="2026-09-01T00:00:00Z")])
    with pytest.raises(BadInput, match="2026-09, 2026-10"):
        read(path)


def test_only_the_lines_of_the_period_that_is_asked_for_count(tmp_path: Path) -> None:
    september = Line(amount="5", period="2026-09-01T00:00:00Z", currency="EUR", payer="9", tags={"old": "x"})
    path = write(tmp_path / "a.csv", "cur", [Line(amount="2", tags={"new": "y"}), september])
    found = read(path, period=Period("2026-10"), tag_keys=["old"])
    assert {currency: one.total for currency, one in found.sums.items()} == {"USD": 2}
    assert (found.lines.payers, found.lines.tag_keys) == (("100000000001",), ("new",))
    assert found.all("select sum(unblended) from ledger") == [(2,)]


def test_a_delivery_of_one_month_with_the_lines_of_another_is_refused(tmp_path: Path) -> None:
    made = replace(bills.delivery(write(tmp_path / "a.csv", "cur", [Line()])), period=Period("2026-09"))
    with pytest.raises(BadInput, match="is of 2026-09, and its lines are all of 2026-10"):
        bills.open_lines(bills.connect(), made, None)


def test_a_period_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no line of 2026-08: it has those of 2026-10"):
        read(write(tmp_path / "a.csv", "cur", [Line()]), period=Period("2026-08"))


@pytest.mark.parametrize("period", [None, Period("2026-10")])
def test_an_export_without_a_line_says_so(tmp_path: Path, period: Period | None) -> None:
    with pytest.raises(BadInput, match="no line"):
        read(write(tmp_path / "a.csv", "cur", []), period=period)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01T00:00:00Z",
        "2026-10-01 00:00:00.000",
        "2026-10-01T00:00:00.000Z",
        "2026-10-01",
        "2026-10-01T02:00:00+02:00",
    ],
)
def test_points_in_time_are_read_as_exports_spell_them(tmp_path: Path, text: str) -> None:
    found = read(write(tmp_path / "a.csv", "cur", [Line(period=text, more={"line_item_usage_start_date": text})]))
    assert found.all("select period, cast(start as varchar) from line") == [("2026-10", "2026-10-01 00:00:00")]


@pytest.mark.parametrize("type_", ["timestamp", "timestamptz", "date", "timestamp_ns", "varchar"])
def test_points_in_time_may_be_of_any_type(tmp_path: Path, type_: str) -> None:
    columns = REQUIRED.replace("timestamp '2026-10-01'", f"cast('2026-10-01' as {type_})")
    path = select_parquet(
        tmp_path / "a.parquet",
        f"select {columns}, 1.5 as line_item_unblended_cost, "
        f"cast('2026-10-03' as {type_}) as line_item_usage_start_date",
    )
    assert read(path).all("select period, cast(day as varchar) from line") == [("2026-10", "2026-10-03")]


# --- accounts and texts ---


@pytest.mark.parametrize(("type_", "id_"), [("varchar", "000000000012"), ("bigint", "12"), ("double", "12")])
def test_account_ids_are_text_as_written(tmp_path: Path, type_: str, id_: str) -> None:
    columns = REQUIRED.replace("'100000000002'", f"cast('000000000012' as {type_})")
    path = select_parquet(tmp_path / "a.parquet", f"select {columns}, 1.5 as line_item_unblended_cost")
    assert list(read(path).sums["USD"].accounts) == [id_]


@pytest.mark.parametrize("account", ["", "  "])
def test_a_blank_account_is_an_empty_text(tmp_path: Path, account: str) -> None:
    assert read(write(tmp_path / "a.csv", "cur", [Line(account=account)])).sums["USD"].accounts == {"": 1}


def test_a_null_account_in_parquet_is_an_empty_text(tmp_path: Path) -> None:
    columns = REQUIRED.replace("'100000000002'", "unnest([null, '1'])")
    path = select_parquet(tmp_path / "a.parquet", f"select {columns}, 1.5 as line_item_unblended_cost")
    assert read(path).sums["USD"].accounts == {"": Decimal("1.5"), "1": Decimal("1.5")}


@pytest.mark.parametrize(("format_", "account"), [("focus", ""), ("cur", "NULL"), ("legacy", "NULL")])
@pytest.mark.parametrize("quoted", [b"NULL", b'"NULL"'])
def test_null_is_blank_in_focus_and_a_text_in_a_cost_and_usage_report(
    tmp_path: Path, format_: str, account: str, quoted: bytes
) -> None:
    (tmp_path / "a.csv").write_bytes(as_csv(format_, [Line(account="X")]).replace(b",X,", b"," + quoted + b","))
    assert list(read(tmp_path / "a.csv").sums["USD"].accounts) == [account]


# --- tags ---


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
@pytest.mark.parametrize(
    ("format_", "raw", "key"),
    [
        ("cur", "user_cost_center", "cost_center"),
        ("cur", "user:Env", "Env"),
        ("cur", "aws_created_by", "aws:created_by"),
        ("cur", "aws:createdBy", "aws:createdBy"),
        ("cur", "Env", "Env"),
        ("focus", "user:Cost Center", "Cost Center"),
        ("focus", "user_name", "user_name"),
        ("focus", "aws:createdBy", "aws:createdBy"),
        ("focus", "grün.\"x'", "grün.\"x'"),
    ],
)
def test_tag_keys_lose_their_formats_prefix(tmp_path: Path, name: str, format_: str, raw: str, key: str) -> None:
    prefix = {"cur": "user_", "focus": "user:"}[format_]
    path = tmp_path / name
    write(path, format_, [Line(tags={"K": "v"}), Line()])
    if path.suffix == ".csv":
        path.write_bytes(
            path.read_bytes().replace(
                f'""{prefix}K""'.encode(), f'""{raw.replace(chr(34), chr(92) + chr(34) * 2)}""'.encode()
            )
        )
    else:
        column = bills.tag_column(format_)
        moved = path.rename(tmp_path / "b.parquet")
        literal = raw.replace("'", "''")
        select_parquet(
            path,
            f"select * replace (case when cardinality({column}) > 0 then map(['{literal}'], ['v']) end as {column}) "
            f"from '{moved}'",
        )
    assert read(path).sums["USD"].tags == {key: {"v": 1, "": 1}}


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("resourceTags/user:Cost Center", "Cost Center"),
        ("resourceTags/user:a:b/c", "a:b/c"),
        ("resourceTags/aws:createdBy", "aws:createdBy"),
    ],
)
def test_tag_columns_of_the_legacy_csv_lose_their_prefix(tmp_path: Path, column: str, key: str) -> None:
    path = write(tmp_path / "a.csv", "legacy", [Line(more={column: "v"}), Line()])
    assert read(path).sums["USD"].tags == {key: {"v": 1, "": 1}}


@pytest.mark.parametrize(
    ("column", "key"),
    [("resource_tags_user_env", "env"), ("resource_tags_aws_created_by", "aws:created_by")],
)
def test_tag_columns_of_parquet_lose_their_prefix(tmp_path: Path, column: str, key: str) -> None:
    path = write(tmp_path / "a.parquet", "flat", [Line(more={column: "v"}), Line()])
    assert read(path).sums["USD"].tags == {key: {"v": 1, "": 1}}


def test_keys_that_differ_in_case_alone_are_two(tmp_path: Path) -> None:
    lines = [Line(tags={"Env": "a", "env": "b"}), Line(amount="2", tags={"env": "a"})]
    want = {"Env": {"a": 1, "": 2}, "env": {"a": 2, "b": 1}}
    for name, format_ in (("a.csv", "legacy"), ("b.csv", "cur"), ("c.parquet", "cur"), ("d.csv.gz", "focus")):
        assert read(write(tmp_path / name, format_, lines)).sums["USD"].tags == want


def test_two_spellings_of_one_key_are_one_and_the_first_that_is_not_blank_counts(tmp_path: Path) -> None:
    keys = "['user_env', 'user:env']"
    column = f"unnest([map({keys}, ['', 'a']), map({keys}, ['b', 'c']), map(['x'], ['y'])])"
    path = select_parquet(
        tmp_path / "a.parquet", f"select {REQUIRED}, 1 as line_item_unblended_cost, {column} as resource_tags"
    )
    assert read(path).sums["USD"].tags["env"] in ({"a": 1, "b": 1, "": 1}, {"a": 1, "c": 1, "": 1})
    assert read(path, tag_keys=["env"]).sums["USD"].tags == read(path).sums["USD"].tags


def test_tags_may_be_a_struct_whose_fields_differ_in_case_alone(tmp_path: Path) -> None:
    path = select_parquet(
        tmp_path / "a.parquet",
        f"select {REQUIRED}, 1 as line_item_unblended_cost, "
        "{'user_eNv': 'a', 'user_enw': null::varchar, 'user_n': 'z'} as resource_tags",
    )
    path.write_bytes(path.read_bytes().replace(b"user_enw", b"user_env"))
    assert read(path).sums["USD"].tags == {"eNv": {"a": 1}, "env": {"": 1}, "n": {"z": 1}}


def test_tags_may_be_json_text_in_parquet(tmp_path: Path) -> None:
    values = """unnest(['{"user_env": "a"}', '', null, 'null', '{}', '{"user_env": null, "user_n": 5}'])"""
    path = select_parquet(
        tmp_path / "a.parquet", f"select {REQUIRED}, 1 as line_item_unblended_cost, {values} as resource_tags"
    )
    assert read(path).sums["USD"].tags == {"env": {"a": 1, "": 5}, "n": {"5": 1, "": 5}}


def test_untagged_is_one_in_all_its_spellings(tmp_path: Path) -> None:
    maps = "unnest([map(['user_env'], ['a']), map(['user_env'], ['']), map(['user_env'], [null]), map([], []), null])"
    path = select_parquet(
        tmp_path / "a.parquet", f"select {REQUIRED}, 1 as line_item_unblended_cost, {maps} as resource_tags"
    )
    assert read(path).sums["USD"].tags == {"env": {"a": 1, "": 4}}
    assert read(path, tag_keys=["env"]).sums["USD"].tags == {"env": {"a": 1, "": 4}}


def test_a_column_in_which_its_writer_saw_no_value_is_blank(tmp_path: Path) -> None:
    path = select_parquet(
        tmp_path / "a.parquet",
        f"select {REQUIRED}, 1 as line_item_unblended_cost, null as bill_invoice_id, null as resource_tags, "
        "null as line_item_usage_start_date, null as line_item_blended_cost, null as resource_tags_user_x",
    )
    found = read(path)
    assert found.all("select invoice, start, blended from line") == [("", None, 0)]
    assert found.sums["USD"].tags == {"x": {"": 1}}


# --- what the export is ---


def test_facts_of_the_export_are_told(tmp_path: Path) -> None:
    found = read(
        write(tmp_path / "a.csv", "cur", [Line(line_type="EdpDiscount", more={"line_item_net_unblended_cost": "0"})])
    )
    assert found.all("from export_facts") == [
        ("CUR", "2026-10", date(2026, 10, 1), date(2026, 11, 1), True, True, False)
    ]
    assert ("list",) in found.all("from missing_column")
