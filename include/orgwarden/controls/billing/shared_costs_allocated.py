"""Shared costs are allocated, to the last cent.

Why: Support, tax and what all teams use are charged by a rule. What the rule leaves over is paid by whoever looks last.

Fix: Give each pool a driver that has costs in the month (billing.shared in the baseline), or an owner for what is
left.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import SHARED_COSTS_ALLOCATED
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(
    one="pool",
    many="pools",
    a="allocated",
    b="to be shared",
    nothing="the bill has none of the shared costs that are declared",
)


@control(
    about=EACH_BILL,
    severity=Severity.LOW,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def shared_costs_allocated(member: Member, world: World) -> Answer:
    return tied(SHARED_COSTS_ALLOCATED, member, world, WORDS)
