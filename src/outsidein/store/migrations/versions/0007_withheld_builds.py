"""Builds that are kept and not published, and who published one anyway."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the limits that builds exceed, and who published them and why."""
    for table, column, default in (
        ("builds", "exceeds", "[]"),
        ("publications", "published_by", ""),
        ("publications", "why", ""),
    ):
        added = sa.Column(column, sa.String, nullable=False, server_default=default)
        op.add_column(table, added)


def downgrade() -> None:
    """Remove them."""
    op.drop_column("publications", "why")
    op.drop_column("publications", "published_by")
    op.drop_column("builds", "exceeds")
