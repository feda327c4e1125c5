"""Each MFA device of the management account's root user is sound, tried, at hand, and used for nothing else.

Why: A token whose battery has faded, or that nobody has tried for years, is no second factor but a lock on the door.
One that also opens other things is carried about and lost, and what nobody can reach at night does not help at night.

Fix: Try the device by a root sign-in drill and write down the day; replace one whose battery ends within 90 days or
that serves other accounts, too; write down how somebody gets at it at any hour. Keep all of it in the register
(root.mfa_devices, custody). Where AWS lists another number of authenticator apps than the register, register the one
that is missing, or remove it as the root user (Security credentials > Multi-factor authentication (MFA)).
"""

from collections.abc import Iterator
from datetime import timedelta

from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.custody import DEVICES, Device
from orgwarden.parts.root import MfaKind
from orgwarden.population.custody import DEVICE, UNREGISTERED, virtual_listed

NEAR = timedelta(days=90)
TRIED_WITHIN = timedelta(days=365)


@control(about=DEVICE, severity=Severity.MEDIUM, ticket=Ticket.SUBJECT, practices=("O:mfa", "E:mfa"))
def mfa_devices_in_date(member: Member, world: World) -> Answer:
    name = member.subject.resource
    if name == UNREGISTERED and not member.keys:
        return Deviation("AWS lists more authenticator apps than are registered", {"listed": virtual_listed(world)})
    device = world.of(DEVICES)[name]
    wrong = tuple(_wrong(device, world))
    if wrong:
        return Deviation(wrong[0], {"wrong": wrong})
    if unsaid := list(_unsaid(device)):
        raise Unseen(DEVICES, EVERYTHING, f"nobody said of {name} {', '.join(unsaid)} (root.mfa_devices, custody)")
    if device.kind is MfaKind.VIRTUAL:
        listed, registered = virtual_listed(world), _registered(world)
        if listed < registered:
            told = {"listed": listed, "registered": registered}
            return Deviation("AWS lists fewer authenticator apps than are registered", told)
    return None


def _wrong(device: Device, world: World) -> Iterator[str]:
    if device.battery_until is not None and device.battery_until < world.today:
        yield f"its battery was to be replaced by {device.battery_until}"
    elif device.battery_until is not None and device.battery_until - NEAR <= world.today:
        yield f"its battery is to be replaced by {device.battery_until}"
    if device.tested is not None and device.tested < world.today - TRIED_WITHIN:
        yield f"it was last tried on {device.tested}, more than a year ago"
    if device.is_only_here is False:
        yield "it is used for other things, too"


def _unsaid(device: Device) -> Iterator[str]:
    """Give what the register has to say of a device and does not."""
    if device.kept is None:
        yield "where it is kept (place, people)"
    if device.has_battery is None:
        yield "whether it has a battery (battery)"
    elif device.has_battery and device.battery_until is None and device.kind is not MfaKind.VIRTUAL:
        yield "when its battery is to be replaced (battery)"
    if device.tested is None:
        yield "when it was tried (tested)"
    if device.is_only_here is None:
        yield "whether it is used for nothing else (only_here)"
    if not device.round_the_clock:
        yield "how somebody gets at it at any hour (round_the_clock)"


def _registered(world: World) -> int:
    return sum(device.kind is MfaKind.VIRTUAL for device in world.of(DEVICES).values())
