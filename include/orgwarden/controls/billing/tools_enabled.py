"""AWS's own tools for understanding and lowering costs are on in the whole organization.

Why: They are free, or nearly, and tell what a bill does not: what a month is heading for, what is idle, what is too
large, where objects pile up. One that is switched on in a single account sees that account alone.

Fix: In the management account. Cost Explorer: Billing and Cost Management > Cost Explorer > Launch. Cost Optimization
Hub: its console > Enable, with all member accounts (cost-optimization-hub:UpdateEnrollmentStatus with
includeMemberAccounts). Compute Optimizer: its console > Account management > Opt in, with all member accounts
(compute-optimizer:UpdateEnrollmentStatus). S3 Storage Lens: S3 > Storage Lens > Organization settings > Enable trusted
access. What the organization does not want stands no longer under billing.tools in the baseline.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, World
from orgwarden.parts.cost_explorer import COST_EXPLORER
from orgwarden.parts.declared import BILLING_TOOLS
from orgwarden.parts.delegation import ACTIVATIONS, TRUSTED_SERVICES
from orgwarden.population import WHOLE_ORGANIZATION
from orgwarden.population.reading import deviation_of, known

# By tool: how it is called, and by which principal it is trusted; Cost Explorer has none.
HUB, OPTIMIZER = "cost-optimization-hub.bcm.amazonaws.com", "compute-optimizer.amazonaws.com"
PRINCIPALS = {
    "cost_optimization_hub": ("Cost Optimization Hub", HUB),
    "compute_optimizer": ("Compute Optimizer", OPTIMIZER),
    "storage_lens": ("S3 Storage Lens", "storage-lens.s3.amazonaws.com"),
}
# These say themselves whether all member accounts are enrolled.
SAYING = {HUB, OPTIMIZER}


@control(about=WHOLE_ORGANIZATION, severity=Severity.LOW, ticket=Ticket.ORGANIZATION, practices=("E:billing-tools",))
def tools_enabled(_: Member, world: World) -> Answer:
    tools = world.of(BILLING_TOOLS)
    if not tools:
        return NotApplicable("the baseline wants none of the tools (billing.tools)")
    return deviation_of(*(lambda tool=tool: _off(tool, world) for tool in tools)) or Pass({"tools": tools})


def _off(tool: str, world: World) -> Deviation | None:
    if tool not in PRINCIPALS:
        return None if world.of(COST_EXPLORER) else Deviation("Cost Explorer is not switched on", {"off": (tool,)})
    name, principal = PRINCIPALS[tool]
    if known(TRUSTED_SERVICES, principal, world) is None:
        return Deviation(f"{name} has no trusted access, and so sees no member account", {"off": (tool,)})
    if principal in SAYING and not world.of(ACTIVATIONS, principal).activated:
        return Deviation(f"{name} says that the member accounts are not enrolled", {"off": (tool,)})
    return None
