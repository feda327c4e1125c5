"""Reads a mail address as the mailbox that gets its mail.

Organizations give each account an address of its own (``aws+prod@``) that ends in one mailbox. What matters is whose
mailbox that is, so sub-addresses and declared aliases fold into it, and only its keyed hash, its mask and its domain
go on.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from orgwarden.parts.contacts import Mailbox
from orgwarden.privacy import Veil, masked_address

LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LOCAL = re.compile(r"[^\s<>()\[\],;:\\\"@]+")


def read_mailbox(address: str, *, veil: Veil) -> Mailbox:
    """Give the mailbox behind an address; raise ``ValueError``, without the address, where there is none."""
    mailbox = fold(normal(address), veil.aliases)
    return Mailbox(key=veil.mailbox(mailbox), masked=masked_address(mailbox), domain=mailbox.rpartition("@")[2])


def normal(address: str) -> str:
    """Give an address in lower case and without its sub-address (what stands behind a plus sign), or ``ValueError``."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not LOCAL.fullmatch(local):
        raise ValueError("the text is no mail address: it has not one name before one @")
    return f"{local.partition('+')[0] or local}@{mail_domain(domain)}"


def fold(address: str, aliases: Iterable[tuple[str, str]]) -> str:
    """Give the mailbox of the first (pattern, mailbox) that fits an address in its normal form, else the address."""
    return next((mailbox for pattern, mailbox in aliases if fnmatchcase(address, pattern)), address)


def mail_domain(text: str) -> str:
    """Give a domain in its normal form, lower-case ASCII without a trailing dot (RFC 5890), or raise ``ValueError``."""
    try:
        domain = text.strip().lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("the text is no mail domain: a label of it is empty, too long or not allowed") from None
    labels = domain.split(".")
    if len(labels) == 1 or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("the text is no mail domain: write labels of letters and digits with dots between them")
    return domain
