"""Each approved account has the name under which it was approved.

Why: People choose by name what they deploy to, whom they bill and what they delete. A name that changes unnoticed makes
runbooks and reports point at the wrong account.

Fix: Ask the account's owner. If the new name is right, accept it: orgwarden accept with the finding or the ticket. If
it is not, put the old name back (Account > Account details in the account, or account:PutAccountName).
"""

from orgwarden.approvable import approved_account
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population import ACCOUNT


@control(about=ACCOUNT, severity=Severity.LOW, ticket=Ticket.DIGEST, authority=Authority.BEYOND)
def account_renamed(member: Member, world: World) -> Answer:
    account = member.subject.account
    approved = approved_account(account, world)
    if approved is None or approved.state.is_closed:
        return NotApplicable("the account is not approved yet; changes.account_joined judges that")
    name = world.of(ACCOUNTS, account).name
    if name == approved.name:
        return None
    return Deviation("the account was renamed", {"name": name, "was": approved.name})
