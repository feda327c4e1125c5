"""What single keys and parts are read again with: the callers, and what a whole reading is told by its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import Aws
from orgwarden.privacy import Veil


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """The callers and settings of one reading.

    ``documents`` are the links of runbooks, by the keys of their rows.
    ``audit``, ``control_tower``, ``asks_cost_explorer`` and ``registered`` as the sweeps take them.
    ``today`` is the day of the reading: an account whose state is another one has been in it since then.
    """

    aws: Aws
    dns: Dns
    veil: Veil
    today: date
    audit: str = ""
    control_tower: bool = False
    asks_cost_explorer: bool = False
    registered: frozenset[str] = frozenset()
    links: Links = field(default_factory=Links)
    documents: Mapping[str, str] = field(default_factory=dict)
