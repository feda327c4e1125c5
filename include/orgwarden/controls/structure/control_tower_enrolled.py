"""Control Tower's landing zone is as it was set up, and every account is enrolled in it.

Why: What Control Tower promises (logs, recorders, guardrails) holds only in enrolled accounts, and only as long as
nobody changed what it made. A drifted landing zone can neither enrol accounts nor be updated.

Fix: Open Control Tower in the management account: Landing zone settings > Repair (controltower:ResetLandingZone) ends
the drift. Enrol an account under Organization > the account > Enroll, or enable the baseline on its unit
(controltower:EnableBaseline). If Control Tower is not meant to be looked at, leave structure.control_tower out of the
baseline.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.delegation import ENROLLED, LANDING_ZONE
from orgwarden.population.governance import ENROLMENT
from orgwarden.population.reading import insist

AS_SET_UP = "IN_SYNC"
FAILED = "FAILED"


@control(
    about=ENROLMENT,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("D:control-tower",),
    authority=Authority.PRACTITIONER,
)
def control_tower_enrolled(member: Member, world: World) -> Answer:
    if not world.of(STRUCTURE_RULES).control_tower:
        return NotApplicable("Control Tower is not to be looked at (structure.control_tower)")
    account = member.subject.account
    return _account(account, world) if account else _landing_zone(world)


def _landing_zone(world: World) -> Answer:
    found = world.of(LANDING_ZONE)
    if found is None:
        return Deviation("there is no landing zone")
    if found.drift == AS_SET_UP:
        return None
    return Deviation("the landing zone has drifted", {"drift": found.drift, "version": found.version})


def _account(account: str, world: World) -> Answer:
    """Judge an account by its own row: one that came into an enrolled unit past Control Tower has none."""
    if world.of(LANDING_ZONE) is None:
        return NotApplicable("there is no landing zone to enrol the account in")
    status = world.seen(ENROLLED).get(account, "")
    if not status:
        insist((world.derived(_lost),))
    if status and status != FAILED:
        return None
    reason = "enrolling the account failed" if status else "the account is not enrolled in Control Tower"
    return Deviation(reason, {"state": status or "not enrolled"})


def _lost(world: World) -> Unseen | None:
    """Give the first enrolment that could not be read, found once for all accounts."""
    return next(world.missing(ENROLLED), None)
