"""The sheets of the pack, one module each; each makes its sheet from the books alone."""

from collections.abc import Iterator

from orgwarden.reports.finance.books import Books
from orgwarden.reports.finance.sheets.accounts import accounts
from orgwarden.reports.finance.sheets.charges import charges
from orgwarden.reports.finance.sheets.charts import charts
from orgwarden.reports.finance.sheets.commitments import commitments
from orgwarden.reports.finance.sheets.findings import findings
from orgwarden.reports.finance.sheets.inventory import inventory
from orgwarden.reports.finance.sheets.invoices import invoices
from orgwarden.reports.finance.sheets.notes import notes
from orgwarden.reports.finance.sheets.restatements import restatements
from orgwarden.reports.finance.sheets.services import services
from orgwarden.reports.finance.sheets.shared import shared
from orgwarden.reports.finance.sheets.summary import summary
from orgwarden.reports.finance.sheets.tags import tags
from orgwarden.reports.finance.sheets.variance import variance
from orgwarden.reports.finance.tables import Sheet


def every_sheet(books: Books) -> Iterator[Sheet]:
    """Give all sheets in the order in which a controller goes through them."""
    yield from (summary(books), charts(books), invoices(books), accounts(books))
    yield from tags(books)
    yield from (services(books), charges(books), commitments(books), shared(books), variance(books))
    yield from (restatements(books), inventory(books))
    yield from findings(books)
    yield notes(books)
