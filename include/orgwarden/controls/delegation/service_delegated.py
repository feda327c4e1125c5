"""Each service that can be administered from a member account is.

Why: As long as nobody else administers a service, whoever works with it has to enter the management account, which no
service control policy restrains and whose access reaches every other account.

Fix: Choose the account of the team that works with the service and register it there: the service's own console in the
management account, under Settings > Delegated administrator, sets up what it needs. By API:
organizations:RegisterDelegatedAdministrator with AccountId and ServicePrincipal, or the service's own call
(cloudtrail:RegisterOrganizationDelegatedAdmin, guardduty:EnableOrganizationAdminAccount). If the service is to stay
with the management account, declare it with the reason under delegation.undelegated in the baseline; if nobody uses
it, switch it off in the service's console.
"""

from orgwarden.aws.services import services
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.declared import DELEGATION_RULES
from orgwarden.parts.delegation import DELEGATIONS, TRUSTED_SERVICES
from orgwarden.population.governance import TRUSTED_SERVICE, administrators

UNKNOWN_SERVICE = (
    "the table of services does not know whether it can be delegated: delegate it, or declare it under "
    "delegation.undelegated in the baseline"
)


@control(
    about=TRUSTED_SERVICE,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("M:delegate", "D:delegate", "R:delegate-iam", "R:delegate"),
)
def service_delegated(member: Member, world: World) -> Answer:
    principal = member.subject.resource
    service = services().get(principal)
    if service and not service.is_delegable:
        return NotApplicable("the service cannot be delegated")
    if why := world.of(DELEGATION_RULES).undelegated.get(principal):
        return NotApplicable(f"declared to stay with the management account: {why}")
    if accounts := _administrators(principal, world):
        return Pass({"accounts": accounts})
    world.whole(DELEGATIONS)
    if service is None:
        raise Unseen(TRUSTED_SERVICES, principal, UNKNOWN_SERVICE)
    return Deviation("no member account administers the service", {"name": service.name})


def _administrators(principal: str, world: World) -> tuple[str, ...]:
    """Give the accounts that administer a service, under whichever of its principals they are registered."""
    known = services()
    name = known[principal].name if principal in known else ""
    principals = [principal, *(p for p, service in known.items() if service.name == name)]
    registered = world.derived(administrators)
    return tuple(sorted({account for one in principals for account in registered.get(one, ())}))
