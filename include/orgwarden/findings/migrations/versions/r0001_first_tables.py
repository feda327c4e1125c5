"""The first tables: findings, their events, observations, causes, the ticket outbox, the embedded tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cause_runs",
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "control", "subject", name=op.f("pk_cause_runs")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_run", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_run", sa.Text(), nullable=False),
        sa.Column("not_seen_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("adopted_until", sa.Date(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_run", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("times_reopened", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_organization"), "findings", ["organization", "control", "scope"], unique=False)
    op.create_table(
        "local_tickets",
        sa.Column("project", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project", "number", name=op.f("pk_local_tickets")),
        sa.UniqueConstraint("project", "fingerprint", name=op.f("uq_local_tickets_project")),
    )
    op.create_table(
        "observations",
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "control", "scope", name=op.f("pk_observations")),
    )
    op.create_table(
        "ticket_outbox",
        sa.Column("backend", sa.String(length=32), nullable=False),
        sa.Column("project", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("ticket_group", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=128), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("left_open", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("hand_closures", sa.Integer(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("backend", "project", "fingerprint", name=op.f("pk_ticket_outbox")),
    )
    op.create_index(op.f("ix_ticket_outbox_organization"), "ticket_outbox", ["organization"], unique=False)
    op.create_table(
        "finding_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.Column("happening", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name=op.f("fk_finding_events_findings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_events")),
    )
    op.create_index(op.f("ix_finding_events_finding"), "finding_events", ["finding"], unique=False)
    op.create_table(
        "local_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment_key", sa.String(length=128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project", "number"],
            ["local_tickets.project", "local_tickets.number"],
            name=op.f("fk_local_comments_local_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_comments")),
        sa.UniqueConstraint("project", "number", "comment_key", name=op.f("uq_local_comments_project")),
    )
    op.create_table(
        "ticket_findings",
        sa.Column("backend", sa.String(length=32), nullable=False),
        sa.Column("project", sa.String(length=128), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["backend", "project", "fingerprint"],
            ["ticket_outbox.backend", "ticket_outbox.project", "ticket_outbox.fingerprint"],
            name=op.f("fk_ticket_findings_ticket_outbox"),
        ),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name=op.f("fk_ticket_findings_findings")),
        sa.PrimaryKeyConstraint("backend", "project", "finding", name=op.f("pk_ticket_findings")),
    )
    op.create_index(op.f("ix_ticket_findings_fingerprint"), "ticket_findings", ["fingerprint"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_ticket_findings_fingerprint"), table_name="ticket_findings")
    op.drop_table("ticket_findings")
    op.drop_table("local_comments")
    op.drop_index(op.f("ix_finding_events_finding"), table_name="finding_events")
    op.drop_table("finding_events")
    op.drop_index(op.f("ix_ticket_outbox_organization"), table_name="ticket_outbox")
    op.drop_table("ticket_outbox")
    op.drop_table("observations")
    op.drop_table("local_tickets")
    op.drop_index(op.f("ix_findings_organization"), table_name="findings")
    op.drop_table("findings")
    op.drop_table("cause_runs")
