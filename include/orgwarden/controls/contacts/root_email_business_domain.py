"""The mailbox of each root user is at a domain that the business manages.

Why: Whoever controls the mailbox can reset the root user's password. At a public provider that is one person, at a
partner it is somebody else's staff, and neither leaves when a contract or an employment ends.

Fix: In AWS Organizations > AWS accounts > the account > Actions > Update email address (by API
account:StartPrimaryEmailUpdate, then account:AcceptPrimaryEmailUpdate with the code that AWS sends) change the address
to a group at a domain of the business; the management account's own is changed by its root user under Account. If the
domain is the business's, declare it under contacts.domains in the baseline.
"""

from orgwarden.aws.mail_providers import domain_within, provider_of
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.declared import BUSINESS_DOMAINS, PARTNER_DOMAINS
from orgwarden.population import ROOT_MAILBOX


@control(about=ROOT_MAILBOX, severity=Severity.HIGH, ticket=Ticket.OWNER, practices=("O:group-email", "E:group-email"))
def root_email_business_domain(member: Member, world: World) -> Answer:
    mailbox = world.of(ROOT_MAILBOXES, member.keys[0])
    fault = _fault(mailbox.domain, world)
    return Deviation(fault, {"mailbox": mailbox.masked, "domain": mailbox.domain}) if fault else None


def _fault(domain: str, world: World) -> str:
    if provider := provider_of(domain):
        return f"the root user's mailbox is at a {provider} mail provider"
    partners = world.of(PARTNER_DOMAINS)
    if domain_within(domain, partners):
        return "the root user's mailbox is at a third party (contacts.partner_domains)"
    own = world.of(BUSINESS_DOMAINS)
    return "" if domain_within(domain, own) else "the root user's mailbox is outside the declared contacts.domains"
