"""What can be tagged is tagged by the keys that costs are told apart by.

Why: Untagged spend is shared by a rule or paid by nobody, and grows until somebody looks. What cannot be tagged (tax,
credits, refunds, support, commitment fees) is not counted.

Fix: Begin with the accounts and services that the ticket lists: they hold most of it. Set the tag on the resource or,
better, where it is made; activate the key (Billing and Cost Management > Cost allocation tags). Values that are not
allowed, and keys in another case, count as untagged. Costs change from the day on, unless the key is filled in for
months past.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import COST_COVERAGE
from orgwarden.population.bill import COST_KEY
from orgwarden.ties import Words, tied

WORDS = Words(one="key", many="keys", a="tagged", b="that can be tagged")


@control(
    about=COST_KEY,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("E:tagging",),
    authority=Authority.BEYOND,
)
def cost_coverage(member: Member, world: World) -> Answer:
    return tied(COST_COVERAGE, member, world, WORDS)
