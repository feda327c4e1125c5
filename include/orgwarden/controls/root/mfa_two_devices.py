"""The management account's root user has two MFA devices.

Why: One device that is lost, broken or locked away keeps everybody out of the account above all others, and recovery by
AWS Support takes days.

Fix: Sign in as the management account's root user, open Security credentials > Multi-factor authentication (MFA) >
Assign MFA device, register a second one and keep it in another place. AWS lists only authenticator apps to anybody but
the root user itself, so declare all devices under root.mfa_devices in the baseline.
"""

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, NotApplicable, Pass, Severity, World
from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind
from orgwarden.population import MANAGEMENT_ACCOUNT

FEWEST = 2


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.SUBJECT, practices=("E:mfa",))
def mfa_two_devices(member: Member, world: World) -> Answer:
    account = member.subject.account
    if not world.of(ROOT_CREDENTIALS, account).has_mfa:
        return NotApplicable("the root user has no MFA; root.mfa_enabled judges that")
    listed = world.of(ROOT_MFA, account)
    devices = listed.devices if listed.is_whole else _known(listed.devices, world)
    evidence = {"devices": tuple(kind.value for kind in devices)}
    if len(devices) >= FEWEST:
        return Pass(evidence)
    if not listed.is_whole:
        world.of(MFA_REGISTER)
    return Deviation("the root user has fewer than two MFA devices", evidence)


def _known(listed: tuple[MfaKind, ...], world: World) -> tuple[MfaKind, ...]:
    """Give what AWS lists, which is each authenticator app, and what else is declared."""
    declared = read_of(MFA_REGISTER, world).get(EVERYTHING, ())
    return (*listed, *(kind for kind in declared if kind is not MfaKind.VIRTUAL))
