"""The ledger's files have every digit, and their texts are formulas nowhere."""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest

from orgwarden.reports.finance.findings_files import findings_csv, findings_json
from orgwarden.reports.finance.ledger_files import ledger_files, tag_names
from orgwarden.reports.finance.neutral import LIVE, neutral, neutral_csv
from tests.reports.finance.packs import NASTY, books, lines, pack, row


def written(made, folder):
    parquet, text = ledger_files(made, folder)
    found = list(csv.reader(StringIO(text.read_text(encoding="utf-8"), newline="")))
    return parquet, found[0], found[1:]


@pytest.mark.parametrize("sign", LIVE)
def test_a_text_that_a_spreadsheet_takes_for_a_formula_is_made_a_text(sign):
    assert neutral(f"{sign}x") == f"'{sign}x"
    assert neutral(f"x{sign}") == f"x{sign}"


def test_numbers_stay_numbers():
    assert neutral_csv(["=a", "b"], [["-1", Decimal("-1.50")]]) == b"'=a,b\r\n'-1,-1.50\r\n"


def test_every_text_of_the_ledger_is_neutral_and_every_amount_is_untouched(tmp_path):
    rows = [row("-1.000000000000000001", tag_1=text, service=text, region=text) for text in NASTY]
    _, head, found = written(books(*rows, tag_keys=("=key", "-key")), tmp_path)
    amounts = {at for at, name in enumerate(head) if name in {"unblended", "amortized", "list"}}
    assert not [c for line in found for at, c in enumerate(line) if at not in amounts and c.startswith(LIVE)]
    assert {line[at] for line in found for at in amounts} == {"-1.000000000000000001"}
    assert not [name for name in head if name.startswith(LIVE)]


def test_a_text_of_many_lines_is_one_cell(tmp_path):
    _, head, found = written(books(row("1", tag_1='a\n"b",c')), tmp_path)
    assert len(found) == 1
    assert found[0][head.index("tag:env")] == 'a\n"b",c'


def test_parquet_has_texts_and_amounts_as_they_are(tmp_path):
    made = books()
    parquet, _, _ = written(made, tmp_path)
    read = made.pack.con.read_parquet(str(parquet))
    assert sorted(read.project("unblended").fetchall()) == sorted((line["unblended"],) for line in lines())
    assert ("=cmd",) in read.project('"tag:env"').fetchall()


def test_csv_and_parquet_have_the_same_columns_and_rows(tmp_path):
    made = books()
    parquet, head, found = written(made, tmp_path)
    assert made.pack.con.read_parquet(str(parquet)).columns == head
    assert len(found) == len(lines())


def test_only_the_month_itself_is_in_the_ledger(tmp_path):
    _, head, found = written(books(), tmp_path)
    assert {line[head.index("period")] for line in found} == {"2026-10"}


def test_two_writings_are_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = (list(ledger_files(books(), tmp_path / name)) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_keys_that_differ_in_case_alone_are_columns_of_their_own():
    made = books(row("1", tag_1="a", tag_2="b"), tag_keys=("Env", "env"))
    assert tag_names(made) == ["tag:Env", "tag:env (2)"]


def test_findings_are_neutral_in_csv_and_raw_in_json():
    made = pack()
    found = list(csv.DictReader(StringIO(findings_csv(made).decode(), newline="")))
    assert [line["number"] for line in found] == ["R1", "R4", "R7"]
    assert found[2]["reason"] == "'=2 lines stand twice"
    plain = json.loads(findings_json(made))
    assert (plain[2]["reason"], plain[2]["evidence"]) == ("=2 lines stand twice", {"details": ["=1+1", "-2"]})
    assert plain[0]["reason"] == "the invoices were not given"
