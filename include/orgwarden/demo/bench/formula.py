"""How many calls a sweep must make, counted from the declaration and not from the collector's code."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from orgwarden.demo.organization import FULL_ACCESS
from orgwarden.demo.rates import PUBLISHED
from orgwarden.demo.seed import PolicySeed, Seed
from orgwarden.demo.services.activation import SAID_BY

PAGE, DEEPEST_UNIT = 20, 5
SLOTS = 3
CLOSED = ("CLOSED", "PENDING_CLOSURE")
TAG_POLICY = "TAG_POLICY"


def organizations(seed: Seed) -> dict[str, int]:
    """Count the calls of the sweep of AWS Organizations: nobody is asked for twice, and no closed account for tags."""
    asked = ["", *(path for path in seed.units if path.count("/") < DEEPEST_UNIT - 1)]
    children = Counter(path.rpartition("/")[0] for path in seed.units)
    return {
        "organizations:DescribeOrganization": 1,
        "organizations:ListRoots": 1,
        "organizations:ListAccounts": _pages(len(seed.accounts) + 1),
        "organizations:ListOrganizationalUnitsForParent": sum(max(1, _pages(children[path])) for path in asked),
        "organizations:ListTagsForResource": 1 + len(seed.units) + len(live(seed)),
    }


def contacts(seed: Seed) -> dict[str, int]:
    """Count the calls of the sweep of contacts: four for each account that is not closed."""
    asked = len(live(seed))
    return {"account:GetContactInformation": asked, "account:GetAlternateContact": SLOTS * asked}


def policies(seed: Seed) -> dict[str, int]:
    """Count the calls of the sweep of policies: each is asked for its targets, and no target for its policies.

    AWS's own are listed and asked for nothing. What tag policies come to is asked once for each unit, and the root,
    with accounts that have no tag policy of their own, and for each account that has one.
    """
    customers = policies_of(seed)
    kinds = Counter([*(one.type for one in customers), *(kind for kind in FULL_ACCESS if kind in seed.policy_types)])
    return {
        "organizations:ListRoots": 1,
        "organizations:ListPolicies": sum(max(1, _pages(kinds[kind])) for kind in seed.policy_types),
        "organizations:ListTargetsForPolicy": sum(max(1, _pages(len(one.attach))) for one in customers),
        "organizations:DescribePolicy": len(customers),
        "organizations:ListTagsForResource": len(customers),
        "organizations:DescribeResourcePolicy": 1,
        "organizations:DescribeEffectivePolicy": len(asked_in_force(seed)),
    }


def delegation(seed: Seed) -> dict[str, int]:
    """Count the calls of the sweep of delegation.

    Each administrator is asked for, and the collecting account once more, which has to know what it may ask itself.
    Each trusted service that has a word on it is asked whether it works, and the first Region's yes is enough.
    """
    administered = [_pages(len(services)) for services in seed.delegated_administrators.values()]
    asked = Counter(":".join(SAID_BY[one][:2]) for one in seed.trusted_access if one in SAID_BY)
    return {
        **asked,
        "organizations:ListAWSServiceAccessForOrganization": _pages(len(seed.trusted_access)),
        "organizations:ListDelegatedAdministrators": _pages(len(administered)),
        "organizations:ListDelegatedServicesForAccount": 1 + sum(administered),
        "organizations:ListHandshakesForOrganization": 1,
        "organizations:ListInboundResponsibilityTransfers": 1,
        "organizations:ListOutboundResponsibilityTransfers": 1,
    }


def policies_of(seed: Seed) -> list[PolicySeed]:
    """Give the customer's policies, those that calls make among them; ``attach`` has ids of accounts, too."""
    attached: dict[str, list[str]] = defaultdict(list)
    for told in _told(seed, "AttachPolicy"):
        attached[told["PolicyId"].strip("${}")].append(told["TargetId"])
    made = (
        PolicySeed(name=one["Name"], type=one["Type"], attach=attached[one["Name"]], content=one["Content"]["json"])
        for one in _told(seed, "CreatePolicy")
    )
    return [*seed.policies, *made]


def asked_in_force(seed: Seed) -> dict[str, str]:
    """Give the paths of the units (empty: the root), and the ids of the accounts, whose tag policies are asked for.

    For each stands an account that answers for it.
    """
    attached = {target for one in policies_of(seed) if one.type == TAG_POLICY for target in one.attach}
    members = [one for one in (seed.management, *seed.accounts) if one.state not in CLOSED]
    own = {one.id: one.id for one in members if one.id in attached}
    return {**{one.unit: one.id for one in members if one.id not in own}, **own}


def live(seed: Seed) -> list[str]:
    """Give the ids of the accounts that are asked about, the management account among them."""
    return sorted(one.id for one in (seed.management, *seed.accounts) if one.state not in CLOSED)


def seconds(calls: Mapping[str, int], times: float) -> float:
    """Give the time that the calls need at ``times`` AWS's published rates: that of the API that is asked longest."""
    published = {f"{service}:{operation}": rate for (service, operation), (rate, _) in PUBLISHED.items()}
    return max(count / (published[name] * times) for name, count in calls.items() if name in published)


def _told(seed: Seed, operation: str) -> Iterator[dict[str, Any]]:
    yield from (one.parameters for one in seed.setup if one.operation == operation)


def _pages(items: int) -> int:
    return -(-items // PAGE)
