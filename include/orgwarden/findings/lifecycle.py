"""How findings follow verdicts: pure rules, from what is known and one reading to what is known next.

A finding is resolved only by a reading that could look where it last stood. Whether a deviation is *there* is the
verdicts' word alone; whether it is *accepted* or *put off* is people's, and is laid over it last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, Kind, State, Transition
from orgwarden.model import Observation, Severity, Status, Subject, Verdict, finding_id

RETIRED = "the control left the catalogue"
LONGEST_SNOOZE = timedelta(days=30)

# Two verdicts on one subject should not be; if there are, the worse one counts, whatever their order.
_WORST_LAST = (Status.NOT_APPLICABLE, Status.PASS, Status.UNKNOWN, Status.FAIL)


class Exemption(Protocol):
    """An accepted deviation, as far as findings need to know it."""

    def covers(self, control: str, account: str, resource: str, on: date) -> bool:
        """Say whether the deviation is accepted on that day."""


class Adoption(Protocol):
    """Findings that were taken over as debt on a day, until another."""

    @property
    def on(self) -> date: ...
    @property
    def until(self) -> date: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is decided about findings outside of the verdicts.

    ``due_days`` has the days by severity, ``adoptions`` those that name a finding, by its id. ``months_stand``: a
    finding about a month ends by acceptance alone; that the month was delivered anew does not undo what was published.
    """

    owner_of: Callable[[Verdict], str]
    exemptions: tuple[Exemption, ...]
    due_days: Mapping[Severity, int]
    today: date
    adoptions: Mapping[str, Sequence[Adoption]] = field(default_factory=dict)
    months_stand: bool = False

    def due(self, opened: date, severity: Severity) -> date:
        """Give the day by which a finding that opened then shall be gone."""
        return opened + timedelta(days=self.due_days[severity])

    def adopted_until(self, finding: Finding) -> date | None:
        """Give the day until which a finding is debt: never a critical one, nor what opened, or again, after that."""
        if finding.severity is Severity.CRITICAL or finding.kind is not Kind.DEVIATION:
            return None
        named, opened_on = self.adoptions.get(finding.id, ()), finding.opened_at.date()
        return max((a.until for a in named if opened_on <= a.on and self.today <= a.until), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one reading says of one control in one scope."""

    organization: str
    control: str
    severity: Severity
    scope: str
    observation: Observation
    verdicts: tuple[Verdict, ...]
    terms: Terms

    def answers(self) -> dict[Subject, Verdict]:
        """Give the one verdict on each subject of the scope."""
        own = (v for v in self.verdicts if v.subject.scope == self.scope)
        return {v.subject: v for v in sorted(own, key=lambda v: _WORST_LAST.index(v.status))}

    def blind_spots(self) -> "BlindSpots":
        """Give the places of the scope that could not be looked at."""
        unseen = (v.subject for v in self.verdicts if v.status is Status.UNKNOWN)
        return BlindSpots.of(s for s in unseen if s.scope in {"", self.scope})


@dataclass(frozen=True, slots=True)
class BlindSpots:
    """The places that a reading could not look at, as (account, region, resource); empty means any."""

    places: frozenset[tuple[str, str, str]]
    accounts: frozenset[str]

    @classmethod
    def of(cls, unseen: Iterable[Subject]) -> "BlindSpots":
        places = frozenset((s.account, s.region, s.resource) for s in unseen)
        anywhere = frozenset((account, "*", resource) for account, _, resource in places)
        return cls(places | anywhere, frozenset(account for account, _, _ in places if account))

    def hide(self, accounts: Iterable[str]) -> bool:
        """Say whether one of the accounts, or everything, could not be looked at."""
        stood = set(accounts)
        return bool(stood) and (("", "", "") in self.places or not self.accounts.isdisjoint(stood))

    def cover(self, finding: Finding) -> bool:
        """Say whether the finding may still be where the reading could not look.

        An unseen slot of an account covers what has no account of its own (a shared mailbox) but stood in that
        account, and the account itself; an unseen region, told as a slot, covers all that stands in it.
        """
        subject = finding.subject
        is_coarse = not (subject.account and subject.resource)
        if is_coarse and not self.accounts.isdisjoint((subject.account, *finding.accounts)):
            return True
        regions = {"", subject.region} if subject.region else {"*"}
        resources = {"", subject.resource, subject.region}
        stood = {"", subject.account, *finding.accounts}
        return any((a, r, x) in self.places for a in stood for r in regions for x in resources)


def follow(known: Iterable[Finding], reading: Reading) -> Iterator[Transition]:
    """Give what changes: ``known`` are the deviations of the reading's control and scope, resolved ones too."""
    answers, blind = reading.answers(), reading.blind_spots()
    failing = {s: v for s, v in answers.items() if v.status is Status.FAIL}
    for finding in known:
        failing.pop(finding.subject, None)
        if finding.was_judged_after(reading.observation):
            continue
        after = _followed(finding, answers.get(finding.subject), reading, blind)
        yield from changed(finding, standing(after, reading), reading.observation)
    for verdict in failing.values():
        yield from changed(None, standing(opened(verdict, reading), reading), reading.observation)


def follow_only(known: Iterable[Finding], reading: Reading) -> Iterator[Transition]:
    """Give what a partial reading changes about the findings that it was made for; it says nothing of any other.

    What it could not look at it leaves exactly as it was: it is no reading of the control, so nothing became unseen.
    It looks where a shared thing was known to stand; that an older reading, recorded after it, saw the thing in one
    more account is told by the next reading.
    """
    answers, blind = reading.answers(), reading.blind_spots()
    for finding in known:
        answer = answers.get(finding.subject)
        is_there = answer is not None and answer.status is Status.FAIL
        if finding.was_judged_after(reading.observation) or not (is_there or _could_look(finding, answer, blind)):
            continue
        after = _followed(finding, answer, reading, blind)
        yield from changed(finding, standing(after, reading), reading.observation)


def changed(before: Finding | None, after: Finding, observation: Observation) -> Iterator[Transition]:
    """Give the transition, if there is one."""
    if before != after:
        yield Transition(before=before, after=after, observation=observation)


def opened(verdict: Verdict, reading: Reading, kind: Kind = Kind.DEVIATION) -> Finding:
    """Give the new finding of a verdict."""
    at = reading.observation.at
    return Finding(
        id=finding_id(reading.organization, reading.control, verdict.subject),
        organization=reading.organization,
        control=reading.control,
        subject=verdict.subject,
        kind=kind,
        state=State.OPEN,
        severity=reading.severity,
        owner=reading.terms.owner_of(verdict),
        reason=verdict.reason,
        evidence=dict(verdict.evidence),
        accounts=tuple(sorted(verdict.accounts)) if kind is Kind.DEVIATION else (),
        first_seen=at,
        last_seen=at,
        opened_at=at,
        opened_run=reading.observation.run,
        due=reading.terms.due(at.date(), reading.severity),
        judged_at=at,
        judged_run=reading.observation.run,
    )


def seen(finding: Finding, verdict: Verdict, reading: Reading, still: Iterable[str] = ()) -> Finding:
    """Give the finding as it was seen again; ``still`` are accounts where it stood and nobody could look."""
    fresh = opened(verdict, reading, finding.kind)
    accounts = tuple(sorted({*fresh.accounts, *still}))
    if finding.state is State.RESOLVED:
        again = finding.times_reopened + 1
        return replace(fresh, first_seen=finding.first_seen, times_reopened=again, accounts=accounts)
    is_same = fresh.severity is finding.severity
    return replace(
        finding,
        severity=fresh.severity,
        owner=fresh.owner,
        reason=fresh.reason,
        evidence=fresh.evidence,
        accounts=accounts,
        last_seen=fresh.last_seen,
        judged_at=fresh.judged_at,
        judged_run=fresh.judged_run,
        due=finding.due if is_same else reading.terms.due(finding.opened_at.date(), fresh.severity),
        not_seen_since=None,
    )


def resolved(finding: Finding, why: str, observation: Observation) -> Finding:
    """Give the finding as gone."""
    return replace(
        finding,
        state=State.RESOLVED,
        resolution=why,
        resolved_at=observation.at,
        resolved_run=observation.run,
        judged_at=observation.at,
        judged_run=observation.run,
        not_seen_since=None,
        snoozed_until=None,
        adopted_until=None,
    )


def retire(known: Iterable[Finding], observation: Observation) -> Iterator[Transition]:
    """Resolve the findings of controls that left the catalogue."""
    for finding in known:
        if finding.state is not State.RESOLVED:
            yield from changed(finding, resolved(finding, RETIRED, observation), observation)


def snooze(finding: Finding, until: date, today: date) -> Finding:
    """Put an open finding off to a day, at most 30 days away."""
    if finding.state not in {State.OPEN, State.SNOOZED}:
        raise BadInput(f"finding {finding.id} is {finding.state}: only an open finding can be snoozed")
    if not today < until <= today + LONGEST_SNOOZE:
        raise BadInput(f"snooze until {until}: choose a day from tomorrow to {today + LONGEST_SNOOZE}, or exempt it")
    return replace(finding, state=State.SNOOZED, snoozed_until=until)


def standing(finding: Finding, reading: Reading) -> Finding:
    """Lay over a finding what people decided; what is no longer accepted opens again, due anew."""
    if finding.state is State.RESOLVED:
        return finding
    terms, at = reading.terms, reading.observation.at
    if finding.kind is Kind.DEVIATION and _is_accepted(finding, terms):
        return replace(finding, state=State.EXEMPTED, adopted_until=None)
    if finding.snoozed_until and terms.today < finding.snoozed_until:
        return _as_debt(replace(finding, state=State.SNOOZED), terms)
    awake = replace(finding, state=State.OPEN, snoozed_until=None)
    if finding.state is not State.EXEMPTED:
        return _as_debt(awake, terms)
    due = terms.due(at.date(), finding.severity)
    return _as_debt(replace(awake, opened_at=at, opened_run=reading.observation.run, due=due), terms)


def _as_debt(finding: Finding, terms: Terms) -> Finding:
    """Lay the adoption over a finding: due when it ends, even once it has; taken back early, due as any other."""
    until, before = terms.adopted_until(finding), finding.adopted_until
    if until is None and before is None:
        return finding
    has_ended = before is not None and before < terms.today
    ordinary = finding.due if has_ended else terms.due(finding.opened_at.date(), finding.severity)
    return replace(finding, adopted_until=until, due=until or ordinary)


def _followed(finding: Finding, answer: Verdict | None, reading: Reading, blind: BlindSpots) -> Finding:
    if answer and answer.status is Status.FAIL:
        still = () if finding.state is State.RESOLVED else blind.accounts.intersection(finding.accounts)
        return seen(finding, answer, reading, still)
    if finding.state is State.RESOLVED:
        return finding
    if not _could_look(finding, answer, blind):
        return replace(finding, not_seen_since=finding.not_seen_since or reading.observation.at)
    if finding.subject.scope and reading.terms.months_stand:
        return finding
    return resolved(finding, _resolution(answer), reading.observation)


def _could_look(finding: Finding, answer: Verdict | None, blind: BlindSpots) -> bool:
    """Say whether the reading looked where the finding last stood, the other accounts of a shared thing included."""
    if answer is None:
        return not blind.cover(finding)
    elsewhere = set() if finding.subject.account else {*finding.accounts} - {*answer.accounts}
    return answer.status is not Status.UNKNOWN and not blind.hide(elsewhere)


def _resolution(answer: Verdict | None) -> str:
    if answer is None:
        return "no longer there"
    return "seen as it should be" if answer.status is Status.PASS else f"not applicable: {answer.reason}"


def _is_accepted(finding: Finding, terms: Terms) -> bool:
    """Say whether an exemption covers the finding: its subject, or each of the accounts in which a shared thing is."""
    subject = finding.subject

    def covered(account: str) -> bool:
        return any(e.covers(finding.control, account, subject.resource, terms.today) for e in terms.exemptions)

    everywhere = bool(finding.accounts) and not subject.account and all(map(covered, finding.accounts))
    return covered(subject.account) or everywhere
