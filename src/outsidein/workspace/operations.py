"""Running a project: its store, its outbox, its audit, what a worker is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from outsidein.delivery.outbox import (
    DeliveryStatus,
    deliveries_by_state,
    list_deliveries,
    retry_delivery,
)
from outsidein.delivery.statements import DeliveryState
from outsidein.settings import Settings
from outsidein.store import archive
from outsidein.store.audit import Act, acts, record
from outsidein.workspace.declaration import Schedule

STORE = "store"
"""What the audit calls a backup's and a restore's subject."""


@dataclass(frozen=True, slots=True)
class Operations:
    """What keeps one project running; each act is in the audit."""

    store: Engine
    clock: Callable[[], datetime]
    settings: Settings
    schedule: Schedule
    zone: ZoneInfo

    def backup(self, file: Path, *, who: str) -> dict[str, int]:
        """Write everything the store holds into one file; returns rows by table (count).

        Raises:
            InputError: The file is there already.
        """
        rows = archive.backup(self.store, file)
        with Session(self.store) as session, session.begin():
            self._record(session, who=who, did="store.backed_up", about=STORE, to=file.name)
        return rows

    def restore(self, file: Path, *, who: str, replace: bool = False) -> dict[str, int]:
        """Fill the store with a backup; returns rows by table (count).

        Raises:
            InputError: There is no such backup, or the store is not empty and not to be replaced.
        """

        def note(connection: Connection) -> None:
            with Session(connection) as session:
                self._record(session, who=who, did="store.restored", about=STORE, of=file.name)
                session.flush()

        return archive.restore(self.store, file, replace=replace, then=note)

    def audit(
        self,
        *,
        who: str | None = None,
        about: str | None = None,
        since: datetime | None = None,
        rows: int = 100,
    ) -> list[Act]:
        """Return who did what, the latest first."""
        with Session(self.store) as session:
            return acts(session, who=who, about=about, since=since, rows=rows)

    def deliveries(
        self, *, state: DeliveryState | None = None, about: str | None = None, rows: int = 100
    ) -> list[DeliveryStatus]:
        """Return mails and webhooks with what became of them, the latest due first."""
        with Session(self.store) as session:
            return list_deliveries(session, state=state, about=about, rows=rows)

    def delivery_counts(self) -> dict[str, int]:
        """Return how many deliveries are in each state (count)."""
        with Session(self.store) as session:
            return deliveries_by_state(session)

    def retry(self, delivery: str, *, who: str) -> None:
        """Let a delivery that was given up be tried anew.

        Raises:
            UnknownName: No delivery of that id was given up.
        """
        with Session(self.store) as session, session.begin():
            retry_delivery(session, delivery, now=self.clock())
            about = f"delivery:{delivery}"
            self._record(session, who=who, did="delivery.retried", about=about)

    def note(self, *, who: str, did: str, about: str, **details: str | int) -> None:
        """Write into the audit what was done to something that does not lie in the store."""
        with Session(self.store) as session, session.begin():
            self._record(session, who=who, did=did, about=about, **details)

    def _record(
        self, session: Session, *, who: str, did: str, about: str, **details: str | int
    ) -> None:
        record(session, who=who, did=did, about=about, at=self.clock(), details=details)
