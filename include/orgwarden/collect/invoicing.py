"""The invoices that AWS wrote to a payer for a month: the witness that decides what a bill comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orgwarden.aws.invoices import Invoice, ListInvoiceSummaries, invoices
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Period

ACTIONS: tuple[Action, ...] = called(
    ("invoicing:ListInvoiceSummaries",),
    side=Side.MANAGEMENT,
    why="AWS tells the invoices of an organization to the account that pays them",
)
MOST = 100
NO_INVOICE_YET = "AWS has written no invoice to the payer for the month yet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoices:
    """The invoices of a month, payment receipts among them; ``gaps`` says under ``"*"`` why there are none."""

    rows: tuple[Invoice, ...]
    gaps: Mapping[str, str] = field(default_factory=dict)


def read(aws: Aws, management: str, payer: str, period: Period) -> Invoices:
    """Read a payer's invoices of a month, all or none; that there are none yet is a gap, for nothing ties to them."""
    try:
        found = _listed(aws, management, payer, period)
    except SkipAndNote as error:
        return Invoices(rows=(), gaps={EVERYTHING: error.cause})
    if not found:
        return Invoices(rows=(), gaps={EVERYTHING: NO_INVOICE_YET})
    return Invoices(rows=found)


def _listed(aws: Aws, management: str, payer: str, period: Period) -> tuple[Invoice, ...]:
    year, month = (int(part) for part in period.text.split("-"))
    listing = aws.management("invoicing", management).pages(
        "ListInvoiceSummaries",
        ListInvoiceSummaries,
        Selector={"ResourceType": "ACCOUNT_ID", "Value": payer},
        Filter={"BillingPeriod": {"Month": month, "Year": year}},
        MaxResults=MOST,
    )
    return tuple(row for page, _ in listing for row in invoices(page))
