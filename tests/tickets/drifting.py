"""One organization's drift, turned reading by reading."""

from dataclasses import dataclass, field

from orgwarden.control import Ticket
from orgwarden.findings.store import FindingStore
from orgwarden.tickets.draft import Drafter
from orgwarden.tickets.drift import Drift
from orgwarden.tickets.outbox import Outbox
from orgwarden.tickets.storm import Bounds
from tests.findings.readings import ORG, control, review
from tests.tickets.fakes import FakeSink

CONTROLS = {kind: control(f"contacts.by_{kind}", ticket=kind) for kind in Ticket}


@dataclass
class Office:
    """The findings, the tickets and the runs between them."""

    engine: object
    sink: FakeSink = field(default_factory=FakeSink)
    runs: int = 0
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def store(self):
        return FindingStore(self.engine)

    @property
    def drift(self):
        """Give a new process."""
        self.runs += 1
        outbox = Outbox(self.engine, self.sink, me=f"run-{self.runs}", clock=self.sink.clock)
        controls = {c.id: c for c in CONTROLS.values()}
        drafter = Drafter(controls=controls, capabilities=self.sink.capabilities)
        bounds = self.bounds
        return Drift(organization=ORG, findings=self.store, outbox=outbox, drafter=drafter, bounds=bounds)

    def read(self, n, *verdicts, **others):
        return self.store.record(review(n, *verdicts, controls=list(CONTROLS.values()), **others))

    def run(self):
        """Plan and apply."""
        drift = self.drift
        return drift.apply(drift.plan())

    def entries(self):
        return self.drift.outbox.entries(ORG)

    def open_groups(self, control=None):
        return [e.group for e in self.entries() if e.is_open and control in {None, e.group.control}]

    def statuses(self):
        return {key: ticket.status.value for key, ticket in self.sink.tickets.items()}
