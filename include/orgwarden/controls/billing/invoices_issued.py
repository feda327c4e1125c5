"""Every line of a closed month is on an invoice.

Why: AWS fills in the invoice when the bill is final. Until then amounts may still change, so what is published before
is an estimate and is stamped as one.

Fix: Wait: a month is final by about the seventh of the next. If lines are still without an invoice after the fifteenth,
look at their line types: what a third party takes the payment for is on no invoice of AWS, so accept it; anything else
is a case for AWS Support.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, NotApplicable, Severity, World
from orgwarden.parts.bill import BILLS, INVOICES_ISSUED
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="lines without an invoice", many="payers", a="there", b="expected")


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def invoices_issued(member: Member, world: World) -> Answer:
    if not world.of(BILLS, member.keys[0]).is_closed:
        return NotApplicable("the month is not closed: AWS issues its invoices later")
    return tied(INVOICES_ISSUED, member, world, WORDS)
