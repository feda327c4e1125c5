"""The management account holds nothing but what has to be there.

Why: No service control policy restrains the management account, so a workload there runs without guardrails, and who
breaks into it stands above all other accounts. What is left there also blurs what the organization itself costs.

Fix: Find whose the resource is (its tags; CloudTrail > Event history names who made it), move it to a member account
and delete it here. If it has to be here, allow it under management_account.allowed in the baseline by type, ARN pattern
or tags, with the reason. For a region that nobody answered for, grant the reading that the cause names.
"""

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Pass, Severity, Unseen, World
from orgwarden.parts.resources import MANAGEMENT_SPEND, RESOURCES, WITNESSES
from orgwarden.population.management import PLACE, coverage_of

PRACTICES = ("M:no-workloads", "M:only-tasks", "O:only-tasks")
UNTAGGED = (
    "it is allowed by its tags alone, and no witness tells them: grant tag:GetResources in the management account"
)


@control(about=PLACE, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=PRACTICES)
def no_workloads(member: Member, world: World) -> Answer:
    arn = member.subject.resource
    if not arn:
        return _seen(member.subject.region, world)
    resource = world.of(RESOURCES, arn)
    covered = coverage_of(arn, resource, world)
    if covered is None:
        raise Unseen(RESOURCES, arn, UNTAGGED)
    if covered:
        return None
    return Deviation("nothing allows the resource in the management account", {"type": resource.type})


def _seen(region: str, world: World) -> Answer:
    """Say by whose word a region is known; what it holds that nothing allows is judged by itself."""
    witnesses = world.of(WITNESSES, region)
    for unseen in world.missing(RESOURCES):
        if unseen.key in {EVERYTHING, region}:
            raise unseen
    count = sum(one.region == region for one in world.seen(RESOURCES).values())
    billed = (key.partition("/") for key in read_of(MANAGEMENT_SPEND, world))
    services = tuple(sorted(service for place, _, service in billed if place.lower() == region))
    return Pass({"count": count, "witnesses": witnesses, "services": services})
