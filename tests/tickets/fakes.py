"""A ticket system that forgets nothing, lags in its search, and dies when it is told to."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from orgwarden.tickets.sink import Capabilities, Category, Ticket, TicketRef


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self, _connection=None):
        return self.now

    def turn(self, seconds):
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeSink:
    """``before`` and ``after`` are called around each create; ``lag`` hides young tickets from ``find``.

    ``fuse`` is how many more times the process writes before, or just after, a write kills it.
    """

    clock: Clock = field(default_factory=Clock)
    lag: float = 0
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(settle_seconds=120))
    backend: str = "fake"
    project: str = "P"
    before: object = lambda: None
    after: object = lambda: None
    tickets: dict = field(default_factory=dict)
    bodies: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)
    made_at: dict = field(default_factory=dict)
    writes: list = field(default_factory=list)
    fuse: int = -1
    mutex: threading.Lock = field(default_factory=threading.Lock)

    def burn(self):
        self.fuse -= 1
        if self.fuse == 0:
            raise Killed

    def wrote(self, what, key):
        self.writes.append((what, key))
        self.burn()

    def find(self, fingerprint):
        seen = [t.ref for t in list(self.tickets.values()) if t.fingerprint == fingerprint]
        return [ref for ref in seen if self.made_at[ref.key] + timedelta(seconds=self.lag) <= self.clock.now]

    def create(self, draft, fingerprint):
        self.burn()
        self.before()
        with self.mutex:
            ref = TicketRef(f"T-{len(self.tickets) + 1}")
            self.tickets[ref.key] = Ticket(ref=ref, fingerprint=fingerprint, status=Category.NEW, labels=draft.labels)
            self.bodies[ref.key], self.made_at[ref.key] = draft.body, self.clock.now
            self.writes.append(("create", ref.key))
        self.after()
        self.burn()
        return ref

    def get(self, ref):
        return self.tickets.get(ref.key)

    def comment(self, ref, body, key):
        self.burn()
        if key not in self.comments.setdefault(ref.key, {}):
            self.comments[ref.key][key] = body
            self.wrote("comment", ref.key)

    def transition(self, ref, to):
        self.burn()
        self.tickets[ref.key] = replace(self.tickets[ref.key], status=to)
        self.wrote(f"to {to}", ref.key)

    def update(self, ref, draft):
        self.burn()
        self.tickets[ref.key] = replace(self.tickets[ref.key], labels=draft.labels)
        self.bodies[ref.key] = draft.body
        self.wrote("update", ref.key)

    def list_all(self):
        return list(self.tickets.values())

    def by_hand(self, key, status):
        """Do what a person does."""
        self.tickets[key] = replace(self.tickets[key], status=status)

    def is_open(self, key):
        return key in self.tickets and self.tickets[key].status is not Category.DONE
