"""The root user and the alternate contacts of an account do not all end at one person.

Why: Where every message of AWS about an account reaches one person, that person's holiday silences all of them, and
one lost mailbox loses the account. One good group for all of them is fine.

Fix: Give at least one alternate contact an address of another team (AWS Organizations > AWS accounts > the account >
Contact info > Alternate contacts, or account:PutAlternateContact). If the mailbox is a group of two or more, or a
ticket queue, declare it under contacts.groups in the baseline instead.
"""

from orgwarden.aws.mail_providers import provider_of
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, ROOT_MAILBOXES, Mailbox
from orgwarden.parts.declared import GROUPS
from orgwarden.population import ACCOUNT

FEWEST = 2


@control(about=ACCOUNT, severity=Severity.MEDIUM, ticket=Ticket.OWNER, practices=("M:no-single-person",))
def alternate_contacts_apart(member: Member, world: World) -> Answer:
    account = member.subject.account
    root = world.of(ROOT_MAILBOXES, account)
    slots = [world.of(ALTERNATE_CONTACTS, f"{account}/{kind}") for kind in ALTERNATE_TYPES]
    alternates = {contact.mailbox.key for contact in slots if contact}
    if not alternates:
        return NotApplicable("there is no alternate contact; contacts.alternate_contacts_complete judges that")
    if alternates != {root.key} or _is_shared(root, world):
        return None
    reason = "the root user and all alternate contacts are one mailbox, which is not known to reach two people"
    return Deviation(reason, {"mailbox": root.masked})


def _is_shared(mailbox: Mailbox, world: World) -> bool:
    """Say whether a mailbox is a declared group; one at a provider for anybody is none, whatever was declared."""
    if provider_of(mailbox.domain):
        return False
    group = world.of(GROUPS).get(mailbox.key)
    if group and not group.members and not group.is_ticket_queue:
        raise Unseen(GROUPS, mailbox.key, "declared without members: say how many under contacts.groups")
    return group is not None and (group.is_ticket_queue or group.members >= FEWEST)
