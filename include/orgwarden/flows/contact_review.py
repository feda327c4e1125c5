"""The contact review: can AWS reach the right people of every account, judged from one sealed snapshot."""

from dataclasses import asdict
from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import approving, reviewing
from orgwarden.privacy import Veil
from orgwarden.store import Store

THEME = "contacts"


def review(
    place: str, *, store: Store, baseline: Baseline | None, veil: Veil, findings: FindingStore
) -> dict[str, Any]:
    """Judge the snapshot's contacts, keep the verdicts and move the findings; give counts, the file and a line."""
    approving.settle(place, store=store, approvals=store)
    judged = reviewing.judge(place, theme=THEME, store=store, baseline=baseline, veil=veil, approvals=store)
    verdicts = reviewing.keep(judged, store=store)
    recorded = reviewing.record(judged, findings=findings, baseline=baseline)
    return {
        **judged.counts,
        **{name: len(ids) for name, ids in asdict(recorded).items()},
        "causes": dict(reviewing.causes(judged)),
        "verdicts": verdicts,
        "line": reviewing.line(judged, recorded),
    }
