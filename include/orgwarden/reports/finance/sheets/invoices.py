"""The sheet of invoices: what the export has on each, what the invoice says, and in which currency it is paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orgwarden.reports.finance.books import BILLED, NOTHING, Books, added, difference, was_read
from orgwarden.reports.finance.tables import Cell, Column, Kind, Row, Sheet, Table, money
from orgwarden.rounding import CENT, allocate, to_cents

NOT_YET = "(on no invoice yet)"
RECEIPT = "PAYMENT_RECEIPT"
WANTED = (
    "invoice", "type", "seller", "currency", "total", "payment_currency", "payment_total", "rate", "issued", "due",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice as AWS Invoicing tells it."""

    invoice: str
    type: str
    seller: str
    currency: str
    total: Decimal
    payment_currency: str
    payment_total: Decimal | None
    rate: Decimal | None
    issued: date | None
    due: date | None


def invoices(books: Books) -> Sheet:
    """Make the sheet."""
    return Sheet(name="Invoices", title="Invoices", tables=(_table(books),), notes=_notes(books))


def issued(books: Books) -> tuple[Issued, ...]:
    """Give the invoices of this payer, without receipts of payments; none where they were not read."""
    con = books.pack.con
    if not was_read(con, "invoice"):
        return ()
    rows = con.table("invoice").project(", ".join(("payer", *WANTED))).fetchall()
    mine = (Issued(*row[1:]) for row in rows if row[0] == books.pack.payer and row[2] != RECEIPT)
    return tuple(sorted(mine, key=lambda one: (one.seller, one.invoice)))


def invoiced_total(books: Books) -> Decimal | None:
    """Give what all invoices in the bill's currency ask for, None where they were not read."""
    found = issued(books)
    return added(one.total for one in found if one.currency == books.pack.currency) if found else None


def _notes(books: Books) -> tuple[str, ...]:
    if issued(books):
        return ("The difference is that of the export against the invoice; receipts of payments are left out.",)
    return ("No invoices were read: the bill is not tied to them. The columns of the invoices are empty.",)


def _table(books: Books) -> Table:
    exported = books.by("invoice", measures=(BILLED,))[BILLED]
    sellers, allowed = _sellers(books), _tax_lines(books)
    told = {one.invoice: one for one in issued(books) if one.currency == books.pack.currency}
    asked = _asked(told, books.pack.unit)
    keys = sorted({*told, *(key[0] for key in exported)}, key=lambda invoice: (not invoice, invoice))
    amounts = {key: (exported.get((key,), NOTHING), asked.get(key)) for key in keys}
    return Table(
        title="The export against each invoice",
        columns=(
            Column("Invoice"),
            Column("Type"),
            Column("Seller"),
            *money("Export", "Invoice total", "Difference"),
            Column("Ties"),
            Column("Payment currency"),
            Column("Payment total", Kind.MONEY),
            Column("Exchange rate", Kind.RATE),
            Column("Issued", Kind.DATE),
            Column("Due", Kind.DATE),
        ),
        rows=tuple(
            _row(told.get(key), (key, sellers.get(key, ""), allowed.get(key, 1)), *amounts[key]) for key in keys
        ),
        total=_total(books, amounts),
    )


def _asked(told: Mapping[str, Issued], unit: Decimal) -> Mapping[str, Decimal]:
    """Invoices are in whole cents; should one not be, its cents still add up."""
    exact = {key: one.total for key, one in told.items()}
    return exact if all(to_cents(total, unit) == total for total in exact.values()) else allocate(exact, unit=unit)


def _sellers(books: Books) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for invoice, seller in books.exact(("invoice", "seller"), (BILLED,))[BILLED]:
        found.setdefault(invoice, set()).add(seller)
    return {invoice: ", ".join(sorted(filter(None, names))) for invoice, names in found.items()}


def _tax_lines(books: Books) -> Mapping[str, int]:
    """Count the lines of tax by invoice: AWS rounds each, so each may be a cent off."""
    found = books.exact(("invoice",), ("lines",), where="charge_category = 'Tax'")["lines"]
    return {invoice: max(int(lines), 1) for (invoice,), lines in found.items()}


def _row(one: Issued | None, about: tuple[str, str, int], exported: Decimal, asked: Decimal | None) -> Row:
    key, seller, cents = about
    if one is None:
        ties = "no invoice read" if key else ""
        return (key or NOT_YET, "", seller, exported, None, None, ties, "", None, None, None, None)
    apart = difference(exported, asked or NOTHING)
    ties = "yes" if abs(apart) <= cents * CENT else "no"
    payment = (one.payment_currency, one.payment_total, one.rate)
    return (key, one.type, one.seller, exported, asked, apart, ties, *payment, one.issued, one.due)


def _total(books: Books, amounts: Mapping[str, tuple[Decimal, Decimal | None]]) -> Row:
    asked = [amount for _, amount in amounts.values() if amount is not None]
    cells: tuple[Cell, Cell] = (None, None)
    if asked:
        cells = (added(asked), difference(books.total(), added(asked)))
    return ("Total", "", "", books.total(), *cells, "", "", None, None, None, None)
