"""Usage that a Savings Plan covers is negated in full.

Why: AWS bills covered usage at its on-demand rate and takes the same amount off again. Where the two differ, somebody
pays for usage that the plan has paid already.

Fix: Compare covered usage and negation of the plan by account and day: lines of one of them are missing from the
export. Read the month again when AWS has refreshed it.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import SAVINGS_PLANS_NEGATE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="plan",
    many="plans",
    a="covered",
    b="negated",
    nothing="the bill has no lines of usage that a Savings Plan covers and takes off again",
)


@control(
    about=EACH_BILL,
    severity=Severity.LOW,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def savings_plans_negate(member: Member, world: World) -> Answer:
    return tied(SAVINGS_PLANS_NEGATE, member, world, WORDS)
