"""The root credentials of member accounts are managed centrally.

Why: With RootCredentialsManagement the credentials of all member accounts' root users can be looked at, deleted and
kept away from one place, and new accounts are made without any. Without it there is one more password for each account.

Fix: In the management account (or the delegated administrator for IAM) open IAM > Root access management > Enable, and
choose Root credentials management (iam:EnableOrganizationsRootCredentialsManagement). Trusted access for
iam.amazonaws.com has to be on. Then delete the credentials that root.member_credentials_absent lists.
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
def credentials_centralized(_: Member, world: World) -> Answer:
    if "RootCredentialsManagement" in world.of(ROOT_FEATURES):
        return None
    return Deviation("the root credentials of member accounts are not managed centrally")
