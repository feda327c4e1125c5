"""The mailbox of each root user is a declared group of two people or more, or a ticket queue.

Why: AWS writes to this address before it suspends an account and when somebody resets the root user's password. One
person who is ill, on leave or gone must not be the only one who reads it.

Fix: Make the address a group (a distribution list or shared mailbox) with two or more members, or deliver it to a
ticket queue, and declare it under contacts.groups in the baseline with its members. To change the address itself:
AWS Organizations > AWS accounts > the account > Actions > Update email address (account:StartPrimaryEmailUpdate).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import GROUPS
from orgwarden.population import ROOT_MAILBOX


@control(
    about=ROOT_MAILBOX, severity=Severity.MEDIUM, ticket=Ticket.OWNER, practices=("O:group-email", "E:group-email")
)
def root_email_is_group(member: Member, world: World) -> Answer:
    mailbox = world.of(ROOT_MAILBOXES, member.keys[0])
    group = world.of(GROUPS).get(mailbox.key)
    evidence = {"mailbox": mailbox.masked}
    if group is None:
        return Deviation("the root user's mailbox is no declared group (contacts.groups)", evidence)
    if group.is_ticket_queue:
        return None
    if not group.members:
        raise Unseen(GROUPS, mailbox.key, "declared without members: say how many under contacts.groups")
    return Deviation("the root user's mailbox reaches one person alone", evidence) if group.members == 1 else None
