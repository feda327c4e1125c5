"""What is to be done to the tickets, from the findings that stand and what is known of the tickets: pure.

Every open finding is on exactly one open ticket when the plan is carried out; and where nothing changed, the plan is
empty. A snoozed finding keeps its place on a ticket, but makes none.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import TypeAdapter

from orgwarden.findings.finding import Finding, State
from orgwarden.tickets.draft import Drafter, stamp
from orgwarden.tickets.entry import Entry
from orgwarden.tickets.group import Group, grouped
from orgwarden.tickets.sink import DISPUTED, Draft
from orgwarden.tickets.text import Bullets, Code, Inline, Ours, Paragraph, Piece, markdown

# How many findings a comment names.
NAMED = 20
HAND_CLOSURES_ALLOWED = 1


class Kind(StrEnum):
    """What is done to a ticket, in the order in which a plan does it: a finding is put on before it is taken off."""

    CREATE = "create"
    REOPEN = "reopen"
    UPDATE = "update"
    CLOSE = "close"
    DISPUTE = "dispute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One thing to do to one ticket.

    ``version`` is that of the outbox entry that the plan saw; ``after`` are the fingerprints of the tickets that must
    have taken findings over before they are taken off this one; ``recurs`` is the ticket that a new one follows.
    """

    kind: Kind
    group: Group
    version: str
    findings: tuple[str, ...] = ()
    draft: Draft | None = None
    content: str = ""
    comment: str = ""
    comment_key: str = ""
    recurs: str = ""
    hand_closures: int = 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is to be done, in order, and what is ``deferred`` to the next runs, because it is too much for one.

    ``disputed`` are tickets that people closed twice while their findings stand.
    """

    organization: str
    backend: str
    project: str
    actions: tuple[Action, ...] = ()
    deferred: tuple[Action, ...] = ()
    disputed: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Give the plan as text, to be handed from task to task."""
        return _PLAN.dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "Plan":
        """Give the plan of a text that ``to_json`` gave."""
        return _PLAN.validate_json(text)


_PLAN = TypeAdapter(Plan)


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """All that planning looks at; ``gone`` has the findings that tickets list and that no longer stand, by id."""

    standing: Sequence[Finding]
    entries: Sequence[Entry]
    gone: Mapping[str, Finding]


def plan_actions(situation: Situation, drafter: Drafter) -> list[Action]:
    """Give what is to be done, in the order in which to do it."""
    known = {entry.group: entry for entry in situation.entries}
    latest = {_first_round(group): known[group] for group in sorted(known)}
    wanted = grouped(situation.standing, drafter.controls)
    standing = {f.id: f for f in situation.standing}
    planning = _Planning(drafter=drafter, known=known, gone=situation.gone, standing=standing)
    decided = [planning.keep(key, latest.get(key), findings) for key, findings in wanted.items()]
    decided += [planning.leave(entry) for key, entry in latest.items() if key not in wanted]
    actions = [action for action in decided if action]
    homes = _homes(wanted, latest) | {f: a.group.fingerprint for a in actions for f in a.findings}
    ordered = sorted(actions, key=lambda a: (_ORDER.index(a.kind), *_pressing(a, standing), a.group))
    return [_waiting(action, known, homes) for action in ordered]


_ORDER = tuple(Kind)


def _pressing(action: Action, standing: Mapping[str, Finding]) -> tuple[int, str]:
    """Give by what the worst ticket comes first, and of those the one of the oldest finding."""
    severity = action.draft.severity if action.draft else 0
    return -severity, min((standing[f].opened_at.isoformat() for f in action.findings), default="")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Planning:
    """Decides on one ticket at a time."""

    drafter: Drafter
    known: Mapping[Group, Entry]
    gone: Mapping[str, Finding]
    standing: Mapping[str, Finding]

    def keep(self, key: Group, entry: Entry | None, findings: Sequence[Finding]) -> Action | None:
        """Decide on the ticket of findings that stand."""
        is_asleep = all(f.state is not State.OPEN for f in findings)
        if entry is None or not entry.is_bound:
            return None if is_asleep else self._write(Kind.CREATE, entry.group if entry else key, findings)
        if entry.is_open:
            return self._refresh(entry, findings)
        if is_asleep:
            return None
        if entry.is_gone:
            return self._follow(entry, findings)
        return self._insist(entry, findings) if entry.left_open else self._again(entry, findings, _BACK)

    def leave(self, entry: Entry) -> Action | None:
        """Decide on a ticket of which no finding stands any more."""
        was_sent = not entry.is_bound and entry.attempted_at is not None
        is_to_close = entry.is_bound and entry.left_open and not entry.is_gone
        if not was_sent and not is_to_close:
            return None
        findings = [self.gone[f] for f in entry.findings if f in self.gone]
        told = self._told(entry, (), Ours("All that this ticket listed is gone or stands elsewhere."))
        said = stamp(findings, lambda f: f.resolved_at)
        return Action(
            kind=Kind.CLOSE,
            group=entry.group,
            version=entry.version,
            comment=told,
            comment_key=_key(Kind.CLOSE, entry.group, entry.content, said),
        )

    def _refresh(self, entry: Entry, findings: Sequence[Finding]) -> Action | None:
        action = self._write(Kind.UPDATE, entry.group, findings)
        is_same = action.content == entry.content
        if is_same and entry.left_open and set(action.findings) == set(entry.findings):
            return None
        is_news = entry.content and not is_same
        comment = self._told(entry, findings, Ours("The description above is current again.")) if is_news else ""
        return replace(action, comment=comment)

    def _insist(self, entry: Entry, findings: Sequence[Finding]) -> Action | None:
        """Decide on a ticket that people closed while its findings stand: once it is opened again, then disputed."""
        is_new = any(f.id not in entry.findings for f in findings)
        if entry.hand_closures <= HAND_CLOSURES_ALLOWED or is_new:
            return self._again(entry, findings, _CLOSED_BY_HAND)
        if entry.is_disputed:
            return None
        action = self._write(Kind.DISPUTE, entry.group, findings)
        disputed = replace(action.draft, labels=(*action.draft.labels, DISPUTED)) if action.draft else None
        return replace(action, draft=disputed, comment=markdown([Paragraph((_DISPUTE,))]))

    def _again(self, entry: Entry, findings: Sequence[Finding], why: Ours) -> Action:
        if not self.drafter.capabilities.can_reopen:
            return self._follow(entry, findings)
        action = self._write(Kind.REOPEN, entry.group, findings)
        return replace(action, comment=self._told(entry, findings, why))

    def _follow(self, entry: Entry, findings: Sequence[Finding]) -> Action:
        """Make the next ticket of a group whose last one cannot be opened again."""
        group = replace(entry.group, round=entry.group.round + 1)
        return replace(self._write(Kind.CREATE, group, findings), hand_closures=entry.hand_closures)

    def _write(self, kind: Kind, group: Group, findings: Sequence[Finding]) -> Action:
        entry, before = self.known.get(group), self.known.get(replace(group, round=group.round - 1))
        recurs = before.ticket if before else ""
        content = self.drafter.content(group, findings, recurs)
        return Action(
            kind=kind,
            group=group,
            version=entry.version if entry else "",
            findings=tuple(f.id for f in findings),
            draft=self.drafter.fitting(group, findings, recurs),
            content=content,
            comment_key=_key(kind, group, content, stamp(findings, lambda f: f.last_seen)),
            recurs=recurs,
            hand_closures=entry.hand_closures if entry else 0,
        )

    def _told(self, entry: Entry, findings: Sequence[Finding], why: Ours) -> str:
        """Say what came to the ticket, and what left it and why."""
        came = [f for f in findings if f.id not in entry.findings]
        standing = {f.id for f in findings}
        left = [f for f in dict.fromkeys((*entry.findings, *entry.moved)) if f not in standing]
        lines: list[tuple[Inline, ...]] = [(Ours("New: "), self.drafter.place(f), Ours(" – "), f.reason) for f in came]
        lines += [self._departure(finding) for finding in left]
        document: list[Piece] = [Paragraph((why,))]
        document += [Bullets(tuple(lines[:NAMED]))] if lines else []
        document += [Paragraph((Ours(f"… and {len(lines) - NAMED} more."),))] if len(lines) > NAMED else []
        return markdown(document)

    def _departure(self, finding: str) -> tuple[Inline, ...]:
        gone = self.gone.get(finding)
        if gone is None:
            return self._moved(self.standing.get(finding), finding)
        place = self.drafter.place(gone)
        if gone.state is not State.RESOLVED:
            return Ours("Accepted by an exemption: "), place
        seen = f"{gone.resolved_at:%Y-%m-%d}" if gone.resolved_at else ""
        return Ours(f"Gone ({seen}, run "), Code(gone.resolved_run), Ours("): "), place, Ours(" – "), gone.resolution

    def _moved(self, finding: Finding | None, known_as: str) -> tuple[Inline, ...]:
        if finding is None:
            return Ours("Moved to another ticket: "), Code(known_as)
        debt = f"Taken over as debt until {finding.adopted_until}" if finding.adopted_until else ""
        return Ours(f"{debt or 'Moved to another ticket'}: "), self.drafter.place(finding), Ours(" – "), finding.reason


_BACK = Ours("It is back: the ticket is open again.")
_CLOSED_BY_HAND = Ours(
    "This ticket was closed by hand while what it lists still stands, so it is open again. To accept a deviation "
    "until a day, file an exemption; closed by hand a second time, the ticket is marked as disputed."
)
_DISPUTE = Ours(
    f"This ticket was closed by hand a second time while what it lists still stands. It stays closed, labelled "
    f"{DISPUTED}, and Orgwarden goes on listing it."
)


def _first_round(group: Group) -> Group:
    return replace(group, round=0)


def _homes(wanted: Mapping[Group, Iterable[Finding]], latest: Mapping[Group, Entry]) -> dict[str, str]:
    """Give the fingerprint of the ticket on which each finding is that no action touches."""
    kept = ((latest[key].group, findings) for key, findings in wanted.items() if key in latest)
    return {f.id: group.fingerprint for group, findings in kept for f in findings}


def _waiting(action: Action, known: Mapping[Group, Entry], homes: Mapping[str, str]) -> Action:
    """Name the tickets that take findings over from this one."""
    entry = known.get(action.group)
    left = {f for f in (*entry.findings, *entry.moved) if f not in action.findings} if entry else set()
    return replace(action, after=tuple(sorted({homes[f] for f in left if f in homes} - {action.group.fingerprint})))


def _key(kind: Kind, group: Group, content: str, occasion: str) -> str:
    """Give what tells a comment from any other, so that none is written twice."""
    said = f"{kind}/{group.fingerprint}/{content}/{occasion}"
    return f"{kind}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
