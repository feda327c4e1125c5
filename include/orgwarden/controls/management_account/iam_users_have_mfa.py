"""Each IAM user that can sign in to the console has MFA.

Why: A password alone is guessed, reused or given away on a false page.

Fix: Better than MFA is no IAM user: let the person come through IAM Identity Center and remove the password
(iam:DeleteLoginProfile). Until then have the user register a device under IAM > Users > the user > Security credentials
> Assign MFA device, and deny everything without it (condition aws:MultiFactorAuthPresent).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.population.management import IAM_USER


@control(about=IAM_USER, severity=Severity.HIGH, ticket=Ticket.OWNER, practices=("E:mfa",))
def iam_users_have_mfa(member: Member, world: World) -> Answer:
    arn = member.subject.resource
    held = world.of(USER_CREDENTIALS, arn)
    if not held.has_password:
        return NotApplicable("the IAM user has no password for the console")
    if held.has_mfa:
        return None
    return Deviation("the IAM user has a password and no MFA", {"name": arn.partition(":user/")[2]})
