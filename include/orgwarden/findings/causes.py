"""What keeps controls from looking: one finding per (control, cause), once it lasted for two readings in a row.

One denied call hides a thousand subjects; people need one line that names it, not a thousand, and none for a hiccup.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orgwarden.findings.finding import Finding, Kind, State, Transition
from orgwarden.findings.lifecycle import Reading, changed, opened, resolved, seen, standing
from orgwarden.model import Evidence, Observation, Status, Subject, Verdict

IN_A_ROW = 2
PLACES_SHOWN = 50
# "asked, due 2026-12-31": a person has been asked, and still has time to answer. "awaited": the next reading tells.
WAITING = ("asked", "awaited")


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseRun:
    """In how many readings in a row a cause occurred, and the last of them."""

    cause: str
    readings: int
    last: Observation


def count(runs: Mapping[str, CauseRun], reading: Reading) -> dict[str, CauseRun]:
    """Give the runs after a reading, by cause; a cause that it did not meet is forgotten."""
    return {cause: _counted(cause, runs.get(cause), reading.observation) for cause in _by_cause(reading)}


def follow_causes(known: Iterable[Finding], runs: Mapping[str, CauseRun], reading: Reading) -> Iterator[Transition]:
    """Give what changes about the control's cause findings; ``runs`` are those after the reading."""
    met = {cause_subject(c): _verdict(c, v, reading) for c, v in _by_cause(reading).items()}
    lasting = {cause_subject(cause) for cause, run in runs.items() if run.readings >= IN_A_ROW}
    for finding in known:
        after = _followed(finding, met.pop(finding.subject, None), reading, is_lasting=finding.subject in lasting)
        yield from changed(finding, standing(after, reading), reading.observation)
    for subject in sorted(lasting & met.keys()):
        finding = opened(met[subject], reading, Kind.UNKNOWN)
        yield from changed(None, standing(finding, reading), reading.observation)


def cause_subject(cause: str) -> Subject:
    """Give the subject of a cause's findings."""
    return Subject(resource=f"cause:{hashlib.sha256(cause.encode()).hexdigest()[:12]}")


def _counted(cause: str, run: CauseRun | None, observation: Observation) -> CauseRun:
    """Count a reading; one that was counted before is not counted twice."""
    before = run.readings if run else 0
    is_new = run is None or observation != run.last
    return CauseRun(cause=cause, readings=before + is_new, last=observation)


def _followed(finding: Finding, met: Verdict | None, reading: Reading, *, is_lasting: bool) -> Finding:
    if finding.state is State.RESOLVED:
        return seen(finding, met, reading) if met and is_lasting else finding
    if met is None:
        return resolved(finding, "the cause no longer occurs", reading.observation)
    return seen(finding, met, reading)


def _by_cause(reading: Reading) -> dict[str, list[Verdict]]:
    hidden: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in reading.verdicts:
        if verdict.status is Status.UNKNOWN and not verdict.cause.startswith(WAITING):
            hidden[verdict.cause].append(verdict)
    return hidden


def _verdict(cause: str, hidden: Iterable[Verdict], reading: Reading) -> Verdict:
    return Verdict(
        control=reading.control,
        subject=cause_subject(cause),
        status=Status.UNKNOWN,
        reason=cause,
        cause=cause,
        evidence=_evidence({_place(v.subject) for v in hidden}),
    )


def _evidence(places: set[str]) -> Evidence:
    shown = tuple(sorted(places)[:PLACES_SHOWN])
    return {"count": len(places), "places": shown, "more": len(places) - len(shown)}


def _place(subject: Subject) -> str:
    parts = (subject.account, subject.region, subject.resource, subject.scope)
    return "/".join(part for part in parts if part) or "everything"
