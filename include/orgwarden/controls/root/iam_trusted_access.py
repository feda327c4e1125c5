"""IAM has trusted access to the organization.

Why: Root credentials and root actions can only be managed centrally while AWS Organizations lets IAM act in it.

Fix: In the management account open AWS Organizations > Services > IAM > Enable trusted access, or call
organizations:EnableAWSServiceAccess with iam.amazonaws.com; IAM > Root access management > Enable does it, too.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.delegation import TRUSTED_SERVICES
from orgwarden.population import WHOLE_ORGANIZATION

IAM = "iam.amazonaws.com"


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("R:trusted-access",),
    authority=Authority.PRACTITIONER,
)
def iam_trusted_access(_: Member, world: World) -> Answer:
    if IAM in world.seen(TRUSTED_SERVICES):
        return None
    world.whole(TRUSTED_SERVICES)
    return Deviation("trusted access for IAM is off", {"service": IAM})
