"""The monthly reviews were held in time, and saw enough of what they are about.

Why: A workflow that was paused, or that has failed since spring, deviates from nothing: all is quiet, and nobody has
looked. A review that was denied half of what it asks for is green, too. What is checked every month protects only in
the months in which it was.

Fix: See in Airflow why the workflow that is named did not run or come to its end, and mend that; while there is time,
start it with the month as its partition key. Where it saw too little, grant or declare what its causes name
(docs/CONTROLS.md says what each control needs), read the month again and review it. A month whose time is over stays as
it was: say why, in an exemption for that month (resource), or accept the finding once the month is no longer looked at.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, World
from orgwarden.parts.reviews import REVIEW_RULES, REVIEWED_MONTHS, REVIEWS, Held, ReviewedMonth, ReviewRules
from orgwarden.population.reviews import MONTH


@control(about=MONTH, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("M:review-access",))
def review_held(member: Member, world: World) -> Answer:
    month = world.of(REVIEWED_MONTHS, member.keys[0])
    rules = world.of(REVIEW_RULES)
    due = month.last + timedelta(days=rules.days)
    wrong = tuple(_wrong(month, rules, due))
    if not wrong:
        return Pass({"statements": tuple(_told(_best(_in_time(month, one, due))) for one in REVIEWS)})
    if world.today <= due:
        return NotApplicable(f"there is time until {due}: {wrong[0]}")
    return Deviation(wrong[0], {"wrong": wrong, "statements": tuple(_told(one) for one in month.held)})


def _wrong(month: ReviewedMonth, rules: ReviewRules, due: date) -> Iterator[str]:
    """Give what is lacking by the day on which the reviews are due."""
    if month.sealed is None or month.sealed > due:
        yield f"no reading of the month was sealed by {due}"
        return
    for workflow in REVIEWS:
        held = _in_time(month, workflow, due)
        if not held:
            yield f"{workflow} did not come to its end by {due}"
        elif (best := _best(held)).coverage < rules.least_coverage:
            yield f"{workflow} saw {_percent(best.coverage)}, and is to see {_percent(rules.least_coverage)} at least"


def _in_time(month: ReviewedMonth, workflow: str, due: date) -> Sequence[Held]:
    return [one for one in month.held if one.workflow == workflow and one.on <= due]


def _best(held: Sequence[Held]) -> Held:
    return max(held, key=lambda one: (one.coverage, one.on))


def _told(held: Held) -> str:
    return f"{held.workflow} of {held.snapshot} on {held.on}: {_percent(held.coverage)} seen"


def _percent(share: float) -> str:
    """Give a share in percent, never more than it is."""
    return f"{int(share * 1000) / 10:g} %"
