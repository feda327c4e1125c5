"""The management account's root user has an MFA device that is more than an authenticator app.

Why: An authenticator app is a secret on a phone: it moves to the next phone by a backup, and dies with the phone or its
battery. A security key or a hardware token lies in a safe and is there on the day when it is needed.

Fix: Sign in as the management account's root user, open Security credentials > Multi-factor authentication (MFA) >
Assign MFA device, and register a security key (FIDO2) or a hardware token. AWS lists only authenticator apps to anybody
but the root user itself: if there is another device already, declare it under root.mfa_devices in the baseline.
"""

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind
from orgwarden.population import MANAGEMENT_ACCOUNT


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.SUBJECT, practices=("O:mfa",))
def mfa_not_only_virtual(member: Member, world: World) -> Answer:
    account = member.subject.account
    if not world.of(ROOT_CREDENTIALS, account).has_mfa:
        return NotApplicable("the root user has no MFA; root.mfa_enabled judges that")
    listed = world.of(ROOT_MFA, account)
    if listed.is_whole and not listed.devices:
        raise Unseen(ROOT_MFA, account, "AWS says that MFA is on and lists no device: read it again")
    others = tuple(kind.value for kind in listed.devices if kind is not MfaKind.VIRTUAL)
    if others or MfaKind.VIRTUAL not in listed.devices:
        return Pass({"devices": others or ("MFA is on, and AWS lists no authenticator app",)})
    if listed.is_whole:
        return Deviation("the root user has authenticator apps alone", {"devices": _told(listed.devices)})
    declared = read_of(MFA_REGISTER, world).get(EVERYTHING, ())
    if set(declared) - {MfaKind.VIRTUAL}:
        return Pass({"devices": _told(declared), "told_by": "root.mfa_devices"})
    return Deviation(
        "AWS shows virtual authenticators alone, and no other device is declared (root.mfa_devices)",
        {"devices": _told(listed.devices)},
    )


def _told(kinds: tuple[MfaKind, ...]) -> tuple[str, ...]:
    return tuple(kind.value for kind in kinds)
