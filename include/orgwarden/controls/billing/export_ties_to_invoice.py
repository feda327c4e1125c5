"""The export ties to each invoice.

Why: The invoice is what is paid. Where the export has another amount than the invoice that it belongs to, every report
made of it charges people for what was not billed, or leaves out what was. Nothing of a final month is published until
somebody has released it.

Fix: Open the invoice (Billing and Cost Management > Bills, or invoicing:ListInvoiceSummaries with its id) and compare
it with the lines of the ticket: the line type and the account nearest to the difference come first. Usual causes are
tax rounded by account, a credit memo of its own, a marketplace invoice, and an export that was read before the bill was
final: read it again. An invoice without lines was issued by an entity that the export leaves out.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import EXPORT_TIES_TO_INVOICE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="invoice",
    many="invoices",
    a="in the export",
    b="on the invoice",
    nothing="no line of the bill has an invoice yet: the month is estimated",
)


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def export_ties_to_invoice(member: Member, world: World) -> Answer:
    return tied(EXPORT_TIES_TO_INVOICE, member, world, WORDS)
