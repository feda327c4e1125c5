"""What reservations and Savings Plans cost is spread over all of their use.

Why: Amortized cost is what teams are charged for commitments. If it is not what the commitments cost, either the fees
are charged to nobody or they are charged twice.

Fix: Look at the commitment that the ticket names in the month that it was bought or ended, when a part of the term is
normal. If it is old, a column of the export is missing or was read as zero: compare its unused part (Billing and Cost
Management > Savings Plans > Utilization report).
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import COMMITMENTS_AMORTIZE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="commitment",
    many="commitments",
    a="amortized",
    b="of fees",
    nothing="the bill has no reservation and no Savings Plan",
)


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def commitments_amortize(member: Member, world: World) -> Answer:
    return tied(COMMITMENTS_AMORTIZE, member, world, WORDS)
