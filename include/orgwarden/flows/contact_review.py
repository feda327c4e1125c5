"""The contact review: can AWS reach the right people of every account, judged from one sealed snapshot."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.flows.reviewing import Clock
from orgwarden.privacy import Veil
from orgwarden.store import Store

NAME = "contact_review"
THEME = "contacts"


def review(  # noqa: PLR0913 - the tools of a review
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore, clock: Clock
) -> dict[str, Any]:
    """Judge the snapshot's contacts, keep the verdicts and move the findings; give counts, the file and a line."""
    return reviewing.review(
        place,
        theme=THEME,
        workflow=NAME,
        store=store,
        baseline=baseline,
        veil=veil,
        findings=findings,
        clock=clock,
    )[1]
