"""The steps of the workflow ``drift_tickets``: plan, apply, sweep, reconcile.

Each may be repeated, and an old plan is harmless: an action is carried out only if its findings stand as the plan saw
them and nobody wrote to its ticket since.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Self

from orgwarden.errors import RetryLater
from orgwarden.findings.finding import Finding, State
from orgwarden.findings.store import FindingStore
from orgwarden.tickets.draft import Drafter
from orgwarden.tickets.entry import Entry
from orgwarden.tickets.group import Group, grouped
from orgwarden.tickets.outbox import How, Outbox
from orgwarden.tickets.plan import Action, Kind, Plan, Situation, plan_actions
from orgwarden.tickets.sink import Category, Draft, Rejected, Sink, Ticket, TicketRef
from orgwarden.tickets.storm import Bounds, bounded
from orgwarden.tickets.text import Code, Ours, Paragraph, listed, markdown


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What applying a plan came to.

    ``stale`` actions were overtaken by events; ``deferred`` ones have to wait, ``wait`` seconds at least; those
    ``held_back`` were too many for one run, and are for the next; ``open`` is how many tickets are open now; ``notes``
    say what was deferred or rejected, and why.
    """

    created: int = 0
    updated: int = 0
    commented: int = 0
    reopened: int = 0
    closed: int = 0
    disputed: int = 0
    stale: int = 0
    deferred: int = 0
    rejected: int = 0
    held_back: int = 0
    open: int = 0
    wait: float = 0.0
    notes: tuple[str, ...] = ()

    def or_retry_later(self) -> Self:
        """Raise ``RetryLater`` if something has to wait: applying the same plan again does the rest."""
        if self.deferred:
            raise RetryLater(f"{self.deferred} tickets have to wait: {self.notes[0]}", after=self.wait)
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """The duplicates that a sweep found (as fingerprints) and how many tickets it closed."""

    duplicates: tuple[str, ...] = ()
    closed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """Keys of tickets that people changed: closed while their findings stood, opened again, or deleted."""

    closed_by_hand: tuple[str, ...] = ()
    opened_by_hand: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    """Counts while a plan is applied."""

    done: Counter[str] = field(default_factory=Counter)
    stuck: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    wait: float = 0.0

    def defer(self, action: Action, why: str, after: float) -> None:
        self._stick("deferred", action, why)
        self.wait = max(self.wait, after)

    def reject(self, action: Action, why: str) -> None:
        self._stick("rejected", action, why)

    def holds_up(self, action: Action) -> bool:
        """Leave an action undone whose findings have not found their new ticket yet."""
        blocked = [self.stuck[f] for f in action.after if f in self.stuck]
        if blocked:
            self._stick(max(blocked), action, "a ticket that takes its findings over could not be written")
        return bool(blocked)

    def _stick(self, how: str, action: Action, why: str) -> None:
        self.done[how] += 1
        self.stuck[action.group.fingerprint] = how
        self.notes.append(why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """The findings of one organization, and one ticket system's project."""

    organization: str
    findings: FindingStore
    outbox: Outbox
    drafter: Drafter
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def sink(self) -> Sink:
        return self.outbox.sink

    def plan(self) -> Plan:
        """Read what people did to the tickets, then plan; nothing is written to the ticket system."""
        self.reconcile()
        entries = self.outbox.entries(self.organization)
        standing = [f for s in (State.OPEN, State.SNOOZED) for f in self.findings.findings(self.organization, state=s)]
        here = {f.id for f in standing}
        listed = self.findings.by_ids(f for e in entries for f in (*e.findings, *e.moved) if f not in here)
        situation = Situation(standing=standing, entries=entries, gone={f.id: f for f in listed})
        now, later = bounded(plan_actions(situation, self.drafter), self.bounds)
        return Plan(
            organization=self.organization,
            backend=self.sink.backend,
            project=self.sink.project,
            actions=tuple(now),
            deferred=tuple(later),
            disputed=tuple(e.ticket for e in entries if e.is_disputed),
        )

    def apply(self, plan: Plan) -> Applied:
        """Carry a plan out as far as possible; one ticket that has to wait or is refused does not hold up the rest."""
        tally = _Tally()
        for action in plan.deferred:
            self._hold_back(action)
        for action in plan.actions:
            if tally.holds_up(action):
                continue
            try:
                tally.done.update(self._carry_out(action))
            except Rejected as error:
                tally.reject(action, str(error))
            except RetryLater as error:
                tally.defer(action, str(error), error.after)
        is_open = sum(e.is_open for e in self.outbox.entries(self.organization))
        held_back = len(plan.deferred)
        return Applied(**tally.done, held_back=held_back, open=is_open, wait=tally.wait, notes=tuple(tally.notes))

    def sweep(self) -> Swept:
        """Find several tickets of one fingerprint: the oldest stays, the others are linked to it and closed."""
        entries = {e.group.fingerprint: e for e in self.outbox.entries(self.organization) if e.is_bound}
        tickets: dict[str, list[Ticket]] = defaultdict(list)
        for ticket in self.sink.list_all():
            tickets[ticket.fingerprint].append(ticket)
        duplicates = {f: found for f, found in tickets.items() if len(found) > 1 and f in entries}
        closed = sum(self._merge(entries[f], found) for f, found in duplicates.items())
        return Swept(duplicates=tuple(sorted(duplicates)), closed=closed)

    def reconcile(self) -> Reconciled:
        """Read the status of the tickets that were left open, and note what people did for the next plan."""
        before = [e for e in self.outbox.entries(self.organization) if e.is_bound and e.left_open and not e.is_gone]
        seen = [(e, self._noted(e)) for e in before]
        return Reconciled(
            closed_by_hand=tuple(b.ticket for b, a in seen if a.is_done and not b.is_done),
            opened_by_hand=tuple(b.ticket for b, a in seen if a.is_open and b.is_done),
            deleted=tuple(b.ticket for b, a in seen if a.is_gone),
        )

    def _noted(self, entry: Entry) -> Entry:
        ticket = self.sink.get(TicketRef(entry.ticket))
        status = ticket.status if ticket else None
        return entry if ticket and ticket.status.value == entry.status else self.outbox.note(entry, status)

    def _hold_back(self, action: Action) -> None:
        """Write down that a ticket is wanted and waits; of one that is there, the next plan sees what is to be done."""
        if action.kind is Kind.CREATE:
            self.outbox.hold_back(action.group)

    def _carry_out(self, action: Action) -> Counter[str]:
        entry = self.outbox.entry(action.group)
        if action.version != (entry.version if entry else "") or self._is_overtaken(action, entry):
            return Counter(stale=1)
        match action.kind:
            case Kind.CREATE:
                return self._create(action)
            case Kind.UPDATE:
                return self._update(action, entry)
            case Kind.REOPEN:
                return self._reopen(action, entry)
            case Kind.CLOSE:
                return self._close(action, entry)
            case Kind.DISPUTE:
                return self._dispute(action, entry)

    def _is_overtaken(self, action: Action, entry: Entry | None) -> bool:
        """Say whether the findings no longer stand as the plan saw them."""
        ids = action.findings or (entry.findings if entry else ())
        standing = [f for f in self.findings.by_ids(ids) if not f.is_gone]
        here = self._here(action.group, standing)
        if action.kind is Kind.CLOSE:
            return bool(here)
        if len(here) != len(action.findings):
            return True
        return self.drafter.content(action.group, here, action.recurs) != action.content

    def _here(self, group: Group, standing: list[Finding]) -> list[Finding]:
        return grouped(standing, self.drafter.controls).get(replace(group, round=0), [])

    def _create(self, action: Action) -> Counter[str]:
        draft = _draft(action)
        entry, how = self.outbox.bind(action.group, draft)
        if entry.version != action.version:
            return Counter(stale=1)
        if how is not How.CREATED:
            self.sink.update(TicketRef(entry.ticket), draft)
        self._written(replace(entry, hand_closures=action.hand_closures), action)
        return Counter(created=1) if how is How.CREATED else Counter(updated=1)

    def _update(self, action: Action, entry: Entry | None) -> Counter[str]:
        ref = _ref(entry)
        self.sink.update(ref, _draft(action))
        commented = self._comment(ref, action)
        self._written(entry, action)
        return Counter(updated=1, commented=commented)

    def _reopen(self, action: Action, entry: Entry | None) -> Counter[str]:
        ref = _ref(entry)
        self._move(ref, Category.ACTIVE)
        self.sink.update(ref, _draft(action))
        commented = self._comment(ref, action)
        self._written(entry, action)
        return Counter(reopened=1, commented=commented)

    def _dispute(self, action: Action, entry: Entry | None) -> Counter[str]:
        ref = _ref(entry)
        self.sink.update(ref, _draft(action))
        commented = self._comment(ref, action)
        self._written(entry, action, is_disputed=True)
        return Counter(disputed=1, commented=commented)

    def _close(self, action: Action, entry: Entry | None) -> Counter[str]:
        if entry and not entry.is_bound:
            entry = self.outbox.settle(action.group)
        if entry is None:
            return Counter()
        ref, closed, commented = TicketRef(entry.ticket), 0, 0
        ticket = self.sink.get(ref)
        if ticket and ticket.status is not Category.DONE:
            commented, closed = self._comment(ref, action), 1
            self._move(ref, Category.DONE)
        left = replace(entry, left_open=False, hand_closures=0, is_disputed=False, findings=(), moved=())
        status = Category.DONE.value if ticket else "gone"
        self.outbox.written(replace(left, status=status, content=entry.content or "closed"))
        return Counter(closed=closed, commented=commented)

    def _comment(self, ref: TicketRef, action: Action) -> int:
        if not action.comment:
            return 0
        self.sink.comment(ref, action.comment + self._whereto(action), action.comment_key)
        return 1

    def _whereto(self, action: Action) -> str:
        """Name the tickets that took findings over from this one: their keys are known only when they are there."""
        tickets = self.outbox.tickets(action.after)
        told = Paragraph((Ours("What moved stands on "), listed(tickets), Ours(".")))
        return f"\n\n{markdown([told])}" if tickets else ""

    def _move(self, ref: TicketRef, to: Category) -> None:
        """Open or close a ticket, and look whether it is: some systems answer well and change nothing."""
        self.sink.transition(ref, to)
        ticket = self.sink.get(ref)
        if ticket is None or (ticket.status is Category.DONE) != (to is Category.DONE):
            shown = ticket.status if ticket else "not there"
            raise Rejected(f"ticket {ref.key} should be {to} and is {shown}: check its workflow's transitions")

    def _written(self, entry: Entry | None, action: Action, *, is_disputed: bool = False) -> None:
        """Write down what the ticket says now, and what it is seen to be."""
        if entry is None:
            return
        ticket = self.sink.get(TicketRef(entry.ticket))
        self.outbox.written(
            replace(
                entry,
                content=action.content,
                findings=action.findings,
                moved=(),
                left_open=True,
                status=ticket.status.value if ticket else "gone",
                is_disputed=is_disputed,
            )
        )

    def _merge(self, entry: Entry, found: list[Ticket]) -> int:
        first, *others = found
        if entry.ticket != first.ref.key:
            self.outbox.rebind(entry, first.ref.key, first.status)
        text = markdown([Paragraph((Ours("A duplicate of "), Code(first.ref.key), Ours(", which goes on.")))])
        still_open = [t for t in others if t.status is not Category.DONE]
        for ticket in still_open:
            self.sink.comment(ticket.ref, text, f"duplicate-{first.ref.key}")
            self._move(ticket.ref, Category.DONE)
        return len(still_open)


def _draft(action: Action) -> Draft:
    if action.draft is None:
        raise ValueError(f"the plan's action to {action.kind} a ticket has no text")
    return action.draft


def _ref(entry: Entry | None) -> TicketRef:
    if entry is None or not entry.is_bound:
        raise ValueError("the plan writes to a ticket that the outbox does not know")
    return TicketRef(entry.ticket)
