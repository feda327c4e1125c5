"""A month that was published is still what was published.

Why: AWS adds refunds, credits and support fees to a closed month. Who was charged by the old figures is not told by the
new ones.

Fix: Compare the versions by account and line type as the ticket has them. A refund, a credit or a support fee is AWS’s
restatement: publish the month anew, with its difference as a correction. Costs that filling in tags for months past
moves from one value to another stay in their account and line type, and are not told here.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import CLOSED_MONTH_UNCHANGED
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="", many="accounts and line types", a="now", b="when it was published")


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def closed_month_unchanged(member: Member, world: World) -> Answer:
    return tied(CLOSED_MONTH_UNCHANGED, member, world, WORDS)
