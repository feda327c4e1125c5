"""The populations of the custody register."""

from collections.abc import Iterator

from orgwarden.approvable import read_of
from orgwarden.model import EVERYTHING, Member, Subject, Unseen, World
from orgwarden.parts.custody import DEVICES
from orgwarden.parts.root import ROOT_MFA, MfaKind
from orgwarden.population import Population

UNREGISTERED = "authenticator apps that are not registered"


def virtual_listed(world: World) -> int:
    """Give how many authenticator apps AWS lists for the management account's root user. Raises ``Unseen``."""
    return world.of(ROOT_MFA, world.management).devices.count(MfaKind.VIRTUAL)


def _devices(world: World) -> Iterator[Member | Unseen]:
    """Give each device that is registered, and what AWS lists beyond them: authenticator apps alone."""
    registered = read_of(DEVICES, world).get(EVERYTHING, {})
    account = world.management
    for name in registered:
        yield Member(subject=Subject(account=account, resource=name), accounts=(account,), keys=(name,))
    yield from world.missing(DEVICES)
    listed = read_of(ROOT_MFA, world).get(account)
    apps = sum(device.kind is MfaKind.VIRTUAL for device in registered.values())
    if listed is not None and DEVICES in world.parts and listed.devices.count(MfaKind.VIRTUAL) > apps:
        yield Member(subject=Subject(account=account, resource=UNREGISTERED), accounts=(account,))


DEVICE = Population("each MFA device of the management account's root user", _devices)
