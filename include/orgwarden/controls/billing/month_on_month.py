"""No account or service costs far more or less than before.

Why: A jump is cheapest to end in the month in which it begins. It is also how an export that lacks a service, or has it
twice, first shows.

Fix: Ask the owner of the account what changed; the ticket has both amounts, brought to the same number of days. If it
is meant, accept it with the reason. If nobody knows, look at the usage types that moved most (Cost Explorer, grouped by
usage type).
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import MONTH_ON_MONTH
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="", many="accounts and services", a="this month", b="before")


@control(
    about=EACH_BILL,
    severity=Severity.LOW,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def month_on_month(member: Member, world: World) -> Answer:
    return tied(MONTH_ON_MONTH, member, world, WORDS)
