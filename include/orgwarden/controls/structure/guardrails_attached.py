"""Each organizational unit with workloads is under a service control policy that restricts something.

Why: FullAWSAccess allows everything. Without another policy an administrator of a member account, or whoever took over
one, may leave the organization, switch off its trail, or work in regions that nobody watches.

Fix: In AWS Organizations > Policies > Service control policies (enable the type first, where it is off:
organizations:EnablePolicyType) create a policy that denies what no workload needs, try it on a test unit, and attach
it to the unit or one above (organizations:AttachPolicy). If the unit holds no workloads, list those that do under
structure.workload_units in the baseline.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import UNITS
from orgwarden.parts.policies import POLICY_TYPES
from orgwarden.population.governance import WORKLOAD_UNIT
from orgwarden.population.reading import deviation_of
from orgwarden.population.tree import SCP, service_control, upward

NO_SUCH_UNIT = "the baseline names it under structure.workload_units, and there is no such unit: correct the baseline"


@control(about=WORKLOAD_UNIT, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=("M:only-tasks",))
def guardrails_attached(member: Member, world: World) -> Answer:
    unit = member.subject.resource
    if world.of(STRUCTURE_RULES).workload_units is not None:
        _require(unit, world)
    return deviation_of(lambda: _switched_off(world), lambda: _unrestrained(unit, world))


def _require(unit: str, world: World) -> None:
    """Raise ``Unseen`` for a declared unit that is none."""
    if unit not in world.seen(UNITS) and unit not in world.whole(UNITS):
        raise Unseen(UNITS, unit, NO_SUCH_UNIT)


def _switched_off(world: World) -> Deviation | None:
    if SCP in world.of(POLICY_TYPES):
        return None
    return Deviation("service control policies are not enabled in the organization")


def _unrestrained(unit: str, world: World) -> Deviation | None:
    if world.derived(service_control).reach(upward(unit, world)):
        return None
    return Deviation("no service control policy but FullAWSAccess is on the unit or above it")
