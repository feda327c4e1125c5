"""The changes review: what of the accounts differs from what was approved last, judged from one sealed snapshot."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import approving, reviewing
from orgwarden.flows.reviewing import Clock
from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.privacy import Veil
from orgwarden.store import Store

NAME = "changes_review"
THEME = "changes"


def review(  # noqa: PLR0913 - the tools of a review
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore, clock: Clock
) -> dict[str, Any]:
    """Judge the snapshot's accounts, move the findings, and approve what was vended; give counts, the file and a line.

    The first reading of an organization becomes its approved state; so does what was a gap until now.
    """
    judged, outcome = reviewing.review(
        place,
        theme=THEME,
        workflow=NAME,
        store=store,
        baseline=baseline,
        veil=veil,
        findings=findings,
        clock=clock,
    )
    vended = approving.approve_vended(judged.snapshot, judged.verdicts, approvals=store)
    return {**outcome, "vended": len(vended.rows[APPROVED_ACCOUNTS]) if vended else 0}
