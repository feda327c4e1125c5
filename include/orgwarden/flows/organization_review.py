"""The organization review: who administers what, how the accounts are laid out, guarded and tagged."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.flows.reviewing import Clock
from orgwarden.privacy import Veil
from orgwarden.store import Store

NAME = "organization_review"
THEMES = "billing+delegation+structure+tags"


def review(  # noqa: PLR0913 - the tools of a review
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore, clock: Clock
) -> dict[str, Any]:
    """Judge billing, delegation, structure and tags of the snapshot; give counts, the verdicts' file and a line."""
    return reviewing.review(
        place,
        theme=THEMES,
        workflow=NAME,
        store=store,
        baseline=baseline,
        veil=veil,
        findings=findings,
        clock=clock,
    )[1]
