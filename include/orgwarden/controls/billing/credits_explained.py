"""Each credit and refund is on a credit memo, or was running before.

Why: Credits hide what things cost: a team that looks cheap may be living on one that ends. A refund that no document
explains cannot be booked.

Fix: Find the credit (Billing and Cost Management > Credits) or the credit memo (Bills > Invoices) that the ticket
misses, and note to whom it belongs. An account whose total is negative got a refund of an earlier month: credit it to
the team of then.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import CREDITS_EXPLAINED
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="", many="credits and refunds", a="in the export", b="explained", nothing="the bill has no credit and no refund"
)


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def credits_explained(member: Member, world: World) -> Answer:
    return tied(CREDITS_EXPLAINED, member, world, WORDS)
