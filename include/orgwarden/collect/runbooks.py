"""The sweep of runbooks: do the links that the baseline names still lead to something."""

from collections.abc import Mapping

from orgwarden.collect.actions import Action
from orgwarden.collect.batches import read_in_batches, row_or_gap
from orgwarden.collect.links import Links
from orgwarden.model import Part
from orgwarden.parts.runbooks import RUNBOOK_LINKS, LinkState
from orgwarden.snapshot import Page, Staging

NAME = "runbooks"
PARTS: tuple[Part[LinkState], ...] = (RUNBOOK_LINKS,)
ACTIONS: tuple[Action, ...] = ()


def sweep(staging: Staging, *, links: Links, asked: Mapping[str, str]) -> dict[str, int]:
    """Ask each link (by the key under which its answer is kept); give the number of links."""
    read_in_batches(staging, NAME, sorted(asked), lambda key: read_link(key, asked[key], links))
    staging.finish(NAME, PARTS)
    return {"links": len(asked)}


def read_link(key: str, link: str, links: Links) -> Page:
    """Ask one link; what does not answer is a gap."""
    return row_or_gap(RUNBOOK_LINKS, key, lambda: links.led_to(link))
