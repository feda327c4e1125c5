"""What only a member account's root user may do can be done centrally, without its credentials.

Why: With RootSessions a locked S3 bucket or SQS queue is unlocked by a short session from one place (sts:AssumeRoot).
Without it somebody has to recover the root user of the account first, and its password comes back to stay.

Fix: In the management account (or the delegated administrator for IAM) open IAM > Root access management > Enable, and
choose Privileged root actions in member accounts (iam:EnableOrganizationsRootSessions). Trusted access for
iam.amazonaws.com has to be on.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.root import ROOT_FEATURES
from orgwarden.population import WHOLE_ORGANIZATION


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("R:enable",),
    authority=Authority.PRACTITIONER,
)
def sessions_centralized(_: Member, world: World) -> Answer:
    if "RootSessions" in world.of(ROOT_FEATURES):
        return None
    return Deviation("privileged root actions in member accounts are not switched on")
