"""Policies of AWS Organizations, what they are attached to, and what is in force where."""

from collections.abc import Mapping
from dataclasses import dataclass

from orgwarden.model import Part

TAG_POLICY = "TAG_POLICY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One policy of AWS Organizations, of the customer or of AWS itself; ``type`` as AWS spells it."""

    name: str
    type: str
    aws_managed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectivePolicy:
    """What is in force at an account, asked for ``account``; ``content`` is JSON text, None: nothing is in force."""

    account: str
    content: str | None


# The policy types that are enabled at the root, under "*".
POLICY_TYPES: Part[tuple[str, ...]] = Part("organizations.policy_types", tuple[str, ...])
# The parts of a policy, by its id. A gap under the name of a policy type: not all policies of that type were listed.
POLICIES: Part[Policy] = Part("organizations.policies", Policy)
# JSON text, of customer policies alone.
POLICY_BODIES: Part[str] = Part("organizations.policy_bodies", str)
# The ids of the accounts, units and root that it is attached to.
POLICY_TARGETS: Part[tuple[str, ...]] = Part("organizations.policy_targets", tuple[str, ...])
# Of customer policies; values masked.
POLICY_TAGS: Part[Mapping[str, str]] = Part("organizations.policy_tags", dict[str, str])
# JSON text under "*"; None: there is none.
RESOURCE_POLICY: Part[str | None] = Part("organizations.resource_policy", str | None)
# By id of a unit or the root that has live accounts, and of each live account to which a tag policy is attached.
EFFECTIVE_TAG_POLICIES: Part[EffectivePolicy] = Part("organizations.effective_tag_policies", EffectivePolicy)
