"""Alerts, cases and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_OPEN = sa.text("closed_at IS NULL")
_INDEXES = {
    "uq_cases_open": ["about", "issue"],
    "ix_cases_queue": ["team", "rank", "id", "begun_at", "is_kept", "state"],
    "ix_cases_all": ["rank", "id"],
    "ix_cases_owned": ["owner", "rank", "id"],
    "ix_cases_due": ["due_at"],
}
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add cases, their events and links, alerts and watermarks."""
    _cases()
    _events()
    _alerts()


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("record_id", sa.String, nullable=True),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("issue", sa.String, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=True),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("team", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=True),
        sa.Column("unit", sa.String, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("playbook", sa.String, nullable=True),
        sa.Column("propensity", sa.Double, nullable=True),
        sa.Column("cause", sa.String, nullable=True),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=True),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_autoincrement=True,
    )
    for name, columns in _INDEXES.items():
        op.create_index(
            name,
            "cases",
            columns,
            unique=name.startswith("uq"),
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    op.create_index("ix_cases_rule", "cases", ["rule"])
    op.create_index("ix_cases_closed", "cases", ["team", "closed_at"])


def _events() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_events_case_id"),
        sa.UniqueConstraint("case_id", "position", name="uq_case_events_position"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("to_case_id", sa.Integer, nullable=False),
        sa.Column("linked_at", _MOMENT, nullable=False),
        sa.Column("parted_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "to_case_id", name="pk_case_links"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_links_case_id"),
        sa.ForeignKeyConstraint(["to_case_id"], ["cases.id"], name="fk_case_links_to_case_id"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=True),
        sa.Column("happened_at", _MOMENT, nullable=False),
        sa.Column("fired_at", _MOMENT, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_alerts_case_id"),
        sa.UniqueConstraint("rule", "source", "key", name="uq_alerts_rule"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_case_id", "alerts", ["case_id"])
    op.create_table(
        "alert_watermarks",
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("rule", name="pk_alert_watermarks"),
    )


def downgrade() -> None:
    """Remove them."""
    for name in ("alert_watermarks", "alerts", "case_links", "case_events", "cases"):
        op.drop_table(name)
