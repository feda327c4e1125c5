"""The workbook as a spreadsheet reads it: texts are texts, amounts are numbers, and it is set up to be printed."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from orgwarden.reports.finance.books import open_books
from orgwarden.reports.finance.native_charts import draw
from orgwarden.reports.finance.sheets import every_sheet
from orgwarden.reports.finance.sheets.summary import stamp
from orgwarden.reports.finance.tables import Column, Kind, Sheet, Table, capped
from orgwarden.reports.finance.workbook import workbook
from tests.reports.finance.packs import ERP, NASTY, SHOP, books, pack, row, with_invoices

WANTED = [
    "Summary", "Charts", "Invoices", "By account", "By tag", "Tag env", "Tag cost-center", "Account × service",
    "Credits refunds tax support", "Commitments", "Shared cost allocation", "Variance", "Restatements",
    "Inventory gaps", "Checks", "Findings", "Notes", "Chart data",
]  # fmt: skip


def opened(made):
    return load_workbook(BytesIO(workbook(made.pack, tuple(every_sheet(made)), stamp(made), draw)))


@pytest.fixture(scope="module")
def book():
    return opened(books())


def cells(sheet):
    return [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]


def values(sheet):
    return [cell.value for cell in cells(sheet)]


def written(*texts: str):
    table = Table(title="t", columns=(Column(texts[0]),), rows=tuple((text,) for text in texts))
    sheets = (Sheet(name=texts[0], title=texts[0], tables=(table,), notes=texts),)
    return load_workbook(BytesIO(workbook(pack(), sheets, "FINAL")))


def test_the_sheets_stand_in_the_order_in_which_they_are_gone_through(book):
    assert book.sheetnames == WANTED


def test_there_is_no_formula_and_no_link_in_it(book):
    found = [cell for sheet in book for cell in cells(sheet)]
    assert {cell.data_type for cell in found} <= {"s", "n", "d"}
    assert [cell for cell in found if cell.hyperlink] == []


def test_texts_that_begin_like_formulas_are_there_as_texts(book):
    assert NASTY[0] in values(book["By account"])
    assert "=WEBSERVICE(1)" in values(book["Account × service"])
    assert "=cmd" in values(book["Tag env"])
    assert "@Data" in values(book["Shared cost allocation"])


@pytest.mark.parametrize("text", NASTY)
def test_whatever_a_text_begins_with_it_stays_a_text(text):
    sheet = written(text).worksheets[0]
    column = [cell for cell in cells(sheet) if cell.row > 3]
    assert {cell.data_type for cell in column} == {"s"}
    assert column[-1].value.replace("_x000D_", "\r") == text


@pytest.mark.parametrize("name", ["a/b", "[x]", "'quoted'", "a" * 50, "=1+1", "History", "", "\x01"])
def test_whatever_a_sheet_is_called_the_workbook_opens(name):
    made = load_workbook(BytesIO(workbook(pack(), [Sheet(name=name, title=name)] * 3, "FINAL")))
    assert len({title.lower() for title in made.sheetnames}) == 3


def test_a_text_longer_than_a_cell_is_cut_and_kept():
    assert written("x" * 40_000).worksheets[0]["A1"].value is not None
    assert max(len(value) for value in values(written("a", "x" * 40_000).worksheets[0])) <= 32_767


def test_account_ids_are_texts_with_all_their_zeros(book):
    assert "004720599729" in values(book["By account"])


def test_amounts_are_numbers_of_cents_and_negative_ones_stand_out(book):
    sheet = book["By account"]
    line = next(r for r in sheet.iter_rows(values_only=False) if r[0].value == SHOP)
    assert line[2].value == pytest.approx(129.50)
    assert line[2].number_format == "#,##0.00_);[Red](#,##0.00)"
    assert line[2].value == round(line[2].value, 2)


def test_one_table_has_frozen_headers_a_filter_and_repeats_them_in_print(book):
    sheet = book["Account × service"]
    header = next(cell.row for cell in cells(sheet) if cell.value == "Account")
    assert sheet.freeze_panes == f"B{header + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{header}:")
    assert sheet.print_title_rows == f"${header}:${header}"


def test_of_several_tables_the_last_which_is_the_long_one_repeats_its_header_in_print(book):
    sheet = book["Variance"]
    header = max(cell.row for cell in cells(sheet) if cell.value == "Comment")
    assert sheet.print_title_rows == f"${header}:${header}"


def test_the_filter_leaves_the_total_alone(book):
    sheet = book["By account"]
    total = next(cell.row for cell in cells(sheet) if cell.value == "Total")
    assert sheet.auto_filter.ref.endswith(str(total - 1))


def test_every_sheet_prints_in_landscape_to_the_width_of_a_page_with_its_bill_and_number(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "2026-10" in sheet.oddHeader.left.text
        assert "Page &P of &N" in sheet.oddFooter.center.text


def test_an_ampersand_in_a_name_does_not_command_the_printer():
    made = books(names={"100000000001": "R&D &P"})
    assert "R&&D &&P" in opened(made)["Summary"].oddHeader.left.text


def test_the_charts_are_native(book):
    charts = book["Charts"]._charts  # noqa: SLF001 - openpyxl has no other way to them
    assert [type(chart).__name__ for chart in charts] == ["BarChart"] * 4


def test_the_summary_tells_the_status_and_leaves_room_to_sign(book):
    found = values(book["Summary"])
    assert "FINAL, not tied to the invoices" in found
    assert {"Prepared by", "Reviewed by", "Approved by", "Signature"} <= set(found)


def test_the_properties_say_which_bill_it_is(book):
    assert book.properties.title == "AWS bill 2026-10 · payer 100000000001 (management) · FINAL · version 1"
    assert book.properties.creator == "Orgwarden"
    assert book.properties.created == datetime(2026, 11, 9, 8)  # noqa: DTZ001 - a workbook's times have no zone


def test_the_variance_has_room_for_comments(book):
    sheet = book["Variance"]
    header = next(cell for cell in cells(sheet) if cell.value == "Comment")
    assert sheet.column_dimensions[header.column_letter].width > 40
    below = sheet.cell(header.row + 1, header.column)
    assert (below.value, below.border.left.style) == (None, "thin") or below.value == ""


def test_what_is_untagged_has_a_row_in_every_sheet_of_a_key(book):
    assert "(untagged)" in values(book["Tag env"])
    assert "(untagged)" in values(opened(books(row("1", tag_1="a", tag_2="b")))["Tag cost-center"])


def test_two_makings_of_one_pack_are_the_same_bytes():
    one, two = books(), books()
    assert workbook(one.pack, tuple(every_sheet(one)), "FINAL", draw) == workbook(
        two.pack, tuple(every_sheet(two)), "FINAL", draw
    )


def test_invoices_stand_beside_the_export_with_what_is_paid_and_the_rate():
    sheet = opened(open_books(with_invoices(pack())))["Invoices"]
    lines = {r[0]: r for r in sheet.iter_rows(values_only=True) if r[0]}
    assert lines["2100000002"][3:7] == (50.34, 50.33, 0.01, "yes")
    assert lines["2100000002"][7:10] == ("EUR", 46.3, 0.92)
    assert lines["2100000003"][3:7] == (-1.25, -1.25, 0, "yes")
    assert lines["2100000002"][10].date() == date(2026, 11, 3)
    assert "2100000009" not in lines


def test_what_is_too_much_for_a_sheet_stands_in_one_row_and_still_adds_up():
    rows = capped(list(range(10)), lambda some: (str(len(some)), sum(some)), lambda n: n, most=4)
    assert rows == (("1", 7), ("1", 8), ("1", 9), ("7", 21))


def test_a_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table(title="t", columns=(Column("a", Kind.TEXT),), rows=(("a", "b"),))


def test_a_month_that_stands_alone_says_that_nothing_can_be_compared():
    found = values(opened(books(earlier=False))["Variance"])
    assert "The month before was not read: nothing can be compared." in found
    assert ERP not in found
