"""Each tag that costs are told apart by is a cost allocation tag, and stands on the bill.

Why: A tag on a resource says nothing about money until its key is activated in the account that pays, and never about
the time before. A key that was not activated, was switched off or is spelled otherwise leaves all its costs untagged,
and nobody notices until the report is due.

Fix: In the management account, Billing and Cost Management > Cost allocation tags: select the key > Activate
(ce:UpdateCostAllocationTagsStatus). It takes up to a day; the months before can be filled in with Backfill tags
(ce:StartCostAllocationTagBackfill). If the key is spelled otherwise there, correct the tags or billing.cost_keys in the
baseline. An active key that no line of the bill has stands on no resource that costs anything.
"""

from orgwarden.approvable import read_of
from orgwarden.aws.tag_keys import alike, spelled
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, Unseen, World
from orgwarden.parts.bill_spend import BILLED_KEYS
from orgwarden.parts.cost_explorer import COST_TAGS
from orgwarden.population.reading import deviation_of
from orgwarden.population.spend import DECLARED_COST_KEY


@control(about=DECLARED_COST_KEY, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:tagging",))
def cost_allocation_active(member: Member, world: World) -> Answer:
    key = member.subject.resource
    return deviation_of(lambda: _inactive(key, world), lambda: _not_billed(key, world))


def _inactive(key: str, world: World) -> Deviation | None:
    """Go by what AWS lists; where that was not read, values on the bill say that the key is active."""
    try:
        listed = world.seen(COST_TAGS)
        name = spelled(key, listed)
        if not name:
            world.whole(COST_TAGS)
    except Unseen:
        if _is_billed(key, world):
            return None
        raise
    if not name:
        return Deviation("AWS knows no such tag key", _spelled(key, world))
    return None if listed[name].is_active else Deviation("the key is not activated as a cost allocation tag")


def _not_billed(key: str, world: World) -> Deviation | None:
    row = world.of(BILLED_KEYS, key)
    if row.tagged:
        return None
    evidence: Evidence = {"period": row.period, "lines": row.lines, **_spelled(key, world)}
    return Deviation("no line of the bill has a value of the key", evidence)


def _spelled(key: str, world: World) -> dict[str, tuple[str, ...]]:
    """Give the keys that AWS knows in another spelling, as far as they were read."""
    others = alike(key, read_of(COST_TAGS, world))
    return {"spelled": others} if others else {}


def _is_billed(key: str, world: World) -> bool:
    try:
        return world.of(BILLED_KEYS, key).tagged > 0
    except Unseen:
        return False
