"""The root user's password, MFA devices and phone lie apart, open to other people and by other tools, and leave traces.

Why: What lies in one safe is stolen at once, and a vault that holds a password and the seed of its one-time passwords
is one factor that looks like two. Where the same people get at everything, nothing stops them together or one who has
coerced them. Access that leaves no trace is found out by nobody.

Fix: Move one of the two things that the ticket names to another place and another tool, and let somebody else keep it;
have each access logged and the log watched; then correct custody and root.mfa_devices in the baseline.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.custody import DEVICES, PASSWORD_CUSTODY, PHONE_CUSTODY, Kept
from orgwarden.population import WHOLE_ORGANIZATION

PRACTICES = ("O:store-apart", "E:store-apart", "O:access-logged", "E:access-logged")
Things = Mapping[str, tuple[str, Kept]]


@control(about=WHOLE_ORGANIZATION, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=PRACTICES)
def custody_separated(member: Member, world: World) -> Answer:  # noqa: ARG001 - the register is the organization's
    wrong = tuple(_wrong(_things(world)))
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        return Deviation(f"{wrong[0]}{more}", {"wrong": wrong})
    world.of(PASSWORD_CUSTODY)
    world.of(PHONE_CUSTODY)
    if unsaid := [name for name, device in world.of(DEVICES).items() if device.kept is None]:
        raise Unseen(DEVICES, EVERYTHING, f"nobody said where {', '.join(unsaid)} is kept (root.mfa_devices, custody)")
    return None


def _things(world: World) -> Things:
    """Give what is kept as far as it is declared, by name, with its kind: two of a kind may lie together."""
    found: dict[str, tuple[str, Kept]] = {}
    for password in read_of(PASSWORD_CUSTODY, world).values():
        found["the password"] = ("password", password.kept)
    for phone in read_of(PHONE_CUSTODY, world).values():
        found["the phone"] = ("phone", phone.kept)
    for name, device in read_of(DEVICES, world).get(EVERYTHING, {}).items():
        if device.kept is not None:
            found[f"the MFA device {name}"] = ("device", device.kept)
    return found


def _wrong(things: Things) -> Iterator[str]:
    for (one, (kind, kept)), (other, (another, theirs)) in combinations(things.items(), 2):
        if kind == another:
            continue
        if _same(kept.place, theirs.place):
            yield f"{one} and {other} lie in one place, {kept.place.strip()}"
        if kept.tool and _same(kept.tool, theirs.tool):
            yield f"{one} and {other} are held by one tool, {kept.tool}"
        if set(kept.people) == set(theirs.people):
            yield f"{one} and {other} are kept by the same people ({', '.join(sorted(kept.people))})"
    yield from (f"nobody sees who gets at {name}" for name, (_, kept) in things.items() if not kept.is_logged)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
