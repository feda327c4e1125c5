"""People sign in to the organization's accounts through IAM Identity Center.

Why: Without it people have IAM users or federations of their own in each account: nobody can say who reaches what, and
whoever leaves has to be taken out of every account.

Fix: In the management account open IAM Identity Center in the region where it is to live, and choose Enable with AWS
Organizations (sso:CreateInstance makes only an instance for one account). Connect the identity provider, assign groups
to permission sets, and delegate its administration to a member account.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.access import IDENTITY_CENTER
from orgwarden.population import WHOLE_ORGANIZATION


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.LOW,
    ticket=Ticket.ORGANIZATION,
    practices=("D:identity-center",),
    authority=Authority.PRACTITIONER,
)
def identity_center_present(_: Member, world: World) -> Answer:
    if world.of(IDENTITY_CENTER):
        return None
    return Deviation("the organization has no instance of IAM Identity Center")
