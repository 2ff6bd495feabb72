"""The lake of a store, and the hash of each snapshot's list of files."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add lakes, and what snapshots consist of."""
    op.create_table(
        "lakes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lakes"),
        sqlite_autoincrement=True,
    )
    contents = sa.Column("contents", sa.String(64), nullable=False, server_default="")
    op.add_column("builds", contents)


def downgrade() -> None:
    """Remove them."""
    op.drop_column("builds", "contents")
    op.drop_table("lakes")
