"""The bill has one currency.

Why: Amounts in different currencies have no sum. Where an invoicing entity bills in a currency of its own, each total
is kept apart, and a report that shows one figure leaves out the other.

Fix: See which seller bills in which currency as the ticket lists them. Set one payment currency where AWS allows it
(Billing and Cost Management > Payment preferences); where an entity has to bill in its own, reconcile and publish each
currency by itself, and accept this.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import ONE_CURRENCY
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="the bill", many="payers", a="found", b="expected")


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def one_currency(member: Member, world: World) -> Answer:
    return tied(ONE_CURRENCY, member, world, WORDS)
