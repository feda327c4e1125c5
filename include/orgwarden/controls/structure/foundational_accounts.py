"""Each account that serves all others is there, and stands where it belongs.

Why: Logs, security tools and networks that serve the whole organization need accounts of their own, out of reach of
the workloads that they watch. One that was closed or moved takes its guardrails and its purpose along.

Fix: Look the account up in AWS Organizations > AWS accounts. Where it is missing, have AWS Support reopen it within 90
days of its closure, invite it back, or create a new one and set the service up there; then correct
structure.foundational in the baseline. Where it stands elsewhere, move it (organizations:MoveAccount) or correct the
unit in the baseline.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.declared import FOUNDATIONAL_ACCOUNTS
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.population.governance import FOUNDATION


@control(
    about=FOUNDATION,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("E:multiple-accounts", "D:special-purpose"),
)
def foundational_accounts(member: Member, world: World) -> Answer:
    purpose = member.subject.resource
    declared = world.of(FOUNDATIONAL_ACCOUNTS)[purpose]
    row = world.seen(ACCOUNTS).get(declared.account) or world.whole(ACCOUNTS).get(declared.account)
    if row is None:
        return Deviation(f"the account for {purpose} is missing: it is not in the organization")
    if row.state.is_closed:
        return Deviation(f"the account for {purpose} is missing: it is closed", {"state": row.state.value})
    path = world.of(PLACEMENTS, declared.account) if declared.unit else ()
    if not declared.unit or declared.unit in path:
        return None
    where = "/".join(path) or "the root"
    return Deviation(f"the account for {purpose} is misplaced", {"unit": where, "expected": declared.unit})
