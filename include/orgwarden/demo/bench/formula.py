"""How many calls a sweep must make, counted from the declaration and not from the collector's code."""

from collections import Counter
from collections.abc import Iterator, Mapping

from orgwarden.demo.organization import FULL_ACCESS
from orgwarden.demo.rates import PUBLISHED
from orgwarden.demo.seed import Seed

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
    kinds = Counter([*_policies(seed).values(), *(kind for kind in FULL_ACCESS if kind in seed.policy_types)])
    targets = Counter(_attached(seed))
    customers = len(_policies(seed))
    return {
        "organizations:ListRoots": 1,
        "organizations:ListPolicies": sum(max(1, _pages(kinds[kind])) for kind in seed.policy_types),
        "organizations:ListTargetsForPolicy": sum(max(1, _pages(targets[name])) for name in _policies(seed)),
        "organizations:DescribePolicy": customers,
        "organizations:ListTagsForResource": customers,
        "organizations:DescribeResourcePolicy": 1,
        "organizations:DescribeEffectivePolicy": _in_force(seed),
    }


def delegation(seed: Seed) -> dict[str, int]:
    """Count the calls of the sweep of delegation to AWS Organizations; what services say themselves is theirs to count.

    Each administrator is asked for, and the collecting account once more, which has to know what it may ask itself.
    """
    administered = [_pages(len(services)) for services in seed.delegated_administrators.values()]
    return {
        "organizations:ListAWSServiceAccessForOrganization": _pages(len(seed.trusted_access)),
        "organizations:ListDelegatedAdministrators": _pages(len(administered)),
        "organizations:ListDelegatedServicesForAccount": 1 + sum(administered),
        "organizations:ListHandshakesForOrganization": 1,
        "organizations:ListInboundResponsibilityTransfers": 1,
        "organizations:ListOutboundResponsibilityTransfers": 1,
    }


def live(seed: Seed) -> list[str]:
    """Give the ids of the accounts that are asked about, the management account among them."""
    return sorted(one.id for one in (seed.management, *seed.accounts) if one.state not in CLOSED)


def seconds(calls: Mapping[str, int], times: float) -> float:
    """Give the time that the calls need at ``times`` AWS's published rates: that of the API that is asked longest."""
    published = {f"{service}:{operation}": rate for (service, operation), (rate, _) in PUBLISHED.items()}
    return max(count / (published[name] * times) for name, count in calls.items() if name in published)


def _policies(seed: Seed) -> dict[str, str]:
    """Give the types of the customer's policies by their names, which are one policy's alone here."""
    made = (one.parameters for one in seed.setup if one.operation == "CreatePolicy")
    return {**{one.name: one.type for one in seed.policies}, **{one["Name"]: one["Type"] for one in made}}


def _attached(seed: Seed) -> Iterator[str]:
    """Give the name of a policy for each of its targets; calls name it as what they kept of it, by its own name."""
    yield from (one.name for one in seed.policies for _ in one.attach)
    yield from (policy for policy, _ in _attached_by_calls(seed))


def _attached_by_calls(seed: Seed) -> Iterator[tuple[str, str]]:
    calls = (one.parameters for one in seed.setup if one.operation == "AttachPolicy")
    yield from ((told["PolicyId"].strip("${}"), told["TargetId"]) for told in calls)


def _in_force(seed: Seed) -> int:
    kinds, known = _policies(seed), set(live(seed))
    own = {target for policy, target in _attached_by_calls(seed) if kinds[policy] == TAG_POLICY} & known
    members = (one for one in (seed.management, *seed.accounts) if one.id in known - own)
    return len({one.unit for one in members}) + len(own)


def _pages(items: int) -> int:
    return -(-items // PAGE)
