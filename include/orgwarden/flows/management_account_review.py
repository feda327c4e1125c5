"""The management account review: its root user, who gets in, what lies there, and who hears of a misuse."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.flows.reviewing import Clock
from orgwarden.privacy import Veil
from orgwarden.store import Store

NAME = "management_account_review"
THEMES = "management_account+root"


def review(  # noqa: PLR0913 - the tools of a review
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore, clock: Clock
) -> dict[str, Any]:
    """Judge what was read of the management account and of root users; give counts, the verdicts' file and a line."""
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
