"""What is approved without anybody's word: the first reading, what was a gap until now, and vended accounts.

Every review of changes or contacts settles first, so whichever comes first writes the first approved state, and none
ever compares a reading with itself without having kept it.
"""

from collections.abc import Iterable

from orgwarden import approved
from orgwarden.approvable import rows_of
from orgwarden.approved import Approval, Approved
from orgwarden.model import Status, Verdict
from orgwarden.snapshot import Gaps, Rows, Snapshot, load
from orgwarden.store import Store

JOINED = "changes.account_joined"


def settle(place: str, *, store: Store, approvals: Store) -> Approval | None:
    """Approve what a sealed snapshot of ``store`` approves by itself; give it, ``None`` where there was nothing to."""
    snapshot = load(store, place)
    _, kept = approved.amend(approvals, snapshot.manifest.organization, lambda state: approved.settled(state, snapshot))
    return kept


def last_approved(snapshot: Snapshot, approvals: Store | None) -> tuple[Rows, Gaps]:
    """Give the last approved state as parts of a world, as if it were settled; where there is none, the remedy."""
    if approvals is None:
        return approved.unapproved(approved.NO_STORE)
    state = approved.load(approvals, snapshot.manifest.organization)
    seen = approved.settled(state, snapshot) if state.number else None
    return approved.approved_parts(approved.fold([seen] if seen else [], onto=state), snapshot)


def approve_vended(snapshot: Snapshot, verdicts: Iterable[Verdict], *, approvals: Store) -> Approval | None:
    """Approve the accounts that joined by a declared pattern, as the snapshot saw them."""
    passed = (v for v in verdicts if v.control == JOINED and v.status is Status.PASS)
    patterns = {v.subject.account: str(v.evidence["pattern"]) for v in passed if "pattern" in v.evidence}

    def change(state: Approved) -> Approval | None:
        fresh = sorted(account for account in patterns if not _is_open(state, account))
        if not fresh or (state.newest and snapshot.manifest.opened < state.newest):
            return None
        told = ", ".join(sorted({patterns[account] for account in fresh}))
        rows = rows_of(fresh, snapshot.world({}, {}))
        return approved.automatic(snapshot, f"vended by pattern: {told}", rows)

    _, kept = approved.amend(approvals, snapshot.manifest.organization, change)
    return kept


def _is_open(state: Approved, account: str) -> bool:
    return account in state.accounts and not state.accounts[account].state.is_closed
