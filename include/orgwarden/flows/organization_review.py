"""The organization review: who administers what, how the accounts are laid out, guarded and tagged."""

from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.privacy import Veil
from orgwarden.store import Store

THEMES = "billing+delegation+structure+tags"


def review(
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore
) -> dict[str, Any]:
    """Judge billing, delegation, structure and tags of the snapshot; give counts, the verdicts' file and a line."""
    return reviewing.review(place, theme=THEMES, store=store, baseline=baseline, veil=veil, findings=findings)[1]
