"""The mailbox of each alternate contact is at a domain of the business or a declared partner.

Why: AWS sends notices about abuse, exposure and billing to it. At a public provider or an unknown domain nobody can say
who reads them, and nobody can switch the mailbox off when that person leaves.

Fix: Change the contact to an address at a domain of the business (AWS Organizations > AWS accounts > the account >
Contact info > Alternate contacts, or account:PutAlternateContact). If the domain is a partner's who works on your
behalf, declare it under contacts.partner_domains in the baseline; if it is yours, under contacts.domains.
"""

from orgwarden.aws.mail_providers import domain_within, provider_of
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS
from orgwarden.parts.declared import BUSINESS_DOMAINS, PARTNER_DOMAINS
from orgwarden.population import ALTERNATE_MAILBOX


@control(about=ALTERNATE_MAILBOX, severity=Severity.LOW, ticket=Ticket.OWNER, authority=Authority.BEYOND)
def alternate_email_business_domain(member: Member, world: World) -> Answer:
    contact = world.of(ALTERNATE_CONTACTS, member.keys[0])
    fault = _fault(contact.mailbox.domain, world) if contact else ""
    if contact is None or not fault:
        return None
    return Deviation(fault, {"mailbox": contact.mailbox.masked, "domain": contact.mailbox.domain})


def _fault(domain: str, world: World) -> str:
    if provider := provider_of(domain):
        return f"the alternate contact's mailbox is at a {provider} mail provider"
    partners = world.of(PARTNER_DOMAINS)
    if domain_within(domain, partners):
        return ""
    own = world.of(BUSINESS_DOMAINS)
    return "" if domain_within(domain, own) else "the alternate contact's mailbox is outside the declared domains"
