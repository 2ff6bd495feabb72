"""Decisions on which records are one customer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add identity decisions."""
    op.create_table(
        "identity_decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("to_source", sa.String, nullable=False),
        sa.Column("to_record_id", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("until_on", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_identity_decisions_pair",
        "identity_decisions",
        ["source", "record_id", "to_source", "to_record_id"],
    )


def downgrade() -> None:
    """Remove identity decisions."""
    op.drop_index("ix_identity_decisions_pair", "identity_decisions")
    op.drop_table("identity_decisions")
