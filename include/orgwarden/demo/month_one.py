"""Month one in the messy organization, in a real Airflow: what its people are told, and that it stays little.

A first reading of 400 accounts must come to tickets that a team can work. Then its findings are adopted as debt, and
the same organization is read again: nothing is new. The account factory makes five accounts: one ticket tells of all
five. Somebody takes one account's security contact away: one line more, on one ticket. Then the factory's accounts are
declared by a pattern, and it makes five more: nobody is told, and the five before are settled, too.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from orgwarden.demo import messy
from orgwarden.demo.chain import CHAIN, Chain
from orgwarden.demo.embedded import clean_environ
from orgwarden.demo.standing import Demo, alone, say, standing, where_to_look
from orgwarden.demo.summary import Reading, table
from orgwarden.errors import StopAndTell
from orgwarden.findings.database import connect
from orgwarden.findings.finding import Finding, Kind
from orgwarden.findings.store import FindingStore
from orgwarden.model import Period
from orgwarden.store import FileStore
from orgwarden.tickets.group import BACKLOG, DIGESTS
from orgwarden.tickets.local import LocalSink
from orgwarden.tickets.outbox import Outbox

MOST_TICKETS, DEBT_DAYS = 25, 180
READINGS = ("first", "adopted", "vended", "removed", "declared")
HEAD = ("reading", "deviations", "new", "tickets opened", "tickets open", "with an owner", "on one ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Open findings and tickets after a reading; a line is a finding on an open ticket, by their ids."""

    findings: tuple[Finding, ...]
    lines: frozenset[tuple[str, str]]
    digests: frozenset[str]
    backlogs: frozenset[str]

    @property
    def tickets(self) -> frozenset[str]:
        """Give the open tickets."""
        return frozenset(ticket for ticket, _ in self.lines)

    @property
    def deviations(self) -> tuple[Finding, ...]:
        """Give the findings that something deviates."""
        return tuple(finding for finding in self.findings if finding.kind is Kind.DEVIATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one reading came to, for the summary."""

    deviations: int
    unknown: int
    new: int
    resolved: int
    opened: int
    tickets: int
    owned: int
    on_one_ticket: int
    owners: int
    new_lines: int
    tickets_with_new_lines: int
    new_digests: int
    new_backlogs: int


def told(stack: ExitStack, state: Path, ui_port: int | None) -> bool:
    """Run the story, print it, keep its figures under ``messy`` in the summary, and say whether all of it holds."""
    room = state / "messy"
    stack.enter_context(alone(state, room))
    baseline = Path(shutil.copytree(messy.BASELINE, room / "baseline"))
    demo = stack.enter_context(standing(room, profile="messy", baseline=baseline, ui_port=ui_port))
    period, readings = _readings(demo)
    found = summary(period, readings, vended=len(messy.later().vended.names))
    summary_file = state / "summary.json"
    keep(summary_file, found)
    say(_table(readings))
    say("\n".join(f"NOT AS IT SHOULD BE: {one}" for one in found["disagreements"]) or "All of it is as it should be.")
    say(where_to_look(demo, summary_file))
    return not found["disagreements"]


def _readings(demo: Demo) -> tuple[Period, dict[str, Figures]]:
    for workflow in reversed(CHAIN):
        demo.api.send("PATCH", f"/dags/{workflow}", {"is_paused": False})
    chain, engine = (
        Chain(api=demo.api, state=demo.state, tell=demo.tell),
        connect(demo.environ["ORGWARDEN_DATABASE_URL"]),
    )
    month = chain.scheduled_month()
    demo.tell(f"The schedule has started the reading of {month}")
    reading, books = chain.followed(month), books_of(engine, demo.state)
    readings = {"first": figures(reading, None, books)}
    steps = {
        "adopted": (_adopt, "The findings of the first reading were adopted as debt; reading again"),
        "vended": (_vend, "The account factory made five accounts; reading again"),
        "removed": (_remove, "Somebody took a security contact away; reading again"),
        "declared": (_declare, "The factory's pattern was declared, and it made five more; reading again"),
    }
    for name, (change, words) in steps.items():
        before = books
        change(demo)
        demo.tell(words)
        reading, books = chain.triggered(month), books_of(engine, demo.state)
        readings[name] = figures(reading, before, books)
    return month, readings


def _adopt(demo: Demo) -> None:
    until = datetime.now(UTC).date() + timedelta(days=DEBT_DAYS)
    command = [str(Path(sys.executable).with_name("orgwarden")), "baseline", "adopt", "--until", until.isoformat()]
    done = subprocess.run(  # noqa: S603 - our own command
        command, env={**clean_environ(), **demo.environ}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StopAndTell(f"orgwarden baseline adopt ended with {done.returncode}: {done.stderr.strip()}")
    demo.tell(done.stdout.strip())


def _vend(demo: Demo) -> None:
    _make(demo, messy.vended(messy.later().vended))


def _declare(demo: Demo) -> None:
    """Declare what the account factory makes, and have it make more."""
    unit = messy.declared().units[messy.later().expected.unit].id
    declared = f"changes:\n  vended:\n    - {{method: CREATED, units: [{unit}]}}\n"
    (Path(demo.environ["ORGWARDEN_BASELINE"]) / "vended.yaml").write_text(declared)
    _make(demo, messy.vended(messy.later().expected))


def _make(demo: Demo, accounts: list[messy.NewAccount]) -> None:
    """Make accounts as an account factory does: create, move, and give them their contacts."""
    organizations, account = demo.client("organizations"), demo.client("account")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for one in accounts:
        made = organizations.create_account(AccountName=one.name, Email=one.email)["CreateAccountStatus"]["AccountId"]
        organizations.move_account(AccountId=made, SourceParentId=root, DestinationParentId=one.unit)
        account.put_contact_information(AccountId=made, ContactInformation=one.primary)
        for slot, contact in one.alternates.items():
            account.put_alternate_contact(AccountId=made, AlternateContactType=slot, **contact)


def _remove(demo: Demo) -> None:
    removed = messy.later().removed
    id_ = messy.declared().id_of(removed.account)
    demo.client("account").delete_alternate_contact(AccountId=id_, AlternateContactType=removed.slot)


def books_of(engine: Engine, state: Path) -> Books:
    """Read findings and tickets as they stand."""
    organization = messy.declared().organization.id
    folder = FileStore(state / "store")
    outbox = Outbox(engine, LocalSink(engine, write=lambda name, text: folder.replace(name, text.encode())))
    entries = [entry for entry in outbox.entries(organization) if entry.is_open]
    return Books(
        findings=tuple(FindingStore(engine).open_findings(organization)),
        lines=frozenset((entry.ticket, finding) for entry in entries for finding in entry.findings),
        digests=frozenset(entry.ticket for entry in entries if entry.group.control == DIGESTS),
        backlogs=frozenset(entry.ticket for entry in entries if entry.group.control == BACKLOG),
    )


def figures(reading: Reading, before: Books | None, books: Books) -> Figures:
    """Count what a reading came to, and what it added to the books."""
    nothing = before or Books(findings=(), lines=frozenset(), digests=frozenset(), backlogs=frozenset())
    times = Counter(finding for _, finding in books.lines)
    known = {finding.id for finding in nothing.deviations}
    new = [finding.id for finding in books.deviations if finding.id not in known]
    lines = {(ticket, finding) for ticket, finding in books.lines if finding in new}
    reviewed = reading.of("contact_review")
    return Figures(
        deviations=len(books.deviations),
        unknown=int(reviewed.get("unknown", 0)),
        new=len(new),
        resolved=len(known - {finding.id for finding in books.deviations}),
        opened=len(books.tickets - nothing.tickets),
        tickets=len(books.tickets),
        owned=sum(1 for finding in books.deviations if finding.owner),
        on_one_ticket=sum(1 for finding in books.deviations if times[finding.id] == 1),
        owners=len({finding.owner for finding in books.deviations}),
        new_lines=len(lines),
        tickets_with_new_lines=len({ticket for ticket, _ in lines}),
        new_digests=len(books.digests - nothing.digests),
        new_backlogs=len(books.backlogs - nothing.backlogs),
    )


def summary(period: Period, readings: dict[str, Figures], *, vended: int) -> dict[str, Any]:
    """Give what the summary holds under ``messy``, and in ``disagreements`` each thing that is not as it should be."""
    told = {name: asdict(one) for name, one in readings.items()}
    return {"period": period.text, **told, "disagreements": _disagreements(readings, vended)}


def _disagreements(readings: dict[str, Figures], vended: int) -> list[str]:
    first, adopted, made, removed, declared = (readings[name] for name in READINGS)
    everyone = [one for one in readings.values() if not one.deviations == one.owned == one.on_one_ticket]
    checks = {
        f"the first reading opens 1 to {MOST_TICKETS} tickets: {first.tickets}": 0 < first.tickets <= MOST_TICKETS,
        f"each deviation has an owner and stands on one open ticket: {everyone}": not everyone,
        f"after adopting, nothing is new but the backlog's tickets: {adopted}": _is_only_backlog(adopted),
        f"{vended} vended accounts come to one digest of {vended} lines: {made}": _is_one_digest(made, vended),
        f"one contact less is one line on one ticket: {removed}": _adds_one_line(removed),
        f"once declared, {vended} more are no news, and those before are settled: {declared}": (
            (declared.new, declared.opened, declared.resolved) == (0, 0, vended)
        ),
    }
    return [what for what, holds in checks.items() if not holds]


def _is_only_backlog(adopted: Figures) -> bool:
    return adopted.new == 0 and adopted.opened == adopted.new_backlogs == adopted.tickets


def _is_one_digest(made: Figures, vended: int) -> bool:
    return (made.new, made.new_lines, made.opened, made.new_digests) == (vended, vended, 1, 1)


def _adds_one_line(removed: Figures) -> bool:
    return (removed.new, removed.new_lines, removed.tickets_with_new_lines) == (1, 1, 1)


def keep(file: Path, found: dict[str, Any]) -> None:
    """Put the figures beside those of other runs."""
    others = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**others, "messy": found}, indent=2, ensure_ascii=False) + "\n")


def _table(readings: dict[str, Figures]) -> str:
    counted = ("deviations", "new", "opened", "tickets", "owned", "on_one_ticket")
    return table(HEAD, [(name, *(str(getattr(one, key)) for key in counted)) for name, one in readings.items()])
