"""Why a customer was not answered, what a run rested on, and when a delivery was blanked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SETTLED = sa.text("blanked_at IS NULL AND settled_at IS NOT NULL")


def upgrade() -> None:
    """Add a column to cases, one to deliveries, and the table of runs."""
    op.add_column("cases", sa.Column("unanswered", sa.String, nullable=True))
    op.add_column("deliveries", sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_deliveries_unblanked",
        "deliveries",
        ["settled_at"],
        sqlite_where=_SETTLED,
        postgresql_where=_SETTLED,
    )
    op.create_table(
        "alert_runs",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("rested_on", sa.String(64), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_alert_runs"),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("alert_runs")
    op.drop_index("ix_deliveries_unblanked", "deliveries")
    op.drop_column("deliveries", "blanked_at")
    op.drop_column("cases", "unanswered")
