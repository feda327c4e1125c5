"""The values of each tag key add up to the bill, and agree with Cost Explorer.

Why: A showback by tag is worth what its untagged rest says. Where the values and the rest are not the whole bill, money
is missing from somebody, and nobody can tell from whom.

Fix: If the sums of the export break, the fault is ours: keep the export and report it. If Cost Explorer differs, look
when the key was activated (Billing and Cost Management > Cost allocation tags) or filled in for months past: both
change the export first. Read both again after a day.
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.parts.bill import TAGS_ADD_UP
from orgwarden.population.bill import EACH_BILL
from orgwarden.ties import Words, tied

WORDS = Words(one="tag", many="tags and values", a="in the export", b="expected")


@control(
    about=EACH_BILL,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("E:tagging", "E:billing-tools"),
    authority=Authority.BEYOND,
)
def tags_add_up(member: Member, world: World) -> Answer:
    return tied(TAGS_ADD_UP, member, world, WORDS)
