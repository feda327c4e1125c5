"""Each account has the alternate contacts that the organization requires.

Why: Without an alternate contact AWS writes about abuse, outages and invoices to the root user's address alone, where
the teams that should act on it do not look.

Fix: In the management account or that of Account Management's delegated administrator open AWS Organizations > AWS
accounts > the account > Contact info > Alternate contacts, and enter the address and number of the team for each
slot that the ticket lists. By API: account:PutAlternateContact with AlternateContactType BILLING, OPERATIONS or
SECURITY (without AccountId for the management account itself).
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS
from orgwarden.parts.declared import REQUIRED_CONTACTS
from orgwarden.population import ACCOUNT


@control(about=ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.OWNER, authority=Authority.BEYOND)
def alternate_contacts_complete(member: Member, world: World) -> Answer:
    slots = {kind: f"{member.subject.account}/{kind}" for kind in world.of(REQUIRED_CONTACTS)}
    rows = world.seen(ALTERNATE_CONTACTS)
    missing = tuple(kind for kind, slot in slots.items() if slot in rows and rows[slot] is None)
    if missing:
        return Deviation(f"alternate contacts are missing: {', '.join(missing)}", {"missing": missing})
    for slot in slots.values():
        world.of(ALTERNATE_CONTACTS, slot)
    return None
