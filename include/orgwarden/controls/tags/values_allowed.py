"""Each tag has a value that it may have, and its key is spelled as it should be.

Why: "prod", "Prod" and "production" are three stages to every report, budget and rule that goes by the tag. A tag
policy reports such values in resources, and prevents them only where it is enforced.

Fix: Correct the tags that the ticket lists: AWS Organizations > AWS accounts > the account or unit (or Policies > the
policy) > Tags > Manage tags, or organizations:TagResource with its id; a key in the wrong case is taken off
(organizations:UntagResource) and set anew. If the value is right, add it under tags.values in the baseline, or to the
tag policy (AWS Organizations > Policies > Tag policies).
"""

from collections.abc import Mapping

from orgwarden.aws.tag_policies import allows
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.declared import TAG_RULES
from orgwarden.parts.organization import PLACEMENTS
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES
from orgwarden.population.governance import VALUED, TagPolicy, tag_policies, tag_policies_are_off, tags_of
from orgwarden.population.reading import deviation_of, require
from orgwarden.population.tree import root_of


@control(about=VALUED, severity=Severity.LOW, ticket=Ticket.OWNER, practices=("E:tagging",))
def values_allowed(member: Member, world: World) -> Answer:
    account, tags = member.subject.account, tags_of(member, world)
    found = deviation_of(lambda: _undeclared(tags, world), lambda: _against_policy(account, tags, world))
    if found or world.of(TAG_RULES).values or _policy(account, world):
        return found
    return NotApplicable("no values are declared, and no tag policy is in force")


def _undeclared(tags: Mapping[str, str], world: World) -> Deviation | None:
    declared = world.of(TAG_RULES).values
    spelled = {key.casefold(): key for key in declared}
    outside = tuple(f"{key}={value}" for key, value in tags.items() if key in declared and value not in declared[key])
    miscased = tuple(key for key in tags if key not in declared and key.casefold() in spelled)
    return _told("outside of the declared values", outside, miscased)


def _against_policy(account: str, tags: Mapping[str, str], world: World) -> Deviation | None:
    policy = _policy(account, world)
    named = [(key, value, policy[key.lower()]) for key, value in tags.items() if key.lower() in policy]
    miscased = tuple(key for key, _, tag_key in named if key != tag_key.key)
    judged = ((key, value, tag_key) for key, value, tag_key in named if key == tag_key.key and tag_key.values)
    outside = tuple(f"{key}={value}" for key, value, tag_key in judged if not allows(tag_key, value))
    return _told("outside of the tag policy", outside, miscased)


def _told(what: str, outside: tuple[str, ...], miscased: tuple[str, ...]) -> Deviation | None:
    told = {"outside": outside, "other_case": miscased}
    reasons = {"outside": f"values are {what}", "other_case": "keys are spelled in another case"}
    found = {key: values for key, values in told.items() if values}
    evidence: Evidence = found
    return Deviation("; ".join(reasons[key] for key in found), evidence) if found else None


def _policy(account: str, world: World) -> TagPolicy:
    """Give the tag policy in force at an account: its own where one is attached to it, else that of its parent."""
    if not account or tag_policies_are_off(world):
        return {}
    place = account if account in world.seen(EFFECTIVE_TAG_POLICIES) else _parent(account, world)
    world.of(EFFECTIVE_TAG_POLICIES, place)
    policy = world.derived(tag_policies)[place]
    if isinstance(policy, Unseen):
        raise policy.with_traceback(None)
    return policy


def _parent(account: str, world: World) -> str:
    require(EFFECTIVE_TAG_POLICIES, account, world)
    path = world.of(PLACEMENTS, account)
    return path[-1] if path else root_of(world)
