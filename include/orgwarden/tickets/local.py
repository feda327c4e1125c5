"""The embedded ticket system: two tables in our own database, and a readable Markdown file for each ticket.

It needs nothing else to run, so the demo and a first month have tickets before anybody has asked for a Jira project.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.engine import Row

from orgwarden.errors import BadInput
from orgwarden.findings.database import database_now, writing
from orgwarden.findings.tables import LOCAL_COMMENTS, LOCAL_TICKETS
from orgwarden.model import Severity
from orgwarden.tickets.sink import DISPUTED, LABEL, Capabilities, Category, Draft, Ticket, TicketRef
from orgwarden.tickets.text import Code, Heading, Ours, Paragraph, Piece, Table, escaped, markdown, spliced

T, C = LOCAL_TICKETS, LOCAL_COMMENTS
INDEX = "README.md"
OURS = (LABEL, DISPUTED, "severity-")
PREFIX = "OW-"
# The database refuses a second ticket of one fingerprint, so nothing has to settle.
CAPABILITIES = Capabilities(settle_seconds=0, timeout_seconds=5, native_dedup=True)

Write = Callable[[str, str], None]


def _no_files(_name: str, _text: str) -> None:
    """Write nothing."""


@dataclass(frozen=True, slots=True)
class LocalSink:
    """Tickets ``OW-0001``, ``OW-0002``, … ; ``write`` gets each changed file's name and text."""

    engine: Engine
    write: Write = field(default=_no_files)
    project: str = "local"
    backend: str = "local"
    capabilities: Capabilities = CAPABILITIES

    def find(self, fingerprint: str) -> Sequence[TicketRef]:
        return [t.ref for t in self._tickets(T.c.fingerprint == fingerprint)]

    def create(self, draft: Draft, fingerprint: str) -> TicketRef:
        with writing(self.engine, lock=f"local tickets {self.project}") as connection:
            number = self._number(connection, fingerprint) or self._insert(connection, draft, fingerprint)
        self._publish(number)
        return TicketRef(_key(number))

    def get(self, ref: TicketRef) -> Ticket | None:
        return next(iter(self._tickets(T.c.number == _number(ref))), None)

    def comment(self, ref: TicketRef, body: str, key: str) -> None:
        number = _number(ref)
        where = (C.c.project == self.project, C.c.number == number, C.c.comment_key == key)
        with writing(self.engine, lock=f"local tickets {self.project}") as connection:
            if connection.execute(select(C.c.id).where(*where)).first():
                return
            said = {"project": self.project, "number": number, "comment_key": key, "body": body}
            connection.execute(insert(C), said | {"at": database_now(connection)})
        self._publish(number)

    def transition(self, ref: TicketRef, to: Category) -> None:
        self._change(ref, lambda row: {} if (row.status == Category.DONE) == (to is Category.DONE) else {"status": to})

    def update(self, ref: TicketRef, draft: Draft) -> None:
        self._change(ref, lambda row: _said(draft, row.body, row.labels))

    def list_all(self) -> Iterable[Ticket]:
        return self._tickets()

    def publish(self) -> None:
        """Write all files anew, should one have been lost between the database and the disk."""
        for ticket in self._tickets():
            self.write(f"{ticket.ref.key}.md", self._page(_number(ticket.ref)))
        self.write(INDEX, self._index())

    def _tickets(self, *where: Any) -> list[Ticket]:
        wanted = select(T).where(T.c.project == self.project, *where).order_by(T.c.number)
        with self.engine.connect() as connection:
            return [_ticket(row) for row in connection.execute(wanted)]

    def _number(self, connection: Connection, fingerprint: str) -> int | None:
        same = (T.c.project == self.project, T.c.fingerprint == fingerprint)
        return connection.execute(select(T.c.number).where(*same)).scalar_one_or_none()

    def _insert(self, connection: Connection, draft: Draft, fingerprint: str) -> int:
        newest = select(func.coalesce(func.max(T.c.number), 0)).where(T.c.project == self.project)
        number: int = connection.execute(newest).scalar_one() + 1
        now = database_now(connection)
        named = {"project": self.project, "number": number, "fingerprint": fingerprint, "status": Category.NEW.value}
        connection.execute(insert(T), named | _said(draft, "", []) | {"created_at": now, "updated_at": now})
        return number

    def _change(self, ref: TicketRef, change: Callable[[Row[Any]], dict[str, Any]]) -> None:
        mine = (T.c.project == self.project, T.c.number == _number(ref))
        with writing(self.engine, lock=f"local tickets {self.project}") as connection:
            row = connection.execute(select(T).where(*mine)).one_or_none()
            if row is None:
                raise BadInput(f"there is no ticket {ref.key} in project {self.project}")
            if changes := change(row):
                connection.execute(update(T).where(*mine), changes | {"updated_at": database_now(connection)})
        self._publish(_number(ref))

    def _publish(self, number: int) -> None:
        self.write(f"{_key(number)}.md", self._page(number))
        self.write(INDEX, self._index())

    def _page(self, number: int) -> str:
        with self.engine.connect() as connection:
            row = connection.execute(select(T).where(T.c.project == self.project, T.c.number == number)).one()
            mine = (C.c.project == self.project, C.c.number == number)
            comments = connection.execute(select(C).where(*mine).order_by(C.c.id)).all()
        facts = f"Status: **{row.status}** · opened {row.created_at:%Y-%m-%d} · labels: "
        pages = [f"# {_key(number)}: {escaped(row.title)}", f"{facts}{escaped(', '.join(row.labels))}", row.body]
        pages += [f"---\n\n**{c.at:%Y-%m-%d %H:%M} UTC**\n\n{c.body}" for c in comments]
        return "\n\n".join(pages) + "\n"

    def _index(self) -> str:
        wanted = select(T).where(T.c.project == self.project).order_by(T.c.severity.desc(), T.c.due, T.c.number)
        with self.engine.connect() as connection:
            rows = connection.execute(wanted).all()
        standing = [row for row in rows if row.status != Category.DONE]
        document: list[Piece] = [
            Heading(Ours("Open tickets")),
            Paragraph((Ours(f"{len(standing)} open, {len(rows) - len(standing)} closed."),)),
            Table(("Ticket", "Severity", "Owner", "Due", "Title"), tuple(map(_line, standing))),
        ]
        return markdown(document) + "\n"


def _line(row: Row[Any]) -> tuple[str | Code | Ours, ...]:
    key = _key(row.number)
    link = Ours(f"[{key}]({key}.md)")
    return (link, Severity(row.severity).name.lower(), row.owner or "nobody yet", str(row.due), row.title)


def _said(draft: Draft, body: str, labels: Sequence[str]) -> dict[str, Any]:
    theirs = [label for label in labels if not label.startswith(OURS)]
    return {
        "title": draft.title,
        "body": spliced(body, draft.body),
        "labels": [*theirs, *draft.labels],
        "severity": int(draft.severity),
        "owner": draft.owner,
        "due": draft.due,
    }


def _ticket(row: Row[Any]) -> Ticket:
    ref = TicketRef(_key(row.number), f"{_key(row.number)}.md")
    return Ticket(ref=ref, fingerprint=row.fingerprint, status=Category(row.status), labels=tuple(row.labels))


def _key(number: int) -> str:
    return f"{PREFIX}{number:04}"


def _number(ref: TicketRef) -> int:
    digits = ref.key.removeprefix(PREFIX)
    if not digits.isdigit():
        raise BadInput(f"{ref.key!r} is no local ticket: its keys look like {PREFIX}0001")
    return int(digits)
