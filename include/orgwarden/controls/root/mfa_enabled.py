"""Each root user that can sign in has MFA.

Why: The root user may do everything, and no policy of its own account restrains it. With a password alone, whoever
guesses, steals or resets it owns the account.

Fix: Sign in as the account's root user and register a device under Security credentials > Multi-factor authentication
(MFA) > Assign MFA device; take a security key rather than an authenticator app, and register two. For a member account
it is better to have nothing to protect: IAM > Root access management > the account > Delete root user credentials
(sts:AssumeRoot with the task policy IAMDeleteRootUserCredentials).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, World
from orgwarden.parts.root import ROOT_CREDENTIALS
from orgwarden.population import ACCOUNT

PRACTICES = ("O:mfa", "E:mfa", "E:root-best-practices")


@control(about=ACCOUNT, severity=Severity.CRITICAL, ticket=Ticket.OWNER, practices=PRACTICES)
def mfa_enabled(member: Member, world: World) -> Answer:
    credentials = world.of(ROOT_CREDENTIALS, member.subject.account)
    if credentials.are_gone:
        return NotApplicable("the root user has no credentials: there is nothing to sign in with")
    if credentials.has_mfa:
        return None
    if credentials.has_password is None:
        return Deviation("the root user has no MFA, and AWS does not say that it has no password")
    return Deviation("the root user has credentials and no MFA")
