"""The management account review: its root user, who gets in, what lies there, and who hears of a misuse."""

from typing import Any

from orgwarden.attestations.records import AttestationStore
from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import reviewing
from orgwarden.flows.reviewing import Clock
from orgwarden.privacy import Veil
from orgwarden.store import Store

NAME = "management_account_review"
THEMES = "management_account+root"


def review(  # noqa: PLR0913 - what is judged, by what, and where what comes of it is kept
    place: str,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    findings: FindingStore,
    attestations: AttestationStore,
    clock: Clock,
) -> dict[str, Any]:
    """Judge what was read of the management account and of root users; give counts, the verdicts' file and a line.

    What signed drills declare counts as what the baseline does.
    """
    return reviewing.review(
        place,
        theme=THEMES,
        workflow=NAME,
        store=store,
        baseline=baseline,
        veil=veil,
        findings=findings,
        record_of=attestations,
        clock=clock,
    )[1]
