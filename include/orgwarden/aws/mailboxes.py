"""Reads a mail address as the mailbox that gets its mail.

Organizations give each account an address of its own (``aws+prod@``) that ends in one mailbox. What matters is whose
mailbox that is, so sub-addresses fold into it, and only its keyed hash, its mask and its domain go on.
"""

import re

from orgwarden.parts import Mailbox
from orgwarden.privacy import Veil, masked_address

LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LOCAL = re.compile(r"[^\s<>()\[\],;:\\\"@]+")


def read_mailbox(address: str, *, veil: Veil) -> Mailbox:
    """Give the mailbox behind an address; raise ``ValueError``, without the address, where there is none."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not LOCAL.fullmatch(local):
        raise ValueError("the text is no mail address: it has not one name before one @")
    domain = mail_domain(domain)
    normal = f"{fold(local, domain)}@{domain}"
    return Mailbox(key=veil.mailbox(normal), masked=masked_address(normal), domain=domain)


def fold(local: str, domain: str) -> str:  # noqa: ARG001 - how a domain folds may depend on the domain
    """Give the name of the mailbox to which an address of the domain is delivered: what stands before a plus sign."""
    return local.partition("+")[0] or local


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
