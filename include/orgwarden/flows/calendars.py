"""The calendar of what is due: a person's own, which whoever has its address may read, or everybody's."""

from collections.abc import Callable
from datetime import datetime

from orgwarden.attestations.accepting import person_of
from orgwarden.attestations.calendar import messages_due, quarters_due, questions_due, text_of
from orgwarden.attestations.confirming import confirmed
from orgwarden.attestations.links import calendar, calendar_owner
from orgwarden.attestations.records import AttestationStore
from orgwarden.attestations.telling import names_of
from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput
from orgwarden.flows import organization_inventory as inventory
from orgwarden.privacy import Veil
from orgwarden.store import Store

Clock = Callable[[], datetime]
NAME = "Access validation"


def due_days(  # noqa: PLR0913 - whose, and where what is due stands
    person: str,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    attestations: AttestationStore,
    clock: Clock,
) -> str:
    """Give the calendar of a person, empty: of everybody. Raises ``BadInput`` for somebody who is not registered."""
    declared, now = baseline or Baseline(), clock()
    names = names_of(declared)
    if person and person not in names:
        raise BadInput(f"{person!r} is nobody who stands under people in the baseline: give one of {', '.join(names)}")
    organization = inventory.newest_manifest(store).organization
    asked, entries = attestations.asked(organization), attestations.entries(organization)
    theirs = {person: names[person]} if person else names
    mine = _read_by(person, declared, veil) if person else None
    events = [
        *questions_due(asked, entries, theirs, now.date()),
        *messages_due(attestations.probes.all(organization), confirmed(entries), mine, person, now.date()),
        *quarters_due(asked, declared.attestations.due_days, now.date()),
    ]
    return text_of(events, organization=organization, name=f"{NAME}: {names[person]}" if person else NAME, at=now)


def address_of(sign_in: str, *, baseline: Baseline | None, veil: Veil) -> str:
    """Give what the address of the calendar of whoever signs in so ends in; empty: nobody's who is registered."""
    person = person_of(sign_in, baseline or Baseline())
    return calendar(veil.key, person) if person else ""


def owner_of(address: str, *, baseline: Baseline | None, veil: Veil) -> str:
    """Give whose calendar an address is; empty: nobody's."""
    return calendar_owner(veil.key, address, (baseline or Baseline()).people or {})


def _read_by(person: str, baseline: Baseline, veil: Veil) -> set[str]:
    """Give the mailboxes that a person reads, as declared."""
    groups = baseline.contacts.groups or ()
    listed = ((group, group.members) for group in groups)
    return {
        read_mailbox(group.address, veil=veil).key
        for group, members in listed
        if not isinstance(members, int) and person in members
    }
