"""Each service with trusted access was switched on through the service, and on purpose.

Why: Trusted access that is switched on in AWS Organizations alone is a door without a room: the service may act in
every account, and has set up nothing to do so. One that nobody asked for is a door that nobody watches.

Fix: If the service is wanted, open its own console in the management account and enable it for the organization there,
which makes its service-linked role and whatever else it needs (for RAM: ram:EnableSharingWithAwsOrganization; the
ticket names the call by which the service said that it is off), and list it under delegation.trusted in the baseline.
If it is not wanted, disable it there; only if the service offers no way, in AWS Organizations > Services
(organizations:DisableAWSServiceAccess).
"""

from orgwarden.aws.services import services
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.access import IAM_ROLES
from orgwarden.parts.declared import DELEGATION_RULES
from orgwarden.parts.delegation import ACTIVATIONS
from orgwarden.population.governance import TRUSTED_SERVICE
from orgwarden.population.reading import deviation_of, known


@control(about=TRUSTED_SERVICE, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:service-enable",))
def trusted_access_activated(member: Member, world: World) -> Answer:
    principal = member.subject.resource
    if found := deviation_of(lambda: _undeclared(principal, world), lambda: _not_set_up(principal, world)):
        return found
    if principal in world.seen(ACTIVATIONS) or _linked_role(principal):
        return None
    if world.of(DELEGATION_RULES).trusted is None:
        return NotApplicable("the service does not say whether it works, and nobody declared which services are meant")
    return None


def _undeclared(principal: str, world: World) -> Deviation | None:
    trusted = world.of(DELEGATION_RULES).trusted
    if trusted is None or principal in trusted:
        return None
    return Deviation("the service is not among the declared ones (delegation.trusted)")


def _not_set_up(principal: str, world: World) -> Deviation | None:
    """Go by the service's own word; where it has none, by the role that it makes for itself."""
    if said := known(ACTIVATIONS, principal, world):
        reason = "the service says that it is not activated for the organization"
        return None if said.activated else Deviation(reason, {"said_by": said.said_by})
    path = f"/aws-service-role/{_linked_role(principal)}/"
    if not _linked_role(principal) or path in world.derived(_role_paths):
        return None
    world.whole(IAM_ROLES)
    return Deviation("the service's own role is missing in the management account", {"missing": path})


def _linked_role(principal: str) -> str:
    known = services().get(principal)
    return known.linked_role if known else ""


def _role_paths(world: World) -> frozenset[str]:
    return frozenset(role.path for role in world.seen(IAM_ROLES).values())
