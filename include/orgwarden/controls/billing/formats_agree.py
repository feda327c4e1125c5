"""Exports of the same month in different formats agree.

Why: Teams build on CUR and on FOCUS side by side. Where the two do not come to one total, their reports never will.

Fix: Compare by charge category as the ticket has it. Usual causes are a discount that one export has as lines and the
other inside its rates, and marketplace purchases that a third party invoices, which FOCUS bills at zero.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import FORMATS_AGREE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="the month", many="payers", a="here", b="in the other format")


@control(
    about=EACH_BILL,
    severity=Severity.LOW,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def formats_agree(member: Member, world: World) -> Answer:
    return tied(FORMATS_AGREE, member, world, WORDS)
