"""Cost Explorer and the tag keys by which costs are allocated, as the payer is told of them."""

from dataclasses import dataclass

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class CostTag:
    """A tag key that costs may be allocated by; times are ISO 8601, empty where AWS tells none.

    ``is_ours``: a tag of the customer, not one that AWS sets. ``used`` is when the key was last seen on costs.
    """

    is_ours: bool
    is_active: bool
    updated: str
    used: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TagBackfill:
    """A request to fill in tag keys for months past: from which month on, and how far it is.

    ``status`` is SUCCEEDED, PROCESSING or FAILED; times are ISO 8601, empty where AWS tells none.
    """

    since: str
    requested: str
    completed: str
    status: str


# Under "*": whether Cost Explorer is switched on in the payer.
COST_EXPLORER: Part[bool] = Part("billing.cost_explorer", bool)
# By key, as it is spelled.
COST_TAGS: Part[CostTag] = Part("billing.cost_tags", CostTag)
# By when each was asked for.
TAG_BACKFILLS: Part[TagBackfill] = Part("billing.tag_backfills", TagBackfill)
