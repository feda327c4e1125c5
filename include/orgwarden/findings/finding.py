"""What a finding is: a FAIL followed over time, or a cause that keeps controls from looking.

Its identity is (organization, control, subject); all else about it may change from reading to reading.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from orgwarden.control import Control
from orgwarden.model import Evidence, Observation, Period, Severity, Subject


class State(StrEnum):
    """Where a finding stands; *reopened* is an event and a count, not a state."""

    OPEN = "open"
    SNOOZED = "snoozed"
    EXEMPTED = "exempted"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What a finding is about: something that deviates, or something that could not be looked at."""

    DEVIATION = "deviation"
    UNKNOWN = "unknown"


class Happening(StrEnum):
    """What an event of a finding says."""

    OPENED = "opened"
    REOPENED = "reopened"
    CHANGED = "changed"
    EXEMPTED = "exempted"
    EXPIRED = "exemption ended"
    ADOPTED = "adopted"
    UNADOPTED = "adoption ended"
    SNOOZED = "snoozed"
    WOKE = "snooze ended"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding as it stands.

    ``first_seen`` never moves; ``opened_at``, ``opened_run`` and ``due`` are those of the last opening; ``judged_at``
    and ``judged_run`` are the last reading that saw it there or gone: an older one that comes late changes nothing;
    ``adopted_until`` is the day until which it is debt that was taken over, and no news;
    ``not_seen_since`` is the first reading that could not look where it stands; ``accounts`` are where it stands, and
    where it stood when that could last be seen; ``resolution`` says why it is resolved, and ``resolved_run`` who saw.
    """

    id: str
    organization: str
    control: str
    subject: Subject
    kind: Kind
    state: State
    severity: Severity
    owner: str
    reason: str
    evidence: Evidence
    accounts: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    opened_run: str
    due: date
    judged_at: datetime
    judged_run: str
    not_seen_since: datetime | None = None
    snoozed_until: date | None = None
    adopted_until: date | None = None
    resolved_at: datetime | None = None
    resolved_run: str = ""
    resolution: str = ""
    times_reopened: int = 0

    @property
    def is_gone(self) -> bool:
        return self.state in {State.RESOLVED, State.EXEMPTED}

    def was_judged_after(self, observation: Observation) -> bool:
        """Say whether a newer reading than this one has seen it there, or gone."""
        return (self.judged_at, self.judged_run) > (observation.at, observation.run)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened to a finding, in which reading, in words."""

    finding: str
    happening: Happening
    observation: Observation
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A finding before (``None``: it is new) and after one reading."""

    before: Finding | None
    after: Finding
    observation: Observation

    @property
    def event(self) -> Event | None:
        """Give what people should know of the transition; most readings only move ``last_seen``."""
        happening = self._happening()
        if happening is None:
            return None
        text = self.after.resolution if happening is Happening.RESOLVED else self.after.reason
        if happening is Happening.ADOPTED:
            text = f"debt until {self.after.adopted_until}: {text}"
        return Event(finding=self.after.id, happening=happening, observation=self.observation, text=text)

    def _happening(self) -> Happening | None:
        before, after = self.before, self.after
        was = before.state if before else None
        if was is not after.state:
            return _HAPPENINGS.get((was, after.state), _ARRIVALS[after.state])
        if before and before.adopted_until != after.adopted_until:
            return Happening.ADOPTED if after.adopted_until else Happening.UNADOPTED
        if before and (before.reason, before.evidence) != (after.reason, after.evidence):
            return Happening.CHANGED
        return None


_ARRIVALS = {
    State.OPEN: Happening.OPENED,
    State.SNOOZED: Happening.SNOOZED,
    State.EXEMPTED: Happening.EXEMPTED,
    State.RESOLVED: Happening.RESOLVED,
}
_HAPPENINGS: dict[tuple[State | None, State], Happening] = {
    (State.RESOLVED, State.OPEN): Happening.REOPENED,
    (State.EXEMPTED, State.OPEN): Happening.EXPIRED,
    (State.SNOOZED, State.OPEN): Happening.WOKE,
}


def came_of_month(finding: Finding, control: Control | None) -> bool:
    """Say whether a finding is about what one month came to, which no later reading undoes.

    What people are asked about a month they can still answer. ``control`` is the finding's, None: it is no more.
    """
    scope = finding.subject.scope
    is_asked = control is not None and control.question is not None
    return finding.kind is Kind.DEVIATION and bool(scope) and Period(scope).is_month and not is_asked
