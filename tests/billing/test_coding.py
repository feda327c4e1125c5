"""Numbers for words change how lines are grouped, and nothing of what they come to."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.billing import coding, ledger
from orgwarden.billing.lines import open_lines
from tests.billing import bills
from tests.billing.bills import Line, write

TEXT = st.sampled_from(["", "a", "b", "it's", 'q"', "größe", "SavingsPlanNegation", "Usage", "EdpDiscount", "l\nf"])
LINES = st.lists(
    st.builds(
        Line,
        account=TEXT,
        line_type=TEXT,
        amount=st.integers(-99, 99).map(str),
        tags=st.fixed_dictionaries({"k": TEXT, "m": TEXT}),
        more=st.fixed_dictionaries({"bill_invoice_id": TEXT, "reservation_reservation_a_r_n": TEXT}),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("format_", ["flat", "cur", "focus"])
@pytest.mark.parametrize("name", ["bill.csv", "bill.parquet"])
@given(lines=LINES)
@settings(max_examples=6, deadline=None)
def test_the_ledger_is_the_same_with_numbers_as_with_texts(format_: str, name: str, lines: list[Line]) -> None:
    with TemporaryDirectory() as folder, bills.connect(memory="500MB", threads=1) as con:
        opened = open_lines(con, bills.delivery(write(Path(folder) / name, format_, lines)), None)
        made = []
        for many in (0, 1_000):
            ledger.build(con, opened, ("k", "m", "nowhere"), many=many)
            made.append(con.execute("from ledger order by all").fetchall())
        assert made[0] == made[1]


def test_columns_of_few_words_are_numbered_and_those_of_many_are_not(tmp_path: Path) -> None:
    many = [Line(account=f"{n % 600:012}", tags={"k": f"{n % 3}"}) for n in range(30_000)]
    path = write(tmp_path / "bill.csv", "flat", many)
    with bills.connect() as con:
        found = coding.words(con, open_lines(con, bills.delivery(path), None), ("k",))
    assert (found["tag_1"], found["payer"]) == (["0", "1", "2"], ["100000000001"])
    assert "account" not in found


def test_a_tag_that_stands_in_a_column_and_in_the_map_keeps_the_words_of_both(tmp_path: Path) -> None:
    column = {"resource_tags_user_k": "a"}
    lines = [Line(more=column), Line(tags={"k": "b"}, more={"resource_tags_user_k": ""})] * 5_000
    with bills.connect() as con:
        ledger.build(
            con, open_lines(con, bills.delivery(write(tmp_path / "bill.csv", "cur", lines)), None), ("k",), many=0
        )
        assert con.execute("select tag_1, unblended from ledger order by all").fetchall() == [
            ("a", 5_000),
            ("b", 5_000),
        ]


def test_a_single_word_is_numbered_without_reading_its_column() -> None:
    assert "account" not in coding.coded({"account": ["a"]}).partition(" as account")[0]


def test_a_word_without_a_number_stops_the_ledger() -> None:
    with duckdb.connect() as con:
        con.execute("create table coded as select cast(null as smallint) as account")
        with pytest.raises(duckdb.Error, match="has no number"):
            con.execute(coding.decoded({"account": ["a"]}, "coded"))
