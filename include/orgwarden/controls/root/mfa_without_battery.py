"""The management account's root user has an MFA device that works without a battery.

Why: A device that lies in a safe for years is needed on the worst day. A battery fades without anybody noticing, and
recovery without the device takes AWS Support days.

Fix: Register a FIDO2 security key, or another device without a battery, as the management account's root user (Security
credentials > Multi-factor authentication (MFA) > Assign MFA device), keep it where no other credential lies, and
declare it under root.mfa_devices in the baseline. Of a token that has none, say so there (battery: none).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Pass, Severity, Unseen, World
from orgwarden.parts.custody import DEVICES
from orgwarden.population import MANAGEMENT_ACCOUNT


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.SUBJECT, practices=("O:mfa", "E:mfa"))
def mfa_without_battery(member: Member, world: World) -> Answer:  # noqa: ARG001 - the register is of one account
    devices = world.of(DEVICES)
    without = tuple(name for name, device in devices.items() if device.has_battery is False)
    if without:
        return Pass({"devices": without})
    if unsaid := [name for name, device in devices.items() if device.has_battery is None]:
        raise Unseen(DEVICES, EVERYTHING, f"nobody said whether {', '.join(unsaid)} has a battery (custody.battery)")
    told = {"devices": tuple(f"{name}: {device.kind.value}" for name, device in devices.items())}
    return Deviation("no registered MFA device works without a battery", told)
