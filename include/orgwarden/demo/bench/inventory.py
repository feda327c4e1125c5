"""What a collection would have read of the organization and its contacts, as rows."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from orgwarden import baseline
from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.aws.phones import read_phone
from orgwarden.declared import aliases
from orgwarden.demo import messy, seed
from orgwarden.demo.bench import formula
from orgwarden.demo.bench.baseline import RUNBOOK
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import Contact, Seed
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    MAIL_DOMAINS,
    PRIMARY_CONTACTS,
    ROOT_MAILBOXES,
    AlternateContact,
    MailService,
    PrimaryContact,
)
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    STATES_SINCE,
    TAGS,
    UNITS,
    Account,
    AccountState,
    Organization,
    Unit,
)
from orgwarden.parts.runbooks import RUNBOOK_LINKS, LinkState
from orgwarden.privacy import Veil

Rows = Mapping[Part[Any], Mapping[str, Any]]


@cache
def veil() -> Veil:
    """Give the key of the reading, with the patterns of addresses that the owners declare."""
    return Veil(b"a key for measuring", aliases=aliases(baseline.load(messy.BASELINE)))


def organization(declared: Seed) -> Rows:
    """Give the rows of the sweep of AWS Organizations."""
    members = (declared.management, *declared.accounts)
    about = declared.organization
    ids = {path: unit.id for path, unit in declared.units.items()}
    joined = about.joined.isoformat()
    whole = Organization(id=about.id, management_account=MANAGEMENT_ID, feature_set="ALL", root=about.root)
    live = set(formula.live(declared))
    return {
        ORGANIZATION: {EVERYTHING: whole},
        ACCOUNTS: {
            one.id: Account(id=one.id, name=one.name, state=AccountState(one.state), joined=joined, method="CREATED")
            for one in members
        },
        ROOT_MAILBOXES: {one.id: read_mailbox(one.address, veil=veil()) for one in members},
        UNITS: {ids[path]: _unit(path, ids, about.root) for path in ids},
        PLACEMENTS: {one.id: units_above(one.unit, ids) for one in members},
        TAGS: {
            about.root: {},
            **{unit.id: unit.tags for unit in declared.units.values()},
            **{one.id: one.tags for one in members if one.id in live},
        },
        STATES_SINCE: {one.id: "2026-11-20" for one in members if one.state != AccountState.ACTIVE},
    }


def contacts(declared: Seed) -> Rows:
    """Give the rows of the sweeps of contacts and mail domains."""
    primary = seed.primary_contacts(declared, drifts=False)
    alternates = seed.alternate_contacts(declared, drifts=False)
    live = formula.live(declared)
    return {
        PRIMARY_CONTACTS: {id_: _primary(primary.get(id_)) for id_ in live},
        ALTERNATE_CONTACTS: {
            f"{id_}/{kind}": _alternate(alternates.get((id_, kind))) for id_ in live for kind in ALTERNATE_TYPES
        },
        MAIL_DOMAINS: {
            **dict.fromkeys((one.address.rpartition("@")[2] for one in declared.accounts), MailService.NO_SUCH_DOMAIN),
            **dict.fromkeys(declared.domains, MailService.MAIL_EXCHANGER),
        },
    }


def runbooks(_: Seed) -> Rows:
    """Give what the link of the one document that is declared led to."""
    return {RUNBOOK_LINKS: {veil().link(RUNBOOK): LinkState.THERE}}


def units_above(path: str, ids: Mapping[str, str]) -> tuple[str, ...]:
    """Give the ids of the units of a path, from the root down."""
    steps = path.split("/") if path else []
    return tuple(ids["/".join(steps[: depth + 1])] for depth in range(len(steps)))


def _unit(path: str, ids: Mapping[str, str], root: str) -> Unit:
    above, _, name = path.rpartition("/")
    return Unit(name=name, parent=ids.get(above, root))


def _primary(contact: Contact | None) -> PrimaryContact:
    phone = read_phone(contact["PhoneNumber"], country="", veil=veil()) if contact else None
    return PrimaryContact(phone=phone, verification="VERIFIED" if phone else "")


def _alternate(contact: Contact | None) -> AlternateContact | None:
    if contact is None:
        return None
    return AlternateContact(
        mailbox=read_mailbox(contact["EmailAddress"], veil=veil()),
        phone=read_phone(contact["PhoneNumber"], country="", veil=veil()),
        person=veil().person(contact["Name"]),
    )
