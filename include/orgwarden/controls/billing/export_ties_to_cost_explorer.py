"""The export ties to Cost Explorer, account by account.

Why: Cost Explorer is what account owners look at. Where it says something else than the report that they are charged
by, each of them asks once, and finance answers by hand.

Fix: Compare the times at which both were refreshed: Cost Explorer takes up to a day longer. If a closed month differs,
switch RefreshClosedReports on for a legacy report, and look for refunds and credits, which reach one of the two later.
Read both again; what still differs is a case for AWS Support, with the account and both amounts.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import EXPORT_TIES_TO_COST_EXPLORER
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="", many="accounts and record types", a="in the export", b="in Cost Explorer")


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def export_ties_to_cost_explorer(member: Member, world: World) -> Answer:
    return tied(EXPORT_TIES_TO_COST_EXPLORER, member, world, WORDS)
