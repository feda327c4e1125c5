"""Each primary phone number is one that the owners declared.

Why: Whoever changes the number can take part in recovering the root user. A number that nobody declared has either
changed without the documentation, or was set by somebody who should not have.

Fix: Ask the account's owner whose number it is (the ticket shows its country's code and last two digits; CloudTrail's
event PutContactInformation names who set it). If it is right, add it under contacts.numbers in the baseline, in
quotes, with what it is for, and have the change reviewed. If it is not, put the declared number back (Account >
Contact information, or account:PutContactInformation) and treat it as a security incident until explained.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.contacts import PRIMARY_CONTACTS
from orgwarden.parts.declared import DECLARED_NUMBERS
from orgwarden.population import NUMBER


@control(about=NUMBER, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=("E:phone",))
def primary_phone_as_declared(member: Member, world: World) -> Answer:
    phone = world.of(PRIMARY_CONTACTS, member.keys[0]).phone
    if phone is None or phone.key in world.of(DECLARED_NUMBERS):
        return None
    return Deviation("the phone number is not among the declared ones", {"number": phone.masked})
