"""An organization trail records what is done in every account and region, and can be trusted.

Why: The trail is the memory of the organization: without it nobody can tell what a root user or an intruder did. A
trail of the organization cannot be switched off by a member account; validation shows that no log file was altered.

Fix: In the management account open CloudTrail > Trails > Create trail, choose Enable for all accounts in my
organization, log file validation and management events Read and Write (cloudtrail:CreateTrail with IsOrganizationTrail,
IsMultiRegionTrail and EnableLogFileValidation, then cloudtrail:StartLogging). If the ticket names a trail, mend what it
lacks (cloudtrail:UpdateTrail).
"""

from collections.abc import Iterator

from orgwarden.alarms import WRITES
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Pass, Severity, World
from orgwarden.parts.alerts import TRAILS, Trail
from orgwarden.population import MANAGEMENT_ACCOUNT
from orgwarden.reached import partial


@control(
    about=MANAGEMENT_ACCOUNT, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=("O:cloudtrail-exception",)
)
def trail_present(_: Member, world: World) -> Answer:
    trails, unseen = partial(TRAILS, world)
    lacking = {arn: tuple(_lacks(trail)) for arn, trail in trails.items()}
    if sound := sorted(arn for arn, lacks in lacking.items() if not lacks):
        return Pass({"trail": sound[0]})
    for lost in unseen:
        raise lost
    if not lacking:
        return Deviation("there is no trail")
    best = min(sorted(lacking), key=lambda arn: (not trails[arn].is_of_organization, len(lacking[arn])))
    return Deviation("no trail will do: the best one has shortcomings", {"trail": best, "missing": lacking[best]})


def _lacks(trail: Trail) -> Iterator[str]:
    if not trail.is_of_organization:
        yield "is not of the whole organization"
    if not trail.is_multi_region:
        yield "is of a single region"
    if not trail.is_validated:
        yield "does not validate its log files"
    if not trail.is_logging:
        yield "is off"
    if trail.events not in WRITES:
        yield "does not record management events that write"
