"""Each approved account stands where it was approved.

Why: Guardrails hang on organizational units. An account that moves leaves some of them behind and comes under others,
without a change to any policy that somebody would review.

Fix: Ask who moved it (CloudTrail's event MoveAccount). If it is right, accept it: orgwarden accept with the finding or
the ticket. If it is not, move it back (AWS Organizations > AWS accounts > the account > Move, or
organizations:MoveAccount).
"""

from orgwarden.approvable import approved_account
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.population import ACCOUNT


@control(about=ACCOUNT, severity=Severity.HIGH, ticket=Ticket.DIGEST, authority=Authority.BEYOND)
def account_moved(member: Member, world: World) -> Answer:
    account = member.subject.account
    approved = approved_account(account, world)
    if approved is None or approved.state.is_closed:
        return NotApplicable("the account is not approved yet; changes.account_joined judges that")
    path = world.of(PLACEMENTS, account)
    if approved.path is None or approved.path == path:
        return None
    where = {"name": world.of(ACCOUNTS, account).name, "unit": _told(path), "was": _told(approved.path)}
    return Deviation("the account was moved to another organizational unit", where)


def _told(path: tuple[str, ...]) -> str:
    return "/".join(path) or "the root"
