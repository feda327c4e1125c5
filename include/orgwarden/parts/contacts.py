"""By which ways AWS reaches an account: mailboxes, phone numbers, alternate contacts, and the domains of its mail."""

from dataclasses import dataclass
from enum import StrEnum

from orgwarden.model import Part

ALTERNATE_TYPES = ("BILLING", "OPERATIONS", "SECURITY")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """A mail address, folded to the mailbox that gets its mail: keyed hash, mask, and the domain in clear."""

    key: str
    masked: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A phone number: keyed hash, mask, its country (ISO 3166, empty where none fits), its kind, and what is wrong.

    ``defect`` says why it can be nobody's number, in words without its digits; empty where it can be somebody's.
    """

    key: str
    masked: str
    region: str
    kind: str
    defect: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PrimaryContact:
    """GetContactInformation of one account; no ``phone`` means that the account has no contact information.

    ``verification`` is AWS's word on the number: PENDING, VERIFIED, UNVERIFIED, NOT_SUPPORTED; empty: not said.
    """

    phone: Phone | None
    verification: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlternateContact:
    """GetAlternateContact of one account and type; ``person`` is the keyed hash of the contact's name."""

    mailbox: Mailbox
    phone: Phone
    person: str


class MailService(StrEnum):
    """What the DNS says of a domain's mail (RFC 5321 section 5.1, RFC 7505)."""

    MAIL_EXCHANGER = "MAIL_EXCHANGER"
    ADDRESS_ALONE = "ADDRESS_ALONE"
    NULL_MX = "NULL_MX"
    NO_SUCH_DOMAIN = "NO_SUCH_DOMAIN"


# The mailbox of each account's root user, by account.
ROOT_MAILBOXES: Part[Mailbox] = Part("organizations.root_mailboxes", Mailbox)
PRIMARY_CONTACTS: Part[PrimaryContact] = Part("account.primary_contacts", PrimaryContact)
# By account/TYPE; None: AWS says that there is no such contact.
ALTERNATE_CONTACTS: Part[AlternateContact | None] = Part("account.alternate_contacts", AlternateContact | None)
# By domain, as seen from where the sweep ran.
MAIL_DOMAINS: Part[MailService] = Part("dns.mail_domains", MailService)
