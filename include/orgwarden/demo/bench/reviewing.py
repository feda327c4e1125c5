"""Judges a made-up snapshot of the messy organization at any size: the seconds it takes and the memory it needs.

What a process has ever held cannot be taken back, so each size is judged in a process of its own.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orgwarden import baseline as declarations
from orgwarden import snapshot
from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.aws.phones import read_phone
from orgwarden.demo import embedded, messy, seed
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import Contact, Seed
from orgwarden.flows import reviewing
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
    TAGS,
    UNITS,
    Account,
    AccountState,
    Organization,
    Unit,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Page, Sealing, stage
from orgwarden.store import FileStore

PLACE = "snapshots/2026-11/1"
VEIL = Veil(b"a key for measuring")
MEGABYTE = 1024


def measured(accounts: int, folder: Path) -> Mapping[str, float]:
    """Make a snapshot of so many accounts, and judge it in another process; give seconds, megabytes and verdicts."""
    shutil.rmtree(folder, ignore_errors=True)
    write(messy.declared(accounts), folder)
    command = [sys.executable, "-m", "orgwarden.demo.bench.reviewing", str(folder)]
    told = subprocess.run(command, env=embedded.clean_environ(), check=True, capture_output=True)  # noqa: S603 - ours
    found: dict[str, float] = json.loads(told.stdout)
    return found


def write(declared: Seed, folder: Path) -> None:
    """Seal what a collection of the organization would have read."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    staging = stage(FileStore(folder), PLACE, Opened(period="2026-11", run="made up", at=at, key_check=VEIL.check))
    rows = _rows(declared)
    staging.put("made-up", 1, Page(rows=rows))
    sealing = Sealing(
        organization=declared.organization.id, management=MANAGEMENT_ID, sealed=at, previous="", versions={}
    )
    snapshot.seal(staging, sealing, parts=rows, gaps={})


def _rows(declared: Seed) -> dict[Part[Any], dict[str, Any]]:
    members = [declared.management, *declared.accounts]
    primary = seed.primary_contacts(declared, drifts=False)
    alternates = seed.alternate_contacts(declared, drifts=False)
    live = [one for one in members if one.state not in {"CLOSED", "PENDING_CLOSURE"}]
    whole = Organization(
        id=declared.organization.id,
        management_account=MANAGEMENT_ID,
        feature_set="ALL",
        root=declared.organization.root,
    )
    ids = {path: unit.id for path, unit in declared.units.items()}
    return {
        ORGANIZATION: {EVERYTHING: whole},
        ACCOUNTS: {
            one.id: Account(id=one.id, name=one.name, state=AccountState(one.state), joined="", method="CREATED")
            for one in members
        },
        ROOT_MAILBOXES: {one.id: read_mailbox(one.address, veil=VEIL) for one in members},
        UNITS: {unit: Unit(name=path, parent=ids.get(path.rpartition("/")[0], "")) for path, unit in ids.items()},
        PLACEMENTS: {one.id: _units_above(one.unit, ids) for one in members},
        TAGS: {one.id: one.tags for one in live},
        PRIMARY_CONTACTS: {one.id: _primary(primary.get(one.id)) for one in live},
        ALTERNATE_CONTACTS: {
            f"{one.id}/{kind}": _alternate(alternates.get((one.id, kind))) for one in live for kind in ALTERNATE_TYPES
        },
        MAIL_DOMAINS: dict.fromkeys(declared.domains, MailService.MAIL_EXCHANGER),
    }


def _units_above(unit: str, ids: Mapping[str, str]) -> tuple[str, ...]:
    steps = unit.split("/") if unit else []
    return tuple(ids["/".join(steps[: depth + 1])] for depth in range(len(steps)))


def _primary(contact: Contact | None) -> PrimaryContact:
    phone = read_phone(contact["PhoneNumber"], country="", veil=VEIL) if contact else None
    return PrimaryContact(phone=phone, verification="VERIFIED" if phone else "")


def _alternate(contact: Contact | None) -> AlternateContact | None:
    if contact is None:
        return None
    return AlternateContact(
        mailbox=read_mailbox(contact["EmailAddress"], veil=VEIL),
        phone=read_phone(contact["PhoneNumber"], country="", veil=VEIL),
        person=VEIL.person(contact["Name"]),
    )


def _judged(folder: Path) -> dict[str, float]:
    store, baseline = FileStore(folder), declarations.load(messy.BASELINE)
    begun = time.monotonic()
    judged = reviewing.judge(PLACE, theme="contacts", store=store, baseline=baseline, veil=VEIL)
    seconds = time.monotonic() - begun
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return {"seconds": seconds, "megabytes": held, "verdicts": len(judged.verdicts)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_judged(Path(sys.argv[1]))))
