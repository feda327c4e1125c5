"""The baseline as parts: what the owners declared, hashed as readings are, and a gap for what they did not declare.

A control that compares with a list that nobody declared is UNKNOWN, and the cause of the gap is the remedy.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orgwarden.aws.mailboxes import mail_domain, normal, read_mailbox
from orgwarden.aws.phones import read_phone
from orgwarden.baseline.attestations import Attestations
from orgwarden.baseline.models import Baseline, Changes, Contacts
from orgwarden.baseline.models import Owners as DeclaredOwners
from orgwarden.declared.custody import UNDECLARED as CUSTODY
from orgwarden.declared.custody import custody_rows
from orgwarden.declared.governance import UNDECLARED as GOVERNANCE
from orgwarden.declared.governance import governance_rows
from orgwarden.declared.runbooks import UNDECLARED as RUNBOOKS
from orgwarden.declared.runbooks import runbook_rows
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.declared import (
    BUSINESS_DOMAINS,
    DECLARED_NUMBERS,
    GROUPS,
    INTERNAL_DOMAINS,
    OWNERS,
    PARTNER_DOMAINS,
    REQUIRED_CONTACTS,
    TOLL_FREE_ALLOWED,
    VENDED,
    Group,
    Owners,
    Vended,
)
from orgwarden.parts.reviews import REVIEW_RULES, ReviewRules
from orgwarden.privacy import Veil

UNDECLARED: Mapping[Part[Any], str] = {
    **GOVERNANCE,
    **CUSTODY,
    **RUNBOOKS,
    BUSINESS_DOMAINS: "not declared: list your organization's mail domains under contacts.domains in the baseline",
    DECLARED_NUMBERS: "not declared: list your known phone numbers under contacts.numbers in the baseline",
    GROUPS: "not declared: list your group mailboxes and ticket queues under contacts.groups in the baseline",
}


def declared_parts(
    baseline: Baseline | None, *, veil: Veil
) -> tuple[dict[Part[Any], dict[str, Any]], dict[tuple[str, str], str]]:
    """Give the declared parts, each under ``"*"``, and the gaps by (part name, ``"*"``); None declares nothing."""
    declared = baseline or Baseline()
    folding = replace(veil, aliases=aliases(declared))
    rows = {
        **_contacts(declared.contacts, folding),
        **governance_rows(declared, veil),
        **custody_rows(declared, folding),
        **runbook_rows(declared, veil),
        **_changes(declared.changes),
        OWNERS: _owners(declared.owners),
        REVIEW_RULES: _reviews(declared.attestations),
    }
    parts = {part: {EVERYTHING: row} for part, row in rows.items() if row is not None}
    gaps = {(part.name, EVERYTHING): UNDECLARED[part] for part, row in rows.items() if row is None}
    return parts, gaps


def _contacts(contacts: Contacts, veil: Veil) -> dict[Part[Any], Any]:
    """Give the row of each part, None where it is undeclared."""
    return {
        BUSINESS_DOMAINS: None if contacts.domains is None else _domains(contacts.domains),
        PARTNER_DOMAINS: _domains(contacts.partner_domains),
        INTERNAL_DOMAINS: _domains(contacts.internal_domains),
        DECLARED_NUMBERS: _numbers(contacts, veil),
        GROUPS: _groups(contacts, veil),
        REQUIRED_CONTACTS: tuple(contacts.required),
        TOLL_FREE_ALLOWED: contacts.toll_free_allowed,
    }


def aliases(baseline: Baseline | None) -> tuple[tuple[str, str], ...]:
    """Give the declared patterns of addresses and the mailbox of each, in the normal form of addresses."""
    declared = baseline.contacts.aliases if baseline else ()
    return tuple((alias.pattern.lower(), normal(alias.mailbox)) for alias in declared)


def _changes(changes: Changes) -> dict[Part[Any], Any]:
    vended = (
        Vended(method=v.method or "", units=v.units, name=v.name or "", tags=dict(v.tags)) for v in changes.vended
    )
    return {VENDED: tuple(vended)}


def _reviews(attestations: Attestations) -> ReviewRules:
    return ReviewRules(days=attestations.review_days, least_coverage=attestations.least_coverage)


def _domains(declared: tuple[str, ...]) -> frozenset[str]:
    return frozenset(mail_domain(domain) for domain in declared)


def _numbers(contacts: Contacts, veil: Veil) -> dict[str, str] | None:
    if contacts.numbers is None:
        return None
    return {read_phone(entry.number, country="", veil=veil).key: entry.use for entry in contacts.numbers}


def _groups(contacts: Contacts, veil: Veil) -> dict[str, Group] | None:
    if contacts.groups is None:
        return None
    return {
        read_mailbox(entry.address, veil=veil).key: Group(
            members=entry.size, is_ticket_queue=entry.kind == "ticket_queue"
        )
        for entry in contacts.groups
    }


def _owners(owners: DeclaredOwners) -> Owners:
    return Owners(
        tag_keys=tuple(owners.tag_keys), units=dict(owners.units), themes=dict(owners.themes), default=owners.default
    )
