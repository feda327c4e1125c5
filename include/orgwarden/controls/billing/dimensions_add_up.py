"""The sums by line type, charge category, service, region and day are the bill.

Why: Each report cuts the bill another way. Two that do not add up to one total cannot both be right, and the reader
cannot tell which is.

Fix: This guards our own arithmetic: keep the export and the cost ledger, publish nothing, and report it.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import DIMENSIONS_ADD_UP
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="the sum by", many="sums", a="in the ledger", b="in the export")


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def dimensions_add_up(member: Member, world: World) -> Answer:
    return tied(DIMENSIONS_ADD_UP, member, world, WORDS)
