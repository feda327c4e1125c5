"""Where accounts and units stand in the tree, and which guardrails reach them.

All of it is made once for a world: an organization has thousands of accounts and units, and each control asks of each.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from orgwarden.approvable import read_of
from orgwarden.aws.scps import is_beyond_full_access
from orgwarden.model import EVERYTHING, Unseen, World
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, UNITS
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS, Policy
from orgwarden.population import live_accounts, unread
from orgwarden.population.reading import insist

ROOT = "r-"
SCP = "SERVICE_CONTROL_POLICY"
UNREADABLE = "its content cannot be read as a policy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarded:
    """The ids to which a guardrail is attached, and those where one may be, with what could not be read of it.

    ``anywhere`` is what keeps it open for every id: policies that were not listed, or whose targets were not.
    """

    ids: frozenset[str]
    perhaps: Mapping[str, Unseen]
    anywhere: Unseen | None

    def reach(self, places: tuple[str, ...]) -> bool:
        """Say whether one of the places has a guardrail; raise ``Unseen`` where none was seen and one may be."""
        if not self.ids.isdisjoint(places):
            return True
        insist((*(self.perhaps.get(place) for place in places), self.anywhere))
        return False


def accounts_in(world: World) -> Mapping[str, tuple[str, ...]]:
    """Give the live accounts that were seen directly in each unit, by its id, and under ``""`` those in the root."""
    placed, found = read_of(PLACEMENTS, world), defaultdict(list)
    for account, row in read_of(ACCOUNTS, world).items():
        if account in placed and not row.state.is_closed:
            path = placed[account]
            found[path[-1] if path else ""].append(account)
    return {place: tuple(sorted(accounts)) for place, accounts in found.items()}


def unplaced(world: World) -> tuple[Unseen, ...]:
    """Give the live accounts of which nobody knows where they stand, and what of the accounts was not listed."""
    live = set(live_accounts(world))
    closed = world.seen(ACCOUNTS).keys() - live
    return tuple(unseen for unseen in unread(world, PLACEMENTS, live) if unseen.key not in closed)


def upward(unit: str, world: World) -> tuple[str, ...]:
    """Give a unit, the units above it, and the root; raise ``Unseen`` where the root is not known."""
    parents, steps = world.derived(_parents), [unit]
    while parent := parents.get(steps[-1], ""):
        steps.append(parent)
    return tuple(steps) if steps[-1].startswith(ROOT) else (*steps, root_of(world))


def root_of(world: World) -> str:
    """Give the id of the organization's root, or raise ``Unseen``."""
    if not (root := world.of(ORGANIZATION).root):
        raise Unseen(ORGANIZATION, EVERYTHING, "its root was not answered")
    return root


def _parents(world: World) -> Mapping[str, str]:
    """Give what each unit stands in, as the units say, else as the accounts' paths do."""
    paths = read_of(PLACEMENTS, world).values()
    told = {lower: upper for path in paths for upper, lower in pairwise(path)}
    return {**told, **{unit: row.parent for unit, row in read_of(UNITS, world).items() if row.parent}}


def guardrails(world: World) -> Guarded:
    """Give where customer policies of any type are attached; a service control policy counts if it restricts."""
    return _guarded(world, dict(world.seen(POLICIES)), tuple(world.missing(POLICIES)))


def service_control(world: World) -> Guarded:
    """Give where customer service control policies that restrict anything are attached."""
    policies = {id_: policy for id_, policy in world.seen(POLICIES).items() if policy.type == SCP}
    return _guarded(world, policies, unlisted_scps(world))


def unlisted_scps(world: World) -> tuple[Unseen, ...]:
    """Give what of the policies could not be listed and may be a service control policy."""
    lost = world.missing(POLICIES)
    return tuple(unseen for unseen in lost if unseen.key in {SCP, EVERYTHING} or unseen.key.startswith("p-"))


def _guarded(world: World, policies: Mapping[str, Policy], lost: tuple[Unseen, ...]) -> Guarded:
    ids: set[str] = set()
    perhaps: dict[str, Unseen] = {}
    anywhere = list(lost)
    for policy, doubt in _restricting(world, policies):
        try:
            targets = world.of(POLICY_TARGETS, policy)
        except Unseen as unseen:
            anywhere.append(unseen)
            continue
        if doubt:
            perhaps.update(dict.fromkeys(targets, doubt))
        else:
            ids.update(targets)
    return Guarded(ids=frozenset(ids), perhaps=perhaps, anywhere=anywhere[0] if anywhere else None)


def _restricting(world: World, policies: Mapping[str, Policy]) -> Iterator[tuple[str, Unseen | None]]:
    """Give the customer policies that restrict anything, and those of which nobody can tell, with the reason."""
    for id_, policy in policies.items():
        if policy.aws_managed:
            continue
        try:
            if policy.type != SCP or _restricts(id_, world):
                yield id_, None
        except Unseen as unseen:
            yield id_, unseen


def _restricts(policy: str, world: World) -> bool:
    try:
        return is_beyond_full_access(world.of(POLICY_BODIES, policy))
    except ValueError:
        raise Unseen(POLICY_BODIES, policy, UNREADABLE) from None
