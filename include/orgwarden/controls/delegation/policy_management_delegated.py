"""The organization's policies can be managed from a member account.

Why: Service control policies, tag policies and backup policies change often. Where only the management account can
change them, everybody who does, and every pipeline, works in the one account that no policy restrains.

Fix: In the management account open AWS Organizations > Settings > Delegated administrator for AWS Organizations >
Delegate, and allow the account of the security or platform team the actions on policies that it needs, limited by
policy type where that will do (organizations:PutResourcePolicy). The statement needs an action that manages policies,
such as organizations:AttachPolicy or organizations:UpdatePolicy: one that only reads delegates nothing.
"""

from orgwarden.aws.resource_policies import delegates
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Pass, Severity, Unseen, World
from orgwarden.parts.policies import RESOURCE_POLICY
from orgwarden.population import WHOLE_ORGANIZATION


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("D:table",),
    authority=Authority.PRACTITIONER,
)
def policy_management_delegated(_: Member, world: World) -> Answer:
    text = world.of(RESOURCE_POLICY)
    if text is None:
        return Deviation("the organization has no resource policy, so only the management account manages its policies")
    try:
        delegated = delegates(text)
    except ValueError:
        raise Unseen(RESOURCE_POLICY, EVERYTHING, "its content cannot be read as a policy") from None
    if not delegated:
        return Deviation("the organization's resource policy lets no member account manage policies")
    return Pass({"delegated_to": delegated})
