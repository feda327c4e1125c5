"""The lines that are published add up to the total that is published.

Why: Cents that are rounded line by line do not add up to the rounded total. A controller who adds a column and finds
another figure trusts none of the others.

Fix: This guards our own rounding: keep the cost ledger, publish nothing of the statement that the ticket names, and
report it.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import PUBLISHED_LINES_ADD_UP
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="statement", many="statements", a="by line", b="in total")


@control(
    about=EACH_BILL,
    severity=Severity.LOW,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def published_lines_add_up(member: Member, world: World) -> Answer:
    return tied(PUBLISHED_LINES_ADD_UP, member, world, WORDS)
