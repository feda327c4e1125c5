"""The organization has all features enabled.

Why: With consolidated billing alone there are no policies, no trusted access and no delegated administrators: nothing
can restrain an account, and no security service sees all of them.

Fix: In the management account open AWS Organizations > Settings > Begin process to enable all features
(organizations:EnableAllFeatures). Accounts that were invited have to agree, each by its own e-mail; then finalize
there. It cannot be undone, and changes nothing in the accounts until a policy is attached.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.population import WHOLE_ORGANIZATION


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("E:single-organization",),
)
def all_features(_: Member, world: World) -> Answer:
    features = world.of(ORGANIZATION).feature_set
    if features == "ALL":
        return None
    return Deviation("the organization has not all features enabled", {"feature_set": features})
