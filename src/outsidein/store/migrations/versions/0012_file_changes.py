"""Changes of a project's files that people made on pages."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "file_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("before", sa.String, nullable=False),
        sa.Column("after", sa.String, nullable=False),
        sa.Column("revision", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_file_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_file_changes_path", "file_changes", ["path", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("file_changes")
