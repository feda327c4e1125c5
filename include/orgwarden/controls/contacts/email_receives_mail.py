"""The mail domain of each root user and alternate contact receives mail.

Why: A domain that lapsed, or that says it takes no mail, loses every message of AWS in silence, and whoever registers
a lapsed domain next receives the root users' password resets.

Fix: Look at the domain's MX records (`dig MX the.domain`). If the domain has lapsed, register it again today, before
somebody else does; then restore its MX records, or move the accounts that the ticket lists to an address that
works (account:StartPrimaryEmailUpdate, account:PutAlternateContact). A name that only the inside resolves belongs
under contacts.internal_domains in the baseline.
"""

from orgwarden.aws.mail_providers import domain_within
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.contacts import MAIL_DOMAINS, MailService
from orgwarden.parts.declared import INTERNAL_DOMAINS
from orgwarden.population import MAIL_DOMAIN

DEAF = {
    MailService.NO_SUCH_DOMAIN: "the domain does not exist (NXDOMAIN)",
    MailService.NULL_MX: "the domain says that it takes no mail (null MX)",
}


@control(about=MAIL_DOMAIN, severity=Severity.HIGH, ticket=Ticket.OWNER, practices=("O:group-email",))
def email_receives_mail(member: Member, world: World) -> Answer:
    domain = member.subject.resource
    fault = DEAF.get(world.of(MAIL_DOMAINS, domain))
    if fault is None:
        return None
    internal = world.of(INTERNAL_DOMAINS)
    if domain_within(domain, internal):
        raise Unseen(MAIL_DOMAINS, domain, "declared as internal: the DNS outside does not decide")
    return Deviation(fault, {"domain": domain})
