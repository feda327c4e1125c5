"""The accounts in the bill are those of the organization.

Why: Spend of an account that nobody knows is an account outside of all guardrails, or one that was never taken off the
bill. An account of ours without any spend is one that nobody uses, and that still has keys.

Fix: For an unknown account, find it in AWS Organizations > AWS accounts by its id; if it is not there, it left or is
closed, and charges run on for up to 90 days; after that it is a case for AWS Support. For an account without spend, ask
its owner whether it is still needed, and close it if not. An id that is not 12 digits was changed by a tool on the way
(a spreadsheet takes leading zeros away): take the export from AWS again.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.bill import ACCOUNTS_MATCH_INVENTORY
from orgwarden.population.bill import BILLED_ACCOUNT
from orgwarden.ties import is_broken, ties_of


@control(
    about=BILLED_ACCOUNT,
    severity=Severity.MEDIUM,
    ticket=Ticket.OWNER,
    practices=("E:single-organization", "M:understand-charges"),
    authority=Authority.BEYOND,
)
def accounts_match_inventory(member: Member, world: World) -> Answer:
    if broken := [tie for tie in ties_of(ACCOUNTS_MATCH_INVENTORY, member, world) if is_broken(tie)]:
        return Deviation(broken[0].evidence)
    world.whole(ACCOUNTS_MATCH_INVENTORY)
    return None
