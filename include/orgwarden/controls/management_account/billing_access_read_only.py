"""People who look after cost see the bill of the organization, and can do nothing else.

Why: Finance people need the payer's numbers, which are in the management account. A role that can also change payment
methods, or see what lies in the account, is worth stealing.

Fix: Give them a permission set of its own with AWSBillingReadOnlyAccess alone (IAM Identity Center > Permission sets),
and take the actions that the ticket lists away from it (sso:DetachManagedPolicyFromPermissionSet,
sso:PutInlinePolicyToPermissionSet; for an IAM user, group or role iam:DetachUserPolicy and its siblings). If it is not
for finance people, its name should not say so: see management_account.finance in the baseline.
"""

from orgwarden.aws.access_levels import Reach, beyond_billing, billing_writes
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.population.management import FINANCE_PRINCIPAL, policies_of

FIRST = 10


@control(about=FINANCE_PRINCIPAL, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:billing-role",))
def billing_access_read_only(member: Member, world: World) -> Answer:
    policies, level = policies_of(member.subject.resource, world)
    if level in {Reach.NOTHING, Reach.BILLING_READ}:
        return None
    writes, beyond = billing_writes(policies.texts), beyond_billing(policies.texts)
    told = {"can change billing": bool(writes), "reaches beyond billing and cost": bool(beyond)}
    evidence: Evidence = {"writes": writes[:FIRST], "beyond": beyond[:FIRST], "count": len(writes) + len(beyond)}
    faults = [what for what, does in told.items() if does] or ["reaches further than reading the bill"]
    return Deviation(f"who looks after cost {' and '.join(faults)}", evidence)
