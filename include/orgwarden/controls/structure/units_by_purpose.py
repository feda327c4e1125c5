"""Each organizational unit has a purpose, and a guardrail that goes with it.

Why: Units are there to hold accounts under the same rules. One that follows the reporting lines, or that no policy
reaches, restrains nothing, and nobody can say which account belongs in it.

Fix: Say what the unit is for, under structure.purposes in the baseline or in a tag "purpose" on the unit (AWS
Organizations > AWS accounts > the unit > Tags, or organizations:TagResource). Where the guardrail is missing, attach
the policies of that purpose to the unit (the unit > Policies > Attach, or organizations:AttachPolicy), first to a test
unit. A unit that has no purpose is best emptied and deleted.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.declared import UNIT_PURPOSES
from orgwarden.parts.organization import TAGS, UNITS
from orgwarden.population.governance import UNIT
from orgwarden.population.reading import deviation_of
from orgwarden.population.tree import guardrails, upward

PURPOSE = "purpose"


@control(about=UNIT, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:group-by-purpose",))
def units_by_purpose(member: Member, world: World) -> Answer:
    unit = member.subject.resource
    found = deviation_of(lambda: _aimless(unit, world), lambda: _unguarded(unit, world))
    return Deviation(found.reason, {"name": world.of(UNITS, unit).name}) if found else None


def _aimless(unit: str, world: World) -> Deviation | None:
    tags = world.of(TAGS, unit)
    if any(key.casefold() == PURPOSE and value.strip() for key, value in tags.items()):
        return None
    return None if unit in world.of(UNIT_PURPOSES) else Deviation("nobody declared what the unit is for")


def _unguarded(unit: str, world: World) -> Deviation | None:
    if world.derived(guardrails).reach(upward(unit, world)):
        return None
    return Deviation("no policy of the customer restrains the unit, or any above it")
