"""AWS has verified each primary phone number.

Why: AWS relies on the number to let the owner back in. As long as it is not verified, nobody has shown that a message
to it arrives.

Fix: Have the phone at hand, open Account > Contact information in each account that the ticket lists, choose to
verify the phone number, and enter the code that AWS sends to it. account:GetContactInformation then answers
VerificationStatus VERIFIED. If the code does not arrive, replace the number with one that works.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.contacts import PRIMARY_CONTACTS
from orgwarden.population import NUMBER

UNVERIFIED = {"UNVERIFIED", "PENDING"}
UNSUPPORTED = "NOT_SUPPORTED"


@control(about=NUMBER, severity=Severity.MEDIUM, ticket=Ticket.OWNER, practices=("E:phone",))
def primary_phone_verified(member: Member, world: World) -> Answer:
    contacts = {account: world.of(PRIMARY_CONTACTS, account) for account in member.keys}
    unverified = tuple(account for account, contact in contacts.items() if contact.verification in UNVERIFIED)
    if unverified:
        phone = contacts[unverified[0]].phone
        evidence: Evidence = {"number": phone.masked if phone else "", "unverified_in": unverified}
        return Deviation("AWS has not verified the phone number", evidence)
    for account, contact in contacts.items():
        if contact.verification not in {"VERIFIED", UNSUPPORTED}:
            raise Unseen(PRIMARY_CONTACTS, account, "AWS answered no verification status")
    if all(contact.verification == UNSUPPORTED for contact in contacts.values()):
        return NotApplicable("AWS does not verify this phone number (NOT_SUPPORTED)")
    return None
