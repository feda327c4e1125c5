"""The management account's recovery phone number stands in no other contact.

Why: Who knows the number can try to move it to a SIM card of their own. A number that also stands in a member account
or an alternate contact is read by everybody who may read contacts there.

Fix: Get a dedicated number for the management account (a SIM card and phone in a safe), enter it there under Account >
Contact information (account:PutContactInformation without AccountId), and tell it to nobody but the custodians
and the team that pays for it. Or give the contacts that the ticket lists a number of their own
(account:PutContactInformation, account:PutAlternateContact).
"""

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Severity, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population import MANAGEMENT_ACCOUNT


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.HIGH, ticket=Ticket.SUBJECT, practices=("O:phone",))
def recovery_phone_apart(member: Member, world: World) -> Answer:
    account = member.subject.account
    phone = world.of(PRIMARY_CONTACTS, account).phone
    if phone is None:
        return NotApplicable("there is no such number; contacts.primary_phone_valid judges that")
    if places := _elsewhere(phone.key, account, world):
        evidence: Evidence = {"number": phone.masked, "also_in": places}
        return Deviation("the recovery phone number also stands in other contacts", evidence)
    world.whole(ACCOUNTS)
    world.whole(PRIMARY_CONTACTS)
    world.whole(ALTERNATE_CONTACTS)
    return None


def _elsewhere(number: str, account: str, world: World) -> tuple[str, ...]:
    """Give the account, or account and slot, of every contact that has the number, too, in whichever part was read."""
    primary = read_of(PRIMARY_CONTACTS, world).items()
    alternate = read_of(ALTERNATE_CONTACTS, world).items()
    members = [key for key, contact in primary if key != account and contact.phone and contact.phone.key == number]
    slots = [key for key, contact in alternate if contact and contact.phone.key == number]
    return tuple(sorted(members + slots))
