"""Nobody gets into the management account as an IAM user.

Why: An IAM user has a password or key that stays until somebody remembers it, is nobody's in particular, and outlives
whoever leaves the business. People come through IAM Identity Center, programs through roles.

Fix: Give whoever uses it a permission set in IAM Identity Center, or the program a role, then open IAM > Users > the
user > Security credentials and remove password and keys (iam:DeleteLoginProfile, iam:UpdateAccessKey,
iam:DeleteServiceSpecificCredential), and a few weeks later the user itself. IAM > Credential report tells when each was
used last.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.population import MANAGEMENT_ACCOUNT
from orgwarden.reached import users_held

PRACTICES = ("D:identity-center",)


@control(
    about=MANAGEMENT_ACCOUNT,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=PRACTICES,
    authority=Authority.PRACTITIONER,
)
def no_iam_users(_: Member, world: World) -> Answer:
    users, unseen = users_held(world)
    found = sorted(arn for arn, held in users.items() if held.has_password or held.active_keys or held.service_keys)
    if found:
        several = "an IAM user has" if len(found) == 1 else f"{len(found)} IAM users have"
        evidence: Evidence = {"count": len(found), "users": tuple(arn.partition(":user/")[2] for arn in found)}
        return Deviation(f"{several} a password or an active key", evidence)
    for lost in unseen:
        raise lost
    return None
