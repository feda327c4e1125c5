"""Compares the spellings of a tag key: exports flatten it into the name of a column, and people write it in two cases.

Cost and Usage Reports User Guide, "Column names in Parquet": underscores before capitals, lower case, any other
character an underscore, none of them twice.
"""

import re
from collections.abc import Collection

CAPITAL = re.compile(r"(?=[A-Z])")
OTHER = re.compile(r"[^a-z0-9]+")


def flattened(key: str) -> str:
    """Give a key as the name of a column has it: ``CostCenter`` and ``cost-center`` are ``cost_center``."""
    return OTHER.sub("_", CAPITAL.sub("_", key).lower()).strip("_")


def spelled(key: str, known: Collection[str]) -> str:
    """Give the key among those known that is meant: itself, or for a flattened one the only one that it may be."""
    if key in known or flattened(key) != key:
        return key if key in known else ""
    meant = alike(key, known)
    return meant[0] if len(meant) == 1 else ""


def alike(key: str, known: Collection[str]) -> tuple[str, ...]:
    """Give the keys that differ from one in its spelling alone."""
    return tuple(sorted(one for one in known if one != key and flattened(one) == flattened(key)))
