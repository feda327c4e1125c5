"""No account holds production beside other stages.

Why: Within one account nothing keeps stages apart but the care of whoever works there: a role, a limit or a mistake
that is meant for a test reaches production. What is billed shows it, whatever the account is called.

Fix: Move one of the stages to an account of its own, the smaller first; the ticket lists what each costs. If a stage is
wrong, correct the tag of the resources. Which tags name a stage, and what means production, stands under
structure.stage_tags and structure.production in the baseline.
"""

from collections.abc import Iterable

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Severity, World
from orgwarden.parts.bill_spend import ACCOUNT_STAGES, StageSpend
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.population.spend import BILLED


@control(
    about=BILLED,
    severity=Severity.MEDIUM,
    ticket=Ticket.OWNER,
    practices=("E:multiple-accounts", "D:environments-apart"),
)
def stages_in_own_accounts(member: Member, world: World) -> Answer:
    account, known = member.subject.account, world.of(STRUCTURE_RULES).production
    staged = [row for row in world.seen(ACCOUNT_STAGES).values() if row.account == account and row.amount > 0]
    production = [row for row in staged if row.stage.strip().casefold() in known]
    others = [row for row in staged if row.stage.strip().casefold() not in known]
    if production and others:
        evidence: Evidence = {"period": staged[0].period, "production": _told(production), "other": _told(others)}
        return Deviation("what is tagged as production is billed beside other stages", evidence)
    world.whole(ACCOUNT_STAGES)
    return None if staged else NotApplicable("nothing that the account is billed for is tagged with a stage")


def _told(rows: Iterable[StageSpend]) -> tuple[str, ...]:
    return tuple(f"{row.stage}: {row.amount:.2f} {row.currency}" for row in sorted(rows, key=lambda row: row.stage))
