"""The ledger and its sums: equal to Python's own Decimal sum, to the last digit, whatever the file is."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from importlib.resources import files as resources
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing import bills
from tests.billing.bills import Line, added, read, select_parquet, total, write

QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEYS = ("Env", "env", "Cost Center", 'a"b', "größe", "x.y", "名前")
VALUES = st.sampled_from(["", "prod", "Prod", " prod ", "=1+1", "naïve 名", 'q"uo,te', "l\nf", "NULL ", "null"])
DIGITS = st.decimals(min_value=-(10**6), max_value=10**6, allow_nan=False, allow_infinity=False, places=10)
FAR = st.builds("{}e-{}".format, st.integers(-(10**15), 10**15), st.integers(0, 40))
PLACES = st.builds(lambda n: f"{n:.15f}", st.decimals(min_value=-1000, max_value=1000, places=15))
TEXTS = st.one_of(DIGITS.map("{:f}".format), FAR, PLACES, st.sampled_from(["0", "-0", "+1.5", ".5", "5.", "1E-25"]))
DOUBLES = st.one_of(
    st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(repr),
    st.integers(-(10**14), 10**14).map(lambda n: repr(n / 10**10)),
)
ACCOUNTS = st.sampled_from(["000000000012", "100000000002", "", "not-an-account"])


def some_lines(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Line]]:
    tags = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)
    line = st.builds(Line, amount=amounts, account=ACCOUNTS, tags=tags, currency=st.sampled_from(["USD", "USD", "EUR"]))
    return st.lists(line, min_size=1, max_size=12)


def assert_exact(found: bills.Read, lines: Sequence[Line]) -> None:
    accounts = added(lines, lambda line: line.account)
    assert {currency: dict(one.accounts) for currency, one in found.sums.items()} == accounts
    for currency, totals in found.sums.items():
        assert totals.total == total(accounts[currency].values())
        for key in {key for line in lines for key in line.tags}:
            assert totals.tags[key] == added(lines, lambda line, key=key: line.tags.get(key, ""))[currency]


@pytest.mark.parametrize("name", ["bill.csv", "bill.csv.gz", "bill.zip"])
@pytest.mark.parametrize("format_", ["cur", "legacy", "focus"])
@given(lines=some_lines(TEXTS))
@QUICK
def test_sums_of_text_files_are_those_of_their_decimals(name: str, format_: str, lines: list[Line]) -> None:
    with TemporaryDirectory() as folder:
        assert_exact(read(write(Path(folder) / name, format_, lines)), lines)


@pytest.mark.parametrize("format_", ["cur", "focus", "flat"])
@given(lines=some_lines(DOUBLES))
@QUICK
def test_sums_of_doubles_are_those_of_their_shortest_decimals(format_: str, lines: list[Line]) -> None:
    lines = _spelled(format_, lines)
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "bill.parquet", format_, lines, amount="double")
        assert_exact(read(path), [bills.as_double(line) for line in lines])


@given(lines=some_lines(TEXTS))
@QUICK
def test_text_amounts_in_parquet_count_as_written(lines: list[Line]) -> None:
    with TemporaryDirectory() as folder:
        assert_exact(read(write(Path(folder) / "bill.parquet", "cur", lines)), lines)


@pytest.mark.parametrize("type_", ["decimal(38,18)", "decimal(24,10)", "decimal(38,24)"])
@given(lines=some_lines(DIGITS.map("{:f}".format)))
@QUICK
def test_decimals_keep_every_digit(type_: str, lines: list[Line]) -> None:
    with TemporaryDirectory() as folder:
        assert_exact(read(write(Path(folder) / "bill.parquet", "cur", lines, amount=type_)), lines)


@given(lines=some_lines(TEXTS), declared=st.lists(st.sampled_from([*KEYS, "nowhere"]), unique=True, max_size=4))
@QUICK
def test_declared_and_undeclared_keys_have_the_same_sums(lines: list[Line], declared: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "bill.csv", "cur", lines)
        found, plain = read(path, tag_keys=declared), read(path)
        for currency, totals in found.sums.items():
            assert {key: totals.tags[key] for key in plain.lines.tag_keys} == plain.sums[currency].tags
            assert all(total(values.values()) == totals.total for values in totals.tags.values())


def test_digits_beyond_the_ledgers_18_are_in_the_sums(tmp_path: Path) -> None:
    lines = [Line(amount="1.1102230246251565e-16", tags={"k": "v"}), Line(amount="0.30000000000000004")]
    found = read(write(tmp_path / "bill.parquet", "cur", lines, amount="double"))
    assert found.sums["USD"].total == Decimal("0.30000000000000015102230246251565")
    assert found.sums["USD"].tags["k"]["v"] == Decimal("1.1102230246251565e-16")


def test_a_sum_has_no_exponent_and_no_zeros_at_its_end(tmp_path: Path) -> None:
    found = read(write(tmp_path / "bill.csv", "cur", [Line(amount="60.5000"), Line(amount="39.50")]))
    assert str(found.sums["USD"].total) == "100"


def test_a_float_of_32_bits_counts_as_its_own_shortest_decimal(tmp_path: Path) -> None:
    found = read(write(tmp_path / "bill.parquet", "cur", [Line(amount="0.1"), Line(amount="0.2")], amount="float"))
    assert found.sums["USD"].total == Decimal("0.3")


def test_whole_numbers_are_amounts(tmp_path: Path) -> None:
    found = read(write(tmp_path / "bill.parquet", "cur", [Line(amount="3"), Line(amount="-5")], amount="bigint"))
    assert found.sums["USD"].total == Decimal(-2)


def test_a_sum_that_overflows_is_told_and_never_wrong(tmp_path: Path) -> None:
    path = write(tmp_path / "bill.csv", "cur", [Line(amount="9" * 20)] * 3)
    with pytest.raises(BadInput, match=r"bill\.csv"):
        read(path)


def test_a_key_with_a_sum_of_nothing_is_listed_and_so_is_its_value(tmp_path: Path) -> None:
    lines = [Line(amount="2", tags={"owner": "a"}), Line(amount="-2", tags={"owner": "a"}), Line(amount="1")]
    assert read(write(tmp_path / "bill.csv", "cur", lines)).sums["USD"].tags == {"owner": {"a": 0, "": 1}}


def test_without_untagged_lines_a_key_has_no_untagged_sum(tmp_path: Path) -> None:
    lines = [Line(amount="2", tags={"owner": "a"}), Line(amount="0", tags={"owner": "b"})]
    assert read(write(tmp_path / "bill.csv", "cur", lines)).sums["USD"].tags == {"owner": {"a": 2, "b": 0}}


@pytest.mark.parametrize("format_", ["cur", "legacy", "focus"])
def test_an_untagged_line_that_costs_nothing_still_makes_an_untagged_sum(tmp_path: Path, format_: str) -> None:
    lines = [Line(amount="2", tags={"owner": "a"}), Line(amount="0")]
    assert read(write(tmp_path / "bill.csv", format_, lines)).sums["USD"].tags == {"owner": {"a": 2, "": 0}}


def test_a_wholly_empty_tag_column_is_listed_as_untagged(tmp_path: Path) -> None:
    lines = [Line(amount="2", more={"resourceTags/user:Team": ""})]
    assert read(write(tmp_path / "bill.csv", "legacy", lines)).sums["USD"].tags == {"Team": {"": 2}}


def test_each_currency_has_its_own_sums_and_every_key(tmp_path: Path) -> None:
    lines = [Line(amount="2", tags={"owner": "a"}), Line(amount="3", currency="EUR")]
    found = read(write(tmp_path / "bill.csv", "cur", lines)).sums
    assert found["USD"].tags == {"owner": {"a": 2}}
    assert (found["EUR"].total, found["EUR"].tags) == (3, {"owner": {"": 3}})


def test_the_control_total_is_the_ledgers_by_another_way(tmp_path: Path) -> None:
    found = read(write(tmp_path / "bill.csv", "cur", [Line(amount="2"), Line(amount="3", account="")]), tag_keys=["a"])
    assert found.all("select payer, currency, lines, unblended from control_total") == [
        ("100000000001", "USD", 2, Decimal(5))
    ]
    assert found.all("select sum(lines), sum(unblended) from ledger") == [(2, Decimal(5))]


def test_a_savings_plan_and_a_reservation_are_spread_over_what_they_cover(tmp_path: Path) -> None:
    sp, ri = "savings_plan_savings_plan_effective_cost", "reservation_effective_cost"
    plan = {"savings_plan_savings_plan_a_r_n": "arn:sp"}
    reserved = {"reservation_reservation_a_r_n": "arn:ri"}
    commitment = {"savings_plan_total_commitment_to_date": "8", "savings_plan_used_commitment": "7"}
    upfront = {"savings_plan_amortized_upfront_commitment_for_billing_period": "4"}
    lines = [
        Line(amount="10", line_type="SavingsPlanCoveredUsage", more=plan | {sp: "7"}),
        Line(amount="-10", line_type="SavingsPlanNegation", more=plan),
        Line(amount="4", line_type="SavingsPlanRecurringFee", more=plan | commitment | upfront),
        Line(amount="0", line_type="DiscountedUsage", more=reserved | {ri: "3"}),
        Line(amount="5", line_type="RIFee", more=reserved | {"reservation_unused_recurring_fee": "2"}),
        Line(
            amount="90",
            line_type="Fee",
            more=reserved | {"reservation_unused_amortized_upfront_fee_for_billing_period": ""},
        ),
        Line(amount="1", line_type="Fee"),
    ]
    found = read(write(tmp_path / "bill.csv", "cur", lines))
    by_type = dict(found.all("select line_type, sum(amortized) from ledger where commitment <> '' group by all"))
    assert {name: int(amount) for name, amount in by_type.items()} == {
        "SavingsPlanCoveredUsage": 7,
        "SavingsPlanNegation": 0,
        "SavingsPlanRecurringFee": 1,
        "DiscountedUsage": 3,
        "RIFee": 2,
        "Fee": 0,
    }
    assert found.all("select sum(fee), sum(amortized) from ledger") == [(13, 14)]


def test_without_their_columns_commitments_count_as_billed(tmp_path: Path) -> None:
    lines = [
        Line(amount="10", line_type="SavingsPlanCoveredUsage"),
        Line(amount="-10", line_type="SavingsPlanNegation"),
        Line(amount="7", line_type="SavingsPlanRecurringFee"),
    ]
    found = read(write(tmp_path / "bill.csv", "cur", lines))
    assert found.all("select sum(amortized), sum(fee), sum(net_unblended) from ledger") == [(7, None, None)]
    assert {"amortized", "fee", "net_unblended", "list"} <= found.lines.missing


def test_a_net_column_in_one_file_alone_leaves_the_other_as_billed(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", "cur", [Line(amount="10", more={"line_item_net_unblended_cost": "9"})])
    other = write(tmp_path / "b.csv", "cur", [Line(amount="5")])
    assert read(one, other).all("select sum(unblended), sum(net_unblended) from ledger") == [(15, 14)]


@pytest.mark.parametrize("line_type", ["Usage", "Fee", "Tax", "Credit", "Refund", "SomethingNew", "EdpDiscount"])
def test_every_line_type_counts_in_the_total_under_its_own_name(tmp_path: Path, line_type: str) -> None:
    found = read(write(tmp_path / "bill.csv", "cur", [Line(amount="-2.5", line_type=line_type)]))
    assert found.all("select line_type, unblended from ledger") == [(line_type, Decimal("-2.5"))]
    assert found.sums["USD"].total == Decimal("-2.5")


def test_the_ledger_says_effective_and_list_cost_of_focus(tmp_path: Path) -> None:
    more = {"EffectiveCost": "7", "ListCost": "9", "CommitmentDiscountId": "arn:sp", "ProviderName": "AWS"}
    found = read(write(tmp_path / "bill.csv", "focus", [Line(amount="0", more=more)]))
    row = found.all("select unblended, amortized, list, commitment, provider, charge_category, fee from ledger")
    assert row == [(0, 7, 9, "arn:sp", "AWS", "Usage", None)]


def test_a_double_keeps_its_digits_beside_one_that_is_short(tmp_path: Path) -> None:
    path = select_parquet(
        tmp_path / "bill.parquet",
        "select '1' as bill_payer_account_id, '2' as line_item_usage_account_id, 'Usage' as line_item_line_item_type, "
        "timestamp '2026-10-01' as bill_billing_period_start_date, 'USD' as line_item_currency_code, "
        "unnest([123456.78901234567, 0.1, null::double, 1e-17]) + 0 as line_item_net_unblended_cost, "
        "unnest([123456.78901234567, 0.1, 2.5, 1e-17]) + 0 as line_item_unblended_cost",
    )
    found = read(path)
    assert found.sums["USD"].total == Decimal("123459.38901234567000001")
    assert found.all("select sum(net_unblended) from ledger") == [(Decimal("123456.88901234567000001"),)]


def test_a_period_is_the_billing_periods_and_not_the_usages(tmp_path: Path) -> None:
    lines = [Line(amount="1", more={"line_item_usage_start_date": "2026-09-30T23:00:00Z"})]
    found = read(write(tmp_path / "bill.csv", "cur", lines), period=Period("2026-10"))
    assert found.all("select period, cast(day as varchar) from ledger") == [("2026-10", "2026-09-30")]


def _spelled(format_: str, lines: list[Line]) -> list[Line]:
    """Legacy Parquet has column names that DuckDB can write: no two that differ in case alone."""
    if format_ != "flat":
        return lines
    return [
        bills.replace(line, tags={key: value for key, value in line.tags.items() if key != "Env"}) for line in lines
    ]


@pytest.mark.parametrize("name", ["line_of_cur", "line_of_focus", "ledger", "control_total"])
def test_a_statement_stands_alone_and_is_plain_enough_for_another_engine(tmp_path: Path, name: str) -> None:
    found = read(write(tmp_path / "bill.csv", "focus" if "focus" in name else "cur", [Line()]), tag_keys=["k"])
    text = resources("orgwarden.billing").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(":memory:")) as other:
        for table in ("charge", "line"):
            columns = ", ".join(row[0] for row in found.all(f"describe {table}"))
            other.execute(f"create table {table} ({columns})")
        names = [column[0] for column in other.execute(text).description]
    assert names == [column[0] for column in found.con.execute(text).description]
