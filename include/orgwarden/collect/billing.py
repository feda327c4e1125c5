"""The sweep of billing: where the bill is delivered, whether Cost Explorer is on, and which tag keys costs have."""

from datetime import date

from orgwarden.collect import cost_tags, data_exports
from orgwarden.collect.actions import Action
from orgwarden.collect.sessions import Aws
from orgwarden.model import EVERYTHING
from orgwarden.parts.cost_explorer import COST_TAGS
from orgwarden.parts.exports import EXPORTS
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.snapshot import Staging, merged

NAME = "billing"
PARTS = (EXPORTS, *cost_tags.PARTS)
ACTIONS: tuple[Action, ...] = (*data_exports.ACTIONS, *cost_tags.ACTIONS)


def sweep(staging: Staging, *, aws: Aws, asks_cost_explorer: bool, today: date | None = None) -> dict[str, int]:
    """Read what the payer declared of its bill; give the numbers of exports and tag keys.

    ``today`` is the day of the reading, that on which the staging was opened unless it is given.
    """
    management: str = merged(staging.all_pages())[0][ORGANIZATION][EVERYTHING].management_account
    if not staging.pages("exports"):
        staging.put("exports", 1, data_exports.read_exports(aws, management))
    if not staging.pages("cost-explorer"):
        day = today or staging.opened().at.date()
        page = cost_tags.read_cost_explorer(aws, management, day, is_allowed=asks_cost_explorer)
        staging.put("cost-explorer", 1, page)
    staging.finish(NAME, PARTS)
    rows, _ = merged(staging.all_pages())
    return {"exports": len(rows.get(EXPORTS, {})), "cost_tags": len(rows.get(COST_TAGS, {}))}
