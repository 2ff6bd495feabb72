"""Alerts for which the work failed, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the reason."""
    op.add_column("alerts", sa.Column("problem", sa.String, nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("alerts", "problem")
