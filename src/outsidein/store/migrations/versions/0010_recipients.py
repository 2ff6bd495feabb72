"""Deliveries by recipient, to count what one recipient gets."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_deliveries_recipient", "deliveries", ["to", "due_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_deliveries_recipient", table_name="deliveries")
