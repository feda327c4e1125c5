"""The management account review: its root user, who gets in, what lies there, and who hears of a misuse."""

from typing import Any

from orgwarden.attestations.records import AttestationStore
from orgwarden.baseline import Baseline
from orgwarden.findings.store import FindingStore
from orgwarden.flows import access_validation, reviewing
from orgwarden.privacy import Veil
from orgwarden.store import Store

THEMES = "management_account+root"


def review(  # noqa: PLR0913 - what is judged, by what, and where what comes of it is kept
    place: str,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    findings: FindingStore,
    attestations: AttestationStore,
    clock: access_validation.Clock,
) -> dict[str, Any]:
    """Judge what was read of the management account and of root users; give counts, the verdicts' file and a line.

    Where people were asked, what they answered is judged again: AWS tells of a drill later than they do.
    """
    judged, outcome = reviewing.review(
        place,
        theme=THEMES,
        store=store,
        baseline=baseline,
        veil=veil,
        findings=findings,
        record_of=attestations,
    )
    if attestations.asked(judged.world.organization):
        access_validation.review(
            store=store, baseline=baseline, veil=veil, attestations=attestations, findings=findings, clock=clock
        )
    return outcome
