"""The management account's root user has a phishing-resistant MFA device.

Why: A one-time password can be read off a false page and typed into the true one. A FIDO2 security key or passkey
answers to AWS's own page alone.

Fix: Sign in as the management account's root user, open Security credentials > Multi-factor authentication (MFA) >
Assign MFA device, and register a security key or passkey (FIDO2). AWS lists such keys to the root user alone, so
declare it under root.mfa_devices in the baseline, too.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Pass, Severity, World
from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind
from orgwarden.population import MANAGEMENT_ACCOUNT


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.LOW, ticket=Ticket.SUBJECT, practices=("E:mfa",))
def mfa_phishing_resistant(member: Member, world: World) -> Answer:
    account = member.subject.account
    if not world.of(ROOT_CREDENTIALS, account).has_mfa:
        return NotApplicable("the root user has no MFA; root.mfa_enabled judges that")
    listed = world.of(ROOT_MFA, account)
    if not listed.is_whole and MfaKind.FIDO not in listed.devices:
        return _judged(world.of(MFA_REGISTER), "root.mfa_devices")
    return _judged(listed.devices, "AWS")


def _judged(devices: tuple[MfaKind, ...], told_by: str) -> Answer:
    evidence: Evidence = {"devices": tuple(kind.value for kind in devices), "told_by": told_by}
    if MfaKind.FIDO in devices:
        return Pass(evidence)
    return Deviation("the root user has no FIDO2 security key or passkey", evidence)
