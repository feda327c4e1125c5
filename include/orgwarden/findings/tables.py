"""Every table of Orgwarden's own database, apart from Airflow's; the migrations make exactly these.

They stand together because one database has one history: the tables of tickets and attestations are here too, though
only ``orgwarden.tickets`` and ``orgwarden.attestations`` read and write them.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, always aware; SQLite forgets the zone, so it is given back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("organization", String(64), nullable=False),
    Column("control", String(128), nullable=False),
    Column("account", String(64), nullable=False),
    Column("region", String(64), nullable=False),
    Column("resource", Text, nullable=False),
    Column("scope", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("accounts", JSON, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("opened_run", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("judged_at", UtcDateTime, nullable=False),
    Column("judged_run", Text, nullable=False),
    Column("not_seen_since", UtcDateTime),
    Column("snoozed_until", Date),
    Column("adopted_until", Date),
    Column("resolved_at", UtcDateTime),
    Column("resolved_run", Text, nullable=False),
    Column("resolution", Text, nullable=False),
    Column("times_reopened", Integer, nullable=False),
    Index(None, "organization", "control", "scope"),
)

FINDING_EVENTS = Table(
    "finding_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("finding", String(16), ForeignKey("findings.id"), nullable=False, index=True),
    Column("happening", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("run", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# The newest reading that moved the findings of a control in a scope; an older one that comes late moves nothing.
OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("organization", String(64), primary_key=True),
    Column("control", String(128), primary_key=True),
    Column("scope", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("run", Text, nullable=False),
)

CAUSE_RUNS = Table(
    "cause_runs",
    METADATA,
    Column("organization", String(64), primary_key=True),
    Column("control", String(128), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("cause", Text, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("run", Text, nullable=False),
)

# What people were asked, and to whom a question of a quarter is put.
QUESTIONS_ASKED = Table(
    "questions_asked",
    METADATA,
    Column("organization", String(64), primary_key=True),
    Column("period", String(16), primary_key=True),
    Column("question", String(128), primary_key=True),
    Column("about", String(255), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("due", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What they answered and signed; rows are only added, and each has the digest of the one before.
ATTESTATIONS = Table(
    "attestations",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("organization", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("question", String(128), nullable=False),
    Column("about", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("form", JSON, nullable=False),
    Column("of", Integer),
    Column("source", String(512), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("organization", "source", "question", "about", "kind"),
    UniqueConstraint("organization", "previous", name="uq_attestations_previous"),
)

# The message that each mailbox gets in a quarter, and what became of it; the address itself is kept nowhere.
MAILBOX_PROBES = Table(
    "mailbox_probes",
    METADATA,
    Column("number", String(32), primary_key=True),
    Column("organization", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("mailbox", String(64), nullable=False),
    Column("masked", String(255), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("due", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("text", String(255), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("organization", "period", "mailbox"),
)

# The outbox: what makes writes to a ticket system happen exactly once, and what each ticket was last made to say.
TICKET_OUTBOX = Table(
    "ticket_outbox",
    METADATA,
    Column("backend", String(32), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("fingerprint", String(32), primary_key=True),
    Column("organization", String(64), nullable=False),
    Column("control", String(128), nullable=False),
    Column("ticket_group", Text, nullable=False),
    Column("scope", String(64), nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ticket", String(128), nullable=False),
    Column("lease_owner", String(64), nullable=False),
    Column("lease_until", UtcDateTime),
    Column("attempted_at", UtcDateTime),
    Column("note", Text, nullable=False),
    Column("content", String(64), nullable=False),
    Column("left_open", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("hand_closures", Integer, nullable=False),
    Column("is_disputed", Boolean, nullable=False),
    Column("moved", JSON, nullable=False),
    Index(None, "organization"),
)

# On which ticket a finding is listed: its key allows no second one.
TICKET_FINDINGS = Table(
    "ticket_findings",
    METADATA,
    Column("backend", String(32), primary_key=True),
    Column("project", String(128), primary_key=True),
    Column("finding", String(16), ForeignKey("findings.id"), primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    ForeignKeyConstraint(
        ["backend", "project", "fingerprint"],
        ["ticket_outbox.backend", "ticket_outbox.project", "ticket_outbox.fingerprint"],
    ),
    Index(None, "fingerprint"),
)

# The embedded ticket system.
LOCAL_TICKETS = Table(
    "local_tickets",
    METADATA,
    Column("project", String(128), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due", Date),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("project", "fingerprint"),
)

LOCAL_COMMENTS = Table(
    "local_comments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("project", String(128), nullable=False),
    Column("number", Integer, nullable=False),
    Column("comment_key", String(128), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["project", "number"], ["local_tickets.project", "local_tickets.number"]),
    UniqueConstraint("project", "number", "comment_key"),
)
