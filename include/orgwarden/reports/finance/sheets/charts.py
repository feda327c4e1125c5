"""The sheet of charts: thirteen months by account, how this month came about, what moved most, how much is tagged."""

from orgwarden.reports.finance.books import BILLED, NOTHING, Books, added
from orgwarden.reports.finance.sheets.tags import coverage_chart
from orgwarden.reports.finance.sheets.variance import label, movers_chart, waterfall_chart
from orgwarden.reports.finance.tables import Chart, Shape, Sheet

SERIES = 8


def charts(books: Books) -> Sheet:
    """Make the sheet."""
    four = (months_chart(books), waterfall_chart(books), movers_chart(books), coverage_chart(books))
    return Sheet(name="Charts", title="Charts", charts=four)


def months_chart(books: Books) -> Chart:
    """Give what was billed in up to thirteen months, by the accounts that cost most in all of them."""
    lines = {m: books.by("account", measures=(BILLED,), month=m)[BILLED] for m in books.months}
    keys = {key for month in lines.values() for key in month}
    weights = {key: added(abs(month.get(key, NOTHING)) for month in lines.values()) for key in keys}
    order = sorted(weights, key=lambda key: (-weights[key], key))
    top, rest = order[:SERIES], order[SERIES:]
    series = [(label(books, key), tuple(lines[m].get(key, NOTHING) for m in books.months)) for key in top]
    if rest:
        others = tuple(added(lines[m].get(key, NOTHING) for key in rest) for m in books.months)
        series.append((f"{len(rest)} others", others))
    return Chart(
        title="Billed by month and account",
        shape=Shape.STACKED,
        categories=books.months,
        series=tuple(series),
        empty="The bill has no lines.",
    )
