"""No member account stands directly under the root.

Why: Guardrails are attached to the organizational units of a purpose. An account that is left where it came in has
only those of the root, and nobody can tell by its place what it is for.

Fix: Move the account into the unit of its purpose (AWS Organizations > AWS accounts > the account > Actions > Move, or
organizations:MoveAccount), after a look at the service control policies there. The management account may stay.
"""

from datetime import date, timedelta

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Pass, Severity, World
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.population import MEMBER_ACCOUNT


@control(about=MEMBER_ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:group-by-purpose",))
def no_accounts_in_root(member: Member, world: World) -> Answer:
    account = member.subject.account
    if world.of(PLACEMENTS, account):
        return None
    row, days = world.of(ACCOUNTS, account), world.of(STRUCTURE_RULES).root_days
    joined = row.joined[:10]
    if joined and world.today < (until := date.fromisoformat(joined) + timedelta(days=days)):
        return Pass({"joined": joined, "grace_until": until.isoformat()})
    return Deviation("the account stands directly under the root", {"name": row.name, "joined": joined or "unknown"})
