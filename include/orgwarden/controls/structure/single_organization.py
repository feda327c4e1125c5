"""All accounts of the business are in this organization, and it pays for itself.

Why: An account outside has no guardrails, no central logs and an invoice of its own. Where another organization pays,
it sees the costs and this one no longer does, so whatever is reconciled here is not what is paid.

Fix: Invite the account (AWS Organizations > AWS accounts > Add an AWS account > Invite an existing AWS account, or
organizations:InviteAccountToOrganization) and accept in the account; if it is not yours any more, take it out of
structure.our_accounts in the baseline. A transfer of billing that is meant belongs under structure.billing_transfers,
by the other management account's id; any other is ended under Billing and Cost Management > Billing transfer
(organizations:TerminateResponsibilityTransfer).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.delegation import TRANSFERS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population.governance import OURS_AND_TRANSFERS

IN_FORCE = "ACCEPTED"


@control(
    about=OURS_AND_TRANSFERS,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("E:single-organization",),
)
def single_organization(member: Member, world: World) -> Answer:
    if not member.subject.account:
        return _transfer(member.subject.resource, world)
    if member.subject.account in world.seen(ACCOUNTS) or member.subject.account in world.whole(ACCOUNTS):
        return None
    return Deviation("the account is ours and not in the organization")


def _transfer(id_: str, world: World) -> Answer:
    transfer = world.of(TRANSFERS, id_)
    if transfer.status != IN_FORCE:
        return NotApplicable(f"the transfer of billing is not in force: {transfer.status}")
    is_ours_to_pay = transfer.direction == "INBOUND"
    other = transfer.source if is_ours_to_pay else transfer.target
    if other in world.of(STRUCTURE_RULES).billing_transfers:
        return None
    who = "this organization pays for another" if is_ours_to_pay else "another organization pays for this one"
    reason = f"{who}, and nobody declared it (structure.billing_transfers)"
    return Deviation(reason, {"management_account": other, "starts": transfer.starts, "ends": transfer.ends})
