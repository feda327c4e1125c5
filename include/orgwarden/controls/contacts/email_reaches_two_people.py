"""Mail to each root user's mailbox reaches two people or more, who said so this quarter.

Why: A declared group says who should get the mail, not who does: members leave, forwarding ends, a filter swallows what
comes from outside. AWS writes to this address before it suspends an account and when somebody resets the root user's
password; nobody notices that it reaches nobody until then.

Fix: A message that came back: correct the address (AWS Organizations > AWS accounts > the account > Actions > Update
email address), or let its mail server take mail for it. A message that nobody, or one person alone, confirmed: give the
group two members or more who read it, and see that nothing filters the message away. Then clear send_probes of the
quarter's access_validation: it writes to that mailbox again, and two people follow the link, sign in and confirm. A
mailbox whose mail becomes tickets is declared under contacts.groups in the baseline, kind: ticket_queue.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import GROUPS
from orgwarden.parts.probed import NEEDED, PROBES, Delivery, Probed
from orgwarden.population.probed import PROBED_MAILBOX

TICKET_QUEUE = "its mail becomes tickets (contacts.groups, kind: ticket_queue)"
NEVER_SENT = "no message was sent yet: access_validation has not run since the mailbox was read"
NOT_SENT_AGAIN = "no message was sent after that of {period}: start access_validation of this quarter"
NOT_SENT_YET = "the message is not sent yet: send_probes of access_validation has not ended"


@control(
    about=PROBED_MAILBOX,
    severity=Severity.MEDIUM,
    ticket=Ticket.OWNER,
    practices=("O:group-email", "M:no-single-person"),
)
def email_reaches_two_people(member: Member, world: World) -> Answer:
    mailbox = world.of(ROOT_MAILBOXES, member.keys[0])
    group = world.of(GROUPS).get(mailbox.key)
    if group is not None and group.is_ticket_queue:
        return NotApplicable(TICKET_QUEUE)
    if mailbox.key not in world.whole(PROBES):
        raise Unseen(PROBES, mailbox.key, NEVER_SENT)
    probe = world.of(PROBES, mailbox.key)
    # What came back came back now, whatever was confirmed last quarter; but two who got it outweigh one who did not.
    if probe.delivery is Delivery.REFUSED and len(probe.confirmed_by) < NEEDED:
        return Deviation(f"the message came back: {probe.text}", {"mailbox": mailbox.masked, **_asked(probe)})
    if probe.last is not None and world.today <= probe.last.until:
        return Pass({"mailbox": mailbox.masked, "answered": probe.last.by, "period": probe.last.period})
    return _unconfirmed(probe, mailbox.key, {"mailbox": mailbox.masked, **_asked(probe)}, world)


def _unconfirmed(probe: Probed, mailbox: str, evidence: Evidence, world: World) -> Answer:
    """Judge a message that counts no more, or not yet."""
    if probe.last is not None and probe.last.period == probe.period:
        raise Unseen(PROBES, mailbox, NOT_SENT_AGAIN.format(period=probe.period))
    if probe.delivery is Delivery.UNREACHABLE:
        raise Unseen(PROBES, mailbox, probe.text)
    if probe.delivery is Delivery.MADE:
        raise Unseen(PROBES, mailbox, NOT_SENT_YET)
    if world.today <= probe.due:
        raise Unseen(PROBES, mailbox, f"asked, due {probe.due}")
    who = "one person alone" if probe.confirmed_by else "nobody"
    return Deviation(f"{who} confirmed by {probe.due} that the message came", evidence)


def _asked(probe: Probed) -> Evidence:
    return {"since": str(probe.sent or ""), "period": probe.period, "answered": probe.confirmed_by}
