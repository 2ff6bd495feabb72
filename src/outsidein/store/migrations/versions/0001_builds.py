"""Builds and their publications."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Add builds and publications."""
    op.create_table(
        "builds",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_pruned", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_builds"),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("build_number", sa.Integer, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.ForeignKeyConstraint(
            ["build_number"], ["builds.number"], name="fk_publications_build_number"
        ),
    )


def downgrade() -> None:
    """Remove publications and builds."""
    op.drop_table("publications")
    op.drop_table("builds")
