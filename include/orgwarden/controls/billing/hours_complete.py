"""What runs around the clock is billed for every hour.

Why: Hours without usage of a service that never stops are hours that AWS has not delivered yet, or that were lost on
the way. They arrive later as a restatement, after people were charged.

Fix: Ask the account whether the service was stopped or replaced in the hours that the ticket lists; if it was, accept
this as the end of it. If not, wait for the next delivery and read again; what is still missing is a case for AWS
Support.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import HOURS_COMPLETE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="usage of",
    many="accounts and services",
    a="billed",
    b="in the period",
    nothing="nothing ran in every hour of the month before",
)


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def hours_complete(member: Member, world: World) -> Answer:
    return tied(HOURS_COMPLETE, member, world, WORDS)
