"""All that the manifest lists was read, and nothing else.

Why: AWS writes the manifest last. A file that it lists and that was not read, or not wholly, leaves out a part of the
bill without leaving a trace in any sum.

Fix: Wait for the next delivery and read again; AWS delivers up to three times a day. If the same file is short again,
copy it anew and compare its size and ETag with the original. A folder that somebody assembled by hand has no manifest,
and this cannot be answered for it: name the folder that AWS writes to.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import DELIVERY_COMPLETE
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="file", many="files", a="read", b="delivered")


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("E:billing-tools",),
    authority=Authority.BEYOND,
)
def delivery_complete(member: Member, world: World) -> Answer:
    return tied(DELIVERY_COMPLETE, member, world, WORDS)
