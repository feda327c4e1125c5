"""No line of the bill is there twice.

Why: AWS keeps the older versions of a month beside the newer ones where the export is set to create new files. Two that
are read as one double the month, and every sum still adds up.

Fix: Read the export by its manifest, not by a listing of its folder. If one version has a line twice, look at the files
that the ticket names: one of them was copied in by hand, or belongs to another version.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import LINES_UNIQUE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="lines that are there twice", many="payers", a="read", b="different")


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def lines_unique(member: Member, world: World) -> Answer:
    return tied(LINES_UNIQUE, member, world, WORDS)
