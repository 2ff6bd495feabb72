"""Notices to staff, which wait for the day's digest."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_WAITING = sa.text("mail IS NULL")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add notices."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("reader", sa.String, nullable=False),
        sa.Column("team", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("is_urgent", sa.Boolean, nullable=False),
        sa.Column("posted_at", _MOMENT, nullable=False),
        sa.Column("mail", sa.String, nullable=True),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_notices_sent", "notices", ["sent_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("notices")
