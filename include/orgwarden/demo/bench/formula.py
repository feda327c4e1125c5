"""How many calls a sweep must make, counted from the declaration and not from the collector's code."""

from collections import Counter
from collections.abc import Mapping

from orgwarden.demo.rates import PUBLISHED
from orgwarden.demo.seed import Seed

PAGE, DEEPEST_UNIT = 20, 5
SLOTS = 3
CLOSED = ("CLOSED", "PENDING_CLOSURE")


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


def live(seed: Seed) -> list[str]:
    """Give the ids of the accounts that are asked about, the management account among them."""
    return sorted(one.id for one in (seed.management, *seed.accounts) if one.state not in CLOSED)


def seconds(calls: Mapping[str, int], times: float) -> float:
    """Give the time that the calls need at ``times`` AWS's published rates: that of the API that is asked longest."""
    published = {f"{service}:{operation}": rate for (service, operation), (rate, _) in PUBLISHED.items()}
    return max(count / (published[name] * times) for name, count in calls.items() if name in published)


def _pages(items: int) -> int:
    return -(-items // PAGE)
