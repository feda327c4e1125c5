"""Each approved account is still there and open.

Why: An account that leaves takes its data, its logs and its bill along, out of reach of every guardrail; one that is
closed is deleted with all that is in it after 90 days. Either may be an accident, or somebody covering their tracks.

Fix: Ask who removed or closed it (CloudTrail's events RemoveAccountFromOrganization, LeaveOrganization and
CloseAccount). If it is right, accept it: orgwarden accept with the finding or the ticket. If it is not, invite the
account back (organizations:InviteAccountToOrganization), or have AWS Support reopen it within 90 days of its closure.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population import APPROVED_ACCOUNT


@control(about=APPROVED_ACCOUNT, severity=Severity.HIGH, ticket=Ticket.DIGEST, authority=Authority.BEYOND)
def account_left(member: Member, world: World) -> Answer:
    account = member.subject.account
    name = world.of(APPROVED_ACCOUNTS, account).name
    row = world.seen(ACCOUNTS).get(account)
    if row is None:
        world.whole(ACCOUNTS)
        return Deviation("the account left the organization", {"name": name, "state": "not listed"})
    if row.state.is_closed:
        return Deviation("the account was closed", {"name": name, "state": row.state.value})
    return None
