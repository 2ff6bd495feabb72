"""How far rules have looked: watermarks over the ledger of admissions, and finished runs."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.model import Alert, AlertRun, Watermark

if TYPE_CHECKING:  # a run that finds nothing new opens no engine, and loads none
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

_RULES = "rules"


def above_watermark(ledger: "ir.Table", relation: str, *, watermark: int) -> "ir.Table":
    """Return the rows that a rule has not examined yet.

    Args:
        ledger: `ADMITTED`.
        relation: 'encounters' or 'signals'.
        watermark: The last admission it has looked at.

    Returns:
        One row per encounter or signal: `source`, `key`.
    """
    new = ledger.filter(ledger.relation == relation, ledger.sequence > watermark)
    return new.select("source", "key")


def last_admission(backend: "BaseBackend", ledger: "ir.Table", *, build: int) -> int:
    """Return the last admission up to which a build holds every row.

    After a rollback the ledger has rows that this snapshot lacks. A rule's watermark stays below
    them, so that they are examined when they come back.
    """
    later = backend.to_pyarrow(ledger.filter(ledger.build > build).sequence.min()).as_py()
    last = backend.to_pyarrow(ledger.sequence.max()).as_py()
    return int(last or 0) if later is None else int(later) - 1


def watermark(session: Session, rule: str) -> int:
    """Return the last admission that a rule has examined, 0 before its first run."""
    sequence = session.scalar(select(Watermark.sequence).where(Watermark.rule == rule))
    return sequence or 0


def examined_from(session: Session, rule: str) -> date | None:
    """Return the `live_from` under which a rule examined the admissions below its watermark."""
    day = session.scalar(select(AlertRun.rested_on).where(AlertRun.name == _run_name(rule)))
    return date.fromisoformat(day) if day else None


def _run_name(rule: str) -> str:
    """Return the name of a rule's own run, which has the width of a hash."""
    return f"r{sha256(rule.encode()).hexdigest()[:15]}"


def fired_keys(session: Session, rule: str) -> list[dict[str, str]]:
    """Return what a rule has fired on: `source` and `key` of each alert."""
    keys = session.execute(select(Alert.source, Alert.key).where(Alert.rule == rule))
    return [row._asdict() for row in keys]


def live_rules(rules: Mapping[str, AlertRule]) -> dict[str, AlertRule]:
    """Return the rules that fire, by name."""
    return {name: rule for name, rule in rules.items() if rule.live_from is not None}


def last_run(session: Session) -> str | None:
    """Return the hash of the inputs of the last run; None before the first."""
    return session.scalar(select(AlertRun.rested_on).where(AlertRun.name == _RULES))


def record_run(session: Session, rested_on: str, *, now: datetime) -> None:
    """Record the inputs of a finished run: the next run on the same inputs has nothing new."""
    session.merge(AlertRun(name=_RULES, rested_on=rested_on, ran_at=now))


def record_examined(
    session: Session, name: str, rule: AlertRule, *, reached: int, now: datetime
) -> None:
    """Record that a rule has examined the admissions up to `reached`, and since when it is live."""
    _move(session, name, reached, now)
    if rule.live_from is not None:
        began = rule.live_from.isoformat()
        session.merge(AlertRun(name=_run_name(name), rested_on=began, ran_at=now))


def _move(session: Session, name: str, reached: int, now: datetime) -> None:
    """Move a rule's watermark, never back."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Watermark).values(rule=name, sequence=reached, moved_at=now)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["rule"],
            set_={"sequence": statement.excluded.sequence, "moved_at": now},
            where=Watermark.sequence < statement.excluded.sequence,
        )
    )
