"""The contact review: can AWS reach the right people of every account, judged from one sealed snapshot."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.privacy import Veil
from orgwarden.store import Store

THEME = "contacts"


def review(
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore
) -> dict[str, Any]:
    """Judge the snapshot's contacts, keep the verdicts and move the findings; give counts, the file and a line."""
    return reviewing.review(place, theme=THEME, store=store, baseline=baseline, veil=veil, findings=findings)[1]
