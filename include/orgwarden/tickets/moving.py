"""Tickets go with findings that get other identities or owners: by these a ticket is found again.

What is known of a ticket moves to the fingerprint of its group's new name; the ticket itself stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from orgwarden.control import Control
from orgwarden.findings.finding import Finding
from orgwarden.findings.tables import LOCAL_TICKETS, TICKET_FINDINGS, TICKET_OUTBOX
from orgwarden.tickets.group import Group, group_of

T = TICKET_OUTBOX


def move_tickets(
    connection: Connection, moved: Sequence[tuple[Finding, Finding]], controls: Mapping[str, Control]
) -> None:
    """Move the tickets of findings, as they were and as they are; one whose new group has a ticket is left alone."""
    groups = {_group(old, controls): _group(new, controls) for old, new in moved}
    rows = connection.execute(select(T)).mappings().all()
    taken = {(row["backend"], row["project"], row["fingerprint"]) for row in rows}
    for row in rows:
        old = Group(**{name: row[name] for name in ("organization", "control", "scope")}, name=row["ticket_group"])
        new = replace(groups.get(old, old), round=row["round"])
        if (row["backend"], row["project"], new.fingerprint) not in taken:
            _move(connection, row, new)


def _group(finding: Finding, controls: Mapping[str, Control]) -> Group:
    return group_of(finding, controls.get(finding.control))


def _move(connection: Connection, row: RowMapping, new: Group) -> None:
    """Write what is known of a ticket under its new fingerprint, lead its lists there, and remove the old."""
    connection.execute(insert(T), {**row, "ticket_group": new.name, "fingerprint": new.fingerprint})
    for table in (TICKET_FINDINGS, LOCAL_TICKETS):
        mine = [table.c[name] == row[name] for name in ("project", "fingerprint")]
        connection.execute(update(table).where(*mine).values(fingerprint=new.fingerprint))
    same = [T.c[name] == row[name] for name in ("backend", "project", "fingerprint")]
    connection.execute(delete(T).where(*same))
