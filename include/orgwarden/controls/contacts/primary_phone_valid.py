"""The primary phone number of each account is one that can be called.

Why: AWS calls or texts the number of the primary contact when the root user is locked out, and when an account is
about to be suspended. A number that is missing, mistyped, made up or billed to the caller is found out on that day.

Fix: Open the account's page (Account name > Account > Contact information > Edit; for a member account: AWS
Organizations > AWS accounts > the account > Contact info), enter a number with + and its country's code that a
custodian can answer, and save. By API: account:PutContactInformation, with AccountId for a member account and
without it in the management account. Then call the number once.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.contacts import PRIMARY_CONTACTS, Phone
from orgwarden.parts.declared import TOLL_FREE_ALLOWED
from orgwarden.population import ACCOUNT


@control(about=ACCOUNT, severity=Severity.HIGH, ticket=Ticket.OWNER, practices=("O:phone", "E:phone"))
def primary_phone_valid(member: Member, world: World) -> Answer:
    phone = world.of(PRIMARY_CONTACTS, member.subject.account).phone
    if phone is None:
        return Deviation("the phone number is missing: the account has no contact information")
    defect = phone.defect or _unfit(phone, world)
    evidence = {"number": phone.masked, "country": phone.region, "kind": phone.kind}
    return Deviation(f"the phone number {defect}", evidence) if defect else None


def _unfit(phone: Phone, world: World) -> str:
    if phone.kind == "premium_rate":
        return "is billed to whoever calls it (premium rate)"
    if phone.kind == "toll_free" and not world.of(TOLL_FREE_ALLOWED):
        return "is toll-free, which the baseline forbids (contacts.toll_free_allowed)"
    return ""
