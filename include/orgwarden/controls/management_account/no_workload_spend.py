"""The management account is billed for nothing but what has to be there.

Why: What is billed there runs there, whatever the inventory found: spend is the witness that no missing permission can
blind. It also blurs what the organization itself costs.

Fix: Find what the service runs (Cost Explorer, filtered by the management account and the service, grouped by
resource), move it to a member account and delete it here. Support, tax, the fees of reservations and Savings Plans,
CloudTrail, Config, KMS, Cost Explorer and the bucket of the export are expected.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import NO_WORKLOAD_SPEND
from orgwarden.population.bill import MANAGEMENT_SERVICE
from orgwarden.ties import Words, tied

WORDS = Words(one="", many="services", a="billed in the management account", b="expected")


@control(
    about=MANAGEMENT_SERVICE,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("M:understand-charges", "M:no-workloads", "M:only-tasks"),
    authority=Authority.BEYOND,
)
def no_workload_spend(member: Member, world: World) -> Answer:
    return tied(NO_WORKLOAD_SPEND, member, world, WORDS)
