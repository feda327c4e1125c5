"""Hash key rotation: one reading under the new key, which knows each thing by its old hash, too; then identities move.

Findings, the tickets' lists and the approved contacts go by keyed hashes. Nobody can compute one hash from the other,
but whoever reads the organization once more sees what both are made of.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from orgwarden import approved
from orgwarden.approved import Approval, Approved
from orgwarden.attestations.probes import ProbeStore
from orgwarden.baseline import Baseline
from orgwarden.baseline.loading import files_of
from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import Aws
from orgwarden.controls import catalogue
from orgwarden.declared import declared_parts
from orgwarden.errors import BadInput, RetryLater
from orgwarden.findings.finding import Finding, State
from orgwarden.findings.store import FindingStore
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.organization_inventory import Clock, sweep_all
from orgwarden.model import Period, finding_id
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS, Detail
from orgwarden.privacy import MASKED, Veil
from orgwarden.snapshot import Rows, Snapshot, load
from orgwarden.store import Store
from orgwarden.tickets.moving import move_tickets

KEYED = re.compile(rf"\b[mnp]-[0-9a-f]{{24}}\b|{MASKED}")
NAMED = re.compile(rf"{KEYED.pattern}|\b[0-9a-f]{{16}}\b")
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

    def text(self, value: str) -> str:
        new = Veil.text(self, value)
        self.moved.update(zip(KEYED.findall(self.old.text(value)), KEYED.findall(new), strict=True))
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
    links: Links,
    veil: Veil,
    baseline: Baseline | None,
    audit: str,
    asks_cost_explorer: bool,
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
    sweep = partial(sweep_all, store=store, aws=aws, dns=dns, links=links, veil=rotating, baseline=baseline)
    swept = partial(sweep, audit=audit, asks_cost_explorer=asks_cost_explorer)
    snapshot = _read(swept, rotating, store=store, baseline=baseline, clock=clock, versions=versions)
    declared_parts(baseline, veil=rotating)  # what is declared and stands nowhere is known by both hashes, too
    known = findings.findings(snapshot.manifest.organization)
    moved = findings.rekey(
        snapshot.manifest.organization,
        lambda finding: rekeyed(finding, rotating.moved),
        partial(move_tickets, controls={control.id: control for control in catalogue()}),
    )
    # Links that were sent under the old key open nothing any more; what was confirmed goes on counting.
    ProbeStore(findings.engine).rekey(snapshot.manifest.organization, rotating.moved)
    state, approval = approved.amend(
        store, snapshot.manifest.organization, lambda last: _approval(last, snapshot, rotating)
    )
    return Rotated(
        snapshot=snapshot.place,
        findings=moved,
        left=tuple(f.id for f in known if _is_left(f, rotating.moved)),
        approved=len(approval.rows[APPROVED_CONTACTS]) if approval else 0,
        left_approved=tuple(sorted(_under(state, veil))),
        names={**{old: name for old, name in rotating.moved.items() if KEYED.fullmatch(old)}, **moved},
    )


def rekeyed(finding: Finding, moved: Mapping[str, str]) -> Finding:
    """Give a finding as it is once its resource and its owner go by what is known under the new key."""
    subject = replace(finding.subject, resource=renamed(finding.subject.resource, moved))
    id_ = finding_id(finding.organization, finding.control, subject)
    return replace(finding, id=id_, subject=subject, owner=renamed(finding.owner, moved))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Give a text in which what goes by an id, a hash or a bit of one goes by the new one."""
    return NAMED.sub(lambda found: names.get(found[0], found[0]), text)


def edit_baseline(path: Path, names: Mapping[str, str]) -> list[Path]:
    """Write the new names into the files of a baseline; give those that changed, for a person to commit."""
    changed = []
    for file in files_of(path):
        text = file.read_text(encoding="utf-8")
        if (after := renamed(text, names)) != text:
            file.write_text(after, encoding="utf-8")
            changed.append(file)
    return changed


def _read(  # noqa: PLR0913 - the tools of a whole reading
    swept: Callable[[str], Iterable[tuple[str, object]]],
    veil: Veil,
    *,
    store: Store,
    baseline: Baseline | None,
    clock: Clock,
    versions: Mapping[str, str],
) -> Snapshot:
    """Read everything anew: of a page that was staged before nobody would know the old hashes."""
    now = clock()
    run = f"rotate-key {now.isoformat()}"
    place = inventory.open_snapshot(Period.month_of(now), run=run, store=store, veil=veil, clock=lambda: now)
    for _, told in swept(place):
        if isinstance(told, RetryLater):
            raise told
    inventory.gate(place, store=store, baseline=baseline)
    inventory.seal(place, store=store, clock=clock, versions=versions)
    return load(store, place)


def _is_left(finding: Finding, moved: Mapping[str, str]) -> bool:
    found = KEYED.findall(f"{finding.subject.resource} {finding.owner}")
    return finding.state is not State.RESOLVED and not {*found} <= moved.keys() | {*moved.values()}


def _approval(state: Approved, snapshot: Snapshot, veil: RotatingVeil) -> Approval | None:
    """Give the contacts, and the names of accounts, that were approved under the old key, as the new one has them."""
    contacts = {key: moved for key in _under(state, veil.old) for moved in _moved(state.contacts[key], veil.moved)}
    named = {id_: replace(row, name=renamed(row.name, veil.moved)) for id_, row in state.accounts.items()}
    accounts = {id_: row for id_, row in named.items() if row != state.accounts[id_]}
    rows: Rows = {APPROVED_CONTACTS: contacts, APPROVED_ACCOUNTS: accounts}
    return approved.automatic(snapshot, WHY, rows) if contacts or accounts else None


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
