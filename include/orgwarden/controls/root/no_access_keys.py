"""No root user has an access key or a signing certificate.

Why: A root access key does everything, from anywhere, without MFA and without an end. It lies in a file or a pipeline,
and no policy of the account can restrain it.

Fix: Find what still calls with it (IAM > Credential report tells when and for which service it was used last), give
that a role of its own, then sign in as the root user and delete the key or certificate under Security credentials. In a
member account: IAM > Root access management > the account > Delete root user credentials (sts:AssumeRoot with the task
policy IAMDeleteRootUserCredentials). A key that was used and that nobody knows of is a security incident.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.root import ROOT_CREDENTIALS
from orgwarden.population import ACCOUNT

PRACTICES = ("E:root-best-practices", "M:root-tasks-only", "O:root-tasks-only")


@control(about=ACCOUNT, severity=Severity.CRITICAL, ticket=Ticket.OWNER, practices=PRACTICES)
def no_access_keys(member: Member, world: World) -> Answer:
    credentials = world.of(ROOT_CREDENTIALS, member.subject.account)
    held = {"access key": credentials.has_access_keys, "signing certificate": credentials.has_certificates}
    found = tuple(kind for kind, there in held.items() if there)
    return Deviation(f"the root user has an active {' and a '.join(found)}", {"kind": found}) if found else None
