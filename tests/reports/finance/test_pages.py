"""The pages are safe to open and to mail: nothing is loaded, nothing runs, and no name becomes markup."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from orgwarden.reports.finance.drawing import picture
from orgwarden.reports.finance.pages import MOST_ROWS, page, showback, written
from orgwarden.reports.finance.statements import statement_page, statements
from orgwarden.reports.finance.tables import Chart, Column, Kind, Shape, Sheet, Table
from tests.reports.finance.packs import NASTY, books, pack, row

CENT = Decimal("0.01")


class Reader(HTMLParser):
    """Reads which elements and attributes a page has, and all its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.fixture(scope="module")
def made() -> str:
    return showback(books())


def test_nothing_is_loaded_and_nothing_runs(made):
    reader = read(made)
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name == "src"]
    assert [value for name, value in reader.attributes if name == "href" and not value.startswith("#")] == []
    assert "default-src 'none'" in made
    assert "url(" not in made


def test_names_and_values_are_shown_as_they_are(made):
    texts = " ".join(read(made).texts)
    assert "<script>alert(1)</script>" in texts
    assert NASTY[0] in texts
    assert "<script" not in made


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("shape", Shape)
def test_a_chart_draws_whatever_its_names_are(text, shape):
    values = (Decimal(5), Decimal(-2), Decimal(3))
    chart = Chart(title=text, shape=shape, categories=(text, "b", text), series=((text, values),))
    reader = read(str(picture(chart)))
    assert set(reader.tags) <= {"svg", "title", "rect", "line", "text"}


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("values", [(0, 0), (-3, -1), (0, 5), (10**9, 10**9), (-5, 5)])
def test_a_chart_of_any_amounts_stays_within_its_frame(shape, values):
    amounts = tuple(map(Decimal, values))
    drawn = str(picture(Chart(title="t", shape=shape, categories=("a", "b"), series=(("s", amounts),))))
    numbers = [float(n) for n in re.findall(r'(?:x|y|width|height)="(-?[\d.]+)"', drawn)]
    assert all(-5 <= n <= 800 for n in numbers)


def test_a_chart_without_numbers_says_why():
    assert "not &lt;read&gt;" in picture(
        Chart(title="t", shape=Shape.BARS, categories=(), series=(), empty="not <read>")
    )


def test_it_prints_with_repeated_heads_and_unbroken_rows(made):
    assert "@media print" in made
    assert "thead { display: table-header-group; }" in made
    assert "break-inside: avoid" in made


@pytest.mark.parametrize(
    ("cell", "kind", "unit", "text"),
    [
        (Decimal("1234.50"), Kind.MONEY, CENT, "1,234.50"),
        (Decimal(-1234), Kind.MONEY, CENT, "(1,234.00)"),
        (Decimal(1234), Kind.MONEY, Decimal(1), "1,234"),
        (Decimal("0.1234"), Kind.PERCENT, CENT, "12.3%"),
        (Decimal("0.92"), Kind.RATE, CENT, "0.920000"),
        (1234, Kind.COUNT, CENT, "1,234"),
        (None, Kind.MONEY, CENT, ""),
    ],
)
def test_amounts_are_written_as_in_the_workbook(cell, kind, unit, text):
    assert written(cell, kind, unit) == text


def test_a_table_that_is_too_long_is_cut_and_says_so():
    rows = tuple((f"row {n}", Decimal(1)) for n in range(MOST_ROWS + 5))
    columns = (Column("a"), Column("b", Kind.MONEY))
    sheet = Sheet(name="s", title="s", tables=(Table(title="t", columns=columns, rows=rows, total=("Total", 505)),))
    text = page(pack(), ("h", "a", "FINAL"), [sheet])
    assert f"row {MOST_ROWS}<" not in text
    assert f"The first {MOST_ROWS} rows are shown" in text


def test_an_estimated_bill_is_never_stamped_final():
    made = books(status="ESTIMATED")
    assert "ESTIMATED, not tied to the invoices" in showback(made)
    assert "The month is estimated" in statement_page(made, next(statements(made)))


def test_a_statement_shows_its_own_centre_alone():
    made = books()
    for one in statements(made):
        text = statement_page(made, one)
        others = {other.centre for other in statements(made)} - {one.centre}
        assert f"Statement of cost centre {one.centre}" in " ".join(read(text).texts)
        assert not [other for other in others if f'<td class="text">{other}</td>' in text]


def test_a_statement_names_the_owner_and_not_their_address():
    made = books()
    text = next(statement_page(made, one) for one in statements(made) if one.centre == "ERP")
    assert "Anna &lt;b&gt;Berg&lt;/b&gt;" in text
    assert "anna@" not in text


def test_files_of_cost_centres_have_names_that_any_folder_takes_and_no_two_share():
    names = ["a/../b", "A B", "a-b", "", "名前", "x" * 300]
    rows = [row("1", tag_2=name) for name in names if name]
    found = [one.name for one in statements(books(*rows))]
    assert len({name.casefold() for name in found}) == len(names) - 1
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", name) for name in found)
