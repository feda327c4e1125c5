"""No organizational unit holds production accounts beside others.

Why: A unit's guardrails apply to every account in it. Beside production, experiments are either too restrained to be
of use, or production too little to be safe; and whoever may work on the one may soon work on the other.

Fix: Make a unit for each (AWS Organizations > AWS accounts > Actions > Create new) and move the accounts that the
ticket lists as other (organizations:MoveAccount), after a look at the policies there. If a stage is wrong, correct the
tag of the account or its unit; which tags name a stage, and what means production, stands under structure.stage_tags
and structure.production in the baseline.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import PLACEMENTS, TAGS
from orgwarden.population.governance import INHABITED_UNIT
from orgwarden.population.reading import insist
from orgwarden.population.tree import unplaced


@control(
    about=INHABITED_UNIT,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("E:multiple-accounts", "E:group-by-purpose", "D:environments-apart"),
)
def production_apart(member: Member, world: World) -> Answer:
    kinds, unseen = _kinds(member.accounts, world)
    if {"production", "other"} <= kinds.keys():
        evidence = {"production": tuple(kinds["production"]), "other": tuple(kinds["other"])}
        return Deviation("production accounts stand beside others in one unit", evidence)
    insist((*unseen, *world.derived(unplaced)))
    return None if kinds else NotApplicable("no account in the unit has a known stage")


def _kinds(accounts: Iterable[str], world: World) -> tuple[Mapping[str, list[str]], list[Unseen]]:
    """Give the accounts whose stage is production, and other ones; and what could not be read of the rest."""
    production = world.of(STRUCTURE_RULES).production
    kinds: dict[str, list[str]] = defaultdict(list)
    unseen: list[Unseen] = []
    for account in accounts:
        try:
            stage = _stage(account, world)
        except Unseen as error:
            unseen.append(error)
            continue
        if stage:
            kinds["production" if stage in production else "other"].append(account)
    return kinds, unseen


def _stage(account: str, world: World) -> str:
    """Give the stage that the account's tags name, else those of the nearest unit above; empty: nobody says."""
    keys = [key.casefold() for key in world.of(STRUCTURE_RULES).stage_tags]
    path = world.of(PLACEMENTS, account)
    for place in (account, *path[::-1]):
        tags = {key.casefold(): value.strip().casefold() for key, value in world.of(TAGS, place).items()}
        if stage := next((tags[key] for key in keys if tags.get(key)), ""):
            return stage
    return ""
