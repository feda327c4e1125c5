"""The accounts add up to the bill, and each line names its account.

Why: What no account is named for is charged to nobody. It also tells of an export that was cut or joined by hand.

Fix: Look at the lines without an account: their line type and service say what they are. Take the export from AWS
again, with all its columns; if AWS left the account blank, open a case with AWS Support and charge the amount to the
payer until it is answered.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import ACCOUNTS_ADD_UP
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="", many="accounts and sums", a="counted", b="expected")


@control(
    about=EACH_BILL,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("M:understand-charges",),
    authority=Authority.BEYOND,
)
def accounts_add_up(member: Member, world: World) -> Answer:
    return tied(ACCOUNTS_ADD_UP, member, world, WORDS)
