"""Hash key rotation: one reading under the new key, which knows each thing by its old hash, too; then identities move.

Findings, the tickets' lists and the approved contacts go by keyed hashes. Nobody can compute one hash from the other,
but whoever reads the organization once more sees what both are made of.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orgwarden import approved
from orgwarden.approved import Approval, Approved
from orgwarden.baseline import Baseline
from orgwarden.baseline.loading import files_of
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import Aws
from orgwarden.control import Ticket
from orgwarden.controls import catalogue
from orgwarden.declared import declared_parts
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, State
from orgwarden.findings.store import FindingStore
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.organization_inventory import Clock
from orgwarden.model import Period, Subject
from orgwarden.parts.approved import APPROVED_CONTACTS, Detail
from orgwarden.privacy import Veil
from orgwarden.snapshot import Snapshot, load
from orgwarden.store import Store

HASHED = re.compile(r"[mnp]-[0-9a-f]{24}")
WHY = "the hash key was rotated"


@dataclass(frozen=True, slots=True)
class RotatingVeil(Veil):
    """Hashes under the new key, and notes by which hash the ``old`` veil knew each thing."""

    old: Veil = field(kw_only=True)
    moved: dict[str, str] = field(kw_only=True, default_factory=dict, repr=False)

    def _digest(self, kind: str, normal: str) -> str:
        new = Veil._digest(self, kind, normal)  # noqa: SLF001 - its own, which super() does not find in a slotted class
        self.moved[self.old._digest(kind, normal)] = new  # noqa: SLF001 - the same of the veil that it takes over from
        return new


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotated:
    """What a rotation came to: the reading under the new key, and what moved and what did not.

    ``findings`` has the new id of each finding by its old one; ``left`` are the findings, and ``left_approved`` the
    contacts (``account/SLOT``), whose things were not met; they stay under the old key until a rotation meets them.
    ``names`` has what the baseline may name, by what it was.
    """

    snapshot: str
    findings: Mapping[str, str]
    left: tuple[str, ...]
    approved: int
    left_approved: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def line(self) -> str:
        told = f"{len(self.findings)} findings and {self.approved} approved contacts moved to the new key"
        left = len(self.left) + len(self.left_approved)
        return f"{told} · {left} not met, and still under the old one" if left else told


def rotate(  # noqa: PLR0913 - the tools of a whole reading
    new: Veil,
    *,
    store: Store,
    aws: Aws,
    dns: Dns,
    veil: Veil,
    baseline: Baseline | None,
    findings: FindingStore,
    clock: Clock,
    versions: Mapping[str, str],
) -> Rotated:
    """Read the organization under the new key, seal it, and move what went by the old one.

    Run again it moves what it meets by then. Raises ``BadInput`` where both keys are one, and what a reading raises.
    """
    if new.check == veil.check:
        raise BadInput("ORGWARDEN_NEW_HASH_KEY is the key in use: make a new one (openssl rand -hex 32)")
    rotating = RotatingVeil(new.key, aliases=veil.aliases, old=veil)
    snapshot = _read(rotating, store=store, aws=aws, dns=dns, baseline=baseline, clock=clock, versions=versions)
    declared_parts(baseline, veil=rotating)  # what is declared and stands nowhere is known by both hashes, too
    known = findings.findings(snapshot.manifest.organization)
    moved = findings.rekey(rekeyed(known, rotating.moved))
    state, approval = approved.amend(
        store, snapshot.manifest.organization, lambda last: _approval(last, snapshot, rotating)
    )
    return Rotated(
        snapshot=snapshot.place,
        findings=moved,
        left=tuple(f.id for f in known if _is_left(f, rotating.moved) or _keeps_its_ticket(f)),
        approved=len(approval.rows[APPROVED_CONTACTS]) if approval else 0,
        left_approved=tuple(sorted(_under(state, veil))),
        names={**{old: name for old, name in rotating.moved.items() if HASHED.fullmatch(old)}, **moved},
    )


def rekeyed(findings: Iterable[Finding], moved: Mapping[str, str]) -> dict[str, Subject]:
    """Give the new subject of each finding, by its id, whose resource is known under the new key."""
    ours = [f for f in findings if f.subject.resource in moved and not _keeps_its_ticket(f)]
    return {f.id: replace(f.subject, resource=moved[f.subject.resource]) for f in ours}


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Give a text in which what the baseline names by an id or a hash goes by the new one."""
    return re.sub(r"\b(?:[mnp]-[0-9a-f]{24}|[0-9a-f]{16})\b", lambda found: names.get(found[0], found[0]), text)


def edit_baseline(path: Path, names: Mapping[str, str]) -> list[Path]:
    """Write the new names into the files of a baseline; give those that changed, for a person to commit."""
    changed = []
    for file in files_of(path):
        text = file.read_text(encoding="utf-8")
        if (after := renamed(text, names)) != text:
            file.write_text(after, encoding="utf-8")
            changed.append(file)
    return changed


def _read(  # noqa: PLR0913 - the same
    veil: Veil,
    *,
    store: Store,
    aws: Aws,
    dns: Dns,
    baseline: Baseline | None,
    clock: Clock,
    versions: Mapping[str, str],
) -> Snapshot:
    """Read everything anew: of a page that was staged before nobody would know the old hashes."""
    now = clock()
    run = f"rotate-key {now.isoformat()}"
    place = inventory.open_snapshot(Period.month_of(now), run=run, store=store, veil=veil, clock=lambda: now)
    swept = inventory.sweep_all(
        place, store=store, aws=aws, dns=dns, veil=veil, baseline=baseline, audit="", asks_cost_explorer=False
    )
    deque(swept, maxlen=0)
    inventory.gate(place, store=store, baseline=baseline)
    inventory.seal(place, store=store, clock=clock, versions=versions)
    return load(store, place)


def _is_left(finding: Finding, moved: Mapping[str, str]) -> bool:
    resource = finding.subject.resource
    is_hashed = HASHED.fullmatch(resource) and resource not in moved.values()
    return bool(is_hashed) and resource not in moved and finding.state is not State.RESOLVED


def _keeps_its_ticket(finding: Finding) -> bool:
    """Say whether the finding's ticket is found by the finding's id, so that moving it would make another ticket."""
    alone = {control.id for control in catalogue() if control.ticket is Ticket.SUBJECT}
    return finding.control in alone and bool(HASHED.fullmatch(finding.subject.resource))


def _approval(state: Approved, snapshot: Snapshot, veil: RotatingVeil) -> Approval | None:
    """Give the contacts that were approved under the old key, as the new one has them."""
    rows = {key: moved for key in _under(state, veil.old) for moved in _moved(state.contacts[key], veil.moved)}
    return approved.automatic(snapshot, WHY, {APPROVED_CONTACTS: rows}) if rows else None


def _under(state: Approved, veil: Veil) -> list[str]:
    """Give the contacts that were approved under a key, by today's patterns of mailboxes."""
    sources = {key: state.sources[APPROVED_CONTACTS.name, key] for key in state.contacts}
    return [key for key, source in sources.items() if (source.key_check, source.aliases) == (veil.check, veil.folding)]


def _moved(detail: Detail | None, moved: Mapping[str, str]) -> list[Detail | None]:
    """Give a contact under the new key, once or, where one of its hashes is not known, not at all."""
    if detail is None:
        return [None]
    hashes: dict[str, Any] = {name: getattr(detail, name) for name in ("mailbox", "phone", "person")}
    if any(old and old not in moved for old in hashes.values()):
        return []
    return [replace(detail, **{name: moved.get(old, "") for name, old in hashes.items()})]
