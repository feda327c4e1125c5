"""A tag policy is in force in the whole organization, and enforces the keys that must be there.

Why: Tags that are merely agreed upon wither. A tag policy refuses wrong values where it is enforced; without one, or
without enforcement, every team finds out at the end of the month that its costs cannot be told apart.

Fix: In AWS Organizations > Policies > Tag policies (enable the type first, where it is off:
organizations:EnablePolicyType) write a policy with the keys that the ticket lists, choose for each the resource types
on which it is enforced (enforced_for), and attach it to the root or the units that the ticket lists
(organizations:AttachPolicy). Look at its report of resources that do not comply before it is enforced. Which keys must
be enforced stands under tags.enforced in the baseline.
"""

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.declared import REQUIRED_TAGS, TAG_RULES
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES
from orgwarden.population import WHOLE_ORGANIZATION
from orgwarden.population.governance import TagPolicy, tag_policies, tag_policies_are_off
from orgwarden.population.reading import deviation_of, insist
from orgwarden.population.tree import ROOT, accounts_in, unplaced


@control(about=WHOLE_ORGANIZATION, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:tagging",))
def policy_enforced(_: Member, world: World) -> Answer:
    if tag_policies_are_off(world):
        return Deviation("tag policies are not enabled in the organization")
    return deviation_of(lambda: _absent(world), lambda: _not_enforced(world))


def _absent(world: World) -> Deviation | None:
    rows = world.seen(EFFECTIVE_TAG_POLICIES)
    without = sorted(place for place, row in rows.items() if row.content is None)
    if units := tuple(place for place in without if not _is_management_alone(place, world)):
        return Deviation("no tag policy is in force in parts of the organization", {"units": units})
    world.whole(EFFECTIVE_TAG_POLICIES)
    if len(without) == len(rows):
        return Deviation("no tag policy is in force in the organization")
    insist(world.derived(unplaced) if without else ())
    return None


def _is_management_alone(place: str, world: World) -> bool:
    """Say whether nobody but the management account, which holds no workloads, is known to stand there."""
    return place.startswith(ROOT) and set(world.derived(accounts_in).get("", ())) <= {world.management}


def _not_enforced(world: World) -> Deviation | None:
    wanted, rows = _wanted(world), world.seen(EFFECTIVE_TAG_POLICIES)
    there = {place: policy for place, policy in world.derived(tag_policies).items() if rows[place].content is not None}
    unseen = [policy for policy in there.values() if isinstance(policy, Unseen)]
    lacking = {place: wanted - _enforced(policy) for place, policy in there.items() if not isinstance(policy, Unseen)}
    units = tuple(sorted(place for place, missing in lacking.items() if missing))
    if units:
        missing = tuple(sorted(set().union(*lacking.values())))
        return Deviation(f"the tag policy does not enforce: {', '.join(missing)}", {"missing": missing, "units": units})
    insist(unseen)
    return None


def _wanted(world: World) -> set[str]:
    """Give the keys that must be enforced: those declared, else those required on accounts; none: nobody said."""
    enforced = world.of(TAG_RULES).enforced
    if enforced is not None:
        return set(enforced)
    return set(read_of(REQUIRED_TAGS, world).get(EVERYTHING, {}).get("account", ()))


def _enforced(policy: TagPolicy) -> set[str]:
    return {tag_key.key for tag_key in policy.values() if tag_key.enforced_for}
