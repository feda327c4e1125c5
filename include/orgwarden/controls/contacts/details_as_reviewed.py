"""The contacts of every account are those that somebody reviewed last.

Why: Who changes an address or a number takes over where AWS sends its warnings and its password resets. Each new one
may be perfectly valid: only somebody who knows can say that it was meant.

Fix: Ask the owners of the accounts that the ticket lists (CloudTrail's events PutContactInformation,
PutAlternateContact and AcceptPrimaryEmailUpdate name who changed a contact). If all of it is right, accept it:
orgwarden accept with the finding or the ticket; the next change is compared with that. If a contact is not right, put
the old one back, and treat it as a security incident until explained.
"""

import hashlib
from collections.abc import Mapping

from orgwarden.approvable import other_details
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.parts.approved import APPROVED_CONTACTS, Detail
from orgwarden.population import WHOLE_ORGANIZATION


@control(about=WHOLE_ORGANIZATION, severity=Severity.HIGH, ticket=Ticket.DIGEST, practices=("M:review-access",))
def details_as_reviewed(_: Member, world: World) -> Answer:
    other, unseen = other_details(world)
    if other:
        approved = world.seen(APPROVED_CONTACTS)
        evidence: Evidence = {
            "accounts": tuple(sorted({key.partition("/")[0] for key in other})),
            "places": tuple(_told(key, approved[key], seen) for key, seen in other.items()),
            "seen": _digest(other),
        }
        contacts = "one contact is" if len(other) == 1 else f"{len(other)} contacts are"
        return Deviation(f"{contacts} not what was reviewed last", evidence)
    for cause in unseen:
        raise cause
    return None


def _told(key: str, approved: Detail | None, seen: Detail) -> str:
    """Say where it is and, in masks, what it was and is."""
    return f"{key.replace('/', ' ')}: {approved.shown if approved else 'none'} → {seen.shown}"


def _digest(other: Mapping[str, Detail]) -> str:
    """Tell one set of new contacts from another that looks the same behind its masks."""
    told = (f"{key}\x1f{d.mailbox}\x1f{d.phone}\x1f{d.person}" for key, d in sorted(other.items()))
    return hashlib.sha256("\x1e".join(told).encode()).hexdigest()[:16]
