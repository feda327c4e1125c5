"""What people were asked, and what they answered and signed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions_asked",
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization", "period", "question", "about", name=op.f("pk_questions_asked")),
    )
    op.create_table(
        "attestations",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("organization", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=512), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attestations")),
        sa.UniqueConstraint(
            "organization", "source", "question", "about", "kind", name=op.f("uq_attestations_organization")
        ),
        sa.UniqueConstraint("organization", "previous", name=op.f("uq_attestations_previous")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("attestations")
    op.drop_table("questions_asked")
