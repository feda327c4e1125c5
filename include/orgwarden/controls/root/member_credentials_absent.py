"""No member account's root user has credentials left.

Why: What does not exist cannot be stolen, lost or forgotten. Since root credentials can be managed centrally, a member
account needs neither password nor key; what only its root user may do is done by a short session from one place.

Fix: In the management account (or the delegated administrator for IAM) open IAM > Root access management > the account
> Take privileged action > Delete root user credentials (sts:AssumeRoot with the task policy
IAMDeleteRootUserCredentials). Look first whether a key is still used (root.not_used). If it is denied, a service
control policy stands in the way: see root.no_blocking_scp.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.root import ROOT_CREDENTIALS
from orgwarden.population import MEMBER_ACCOUNT

SILENT = "AWS does not say whether the root user has a password: let the audit of root users read it"


@control(
    about=MEMBER_ACCOUNT,
    severity=Severity.HIGH,
    ticket=Ticket.OWNER,
    practices=("R:delete-credentials",),
    authority=Authority.PRACTITIONER,
)
def member_credentials_absent(member: Member, world: World) -> Answer:
    account = member.subject.account
    credentials = world.of(ROOT_CREDENTIALS, account)
    held = {
        "password": bool(credentials.has_password),
        "access key": credentials.has_access_keys,
        "signing certificate": credentials.has_certificates,
        "MFA device": credentials.has_mfa,
    }
    if found := tuple(kind for kind, there in held.items() if there):
        return Deviation(f"the root user still has: {', '.join(found)}", {"kind": found})
    if credentials.has_password is None:
        raise Unseen(ROOT_CREDENTIALS, account, SILENT)
    return None
