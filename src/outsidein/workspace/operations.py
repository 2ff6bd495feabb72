"""Operating a project: its store, its outbox, its audit."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from outsidein.delivery.by_hand import (
    HeldRecipient,
    drop_held,
    held_recipients,
    release_held,
    retry_delivery,
)
from outsidein.delivery.delivery_list import DeliveryStatus, deliveries_by_state, list_deliveries
from outsidein.delivery.statements import DeliveryState
from outsidein.store import archive
from outsidein.store.audit import AuditedAct, audited_acts, record
from outsidein.workspace.act import login_name
from outsidein.workspace.workspace import Workspace

OUTBOX = "outbox"
"""The audit's name for all deliveries."""

STORE = "store"
"""The audit's name for the subject of backups and restores."""


@dataclass(frozen=True, slots=True)
class Operations:
    """The store of one project, its outbox and its audit."""

    work: Workspace

    @property
    def store(self) -> Engine:
        """The store."""
        return self.work.store

    def backup(self, file: Path, *, by: str | None = None) -> dict[str, int]:
        """Write everything the store holds into one file; returns rows by table (count).

        Raises:
            InputError: The file is there already.
        """
        rows = archive.backup(self.store, file)
        with self.work.acts.act("store.backed_up", STORE, by=by, details={"to": file.name}):
            return rows

    def restore(
        self, file: Path, *, replace: bool = False, by: str | None = None
    ) -> dict[str, int]:
        """Fill the store with a backup; returns rows by table (count).

        The audit's entry is part of the transaction that restores.

        Raises:
            InputError: There is no such backup, or the store is not empty and not to be replaced.
        """

        def note(connection: Connection) -> None:
            with Session(connection) as session:
                record(
                    session,
                    who=by or login_name(),
                    did="store.restored",
                    about=STORE,
                    at=self.work.clock(),
                    details={"of": file.name},
                )
                session.flush()

        return archive.restore(self.store, file, replace=replace, then=note)

    def audit(
        self,
        *,
        who: str | None = None,
        about: str | None = None,
        since: datetime | None = None,
        before: int | None = None,
        rows: int = 100,
    ) -> list[AuditedAct]:
        """Return who did what, latest first; entries with a number below `before` if given."""
        with Session(self.store) as session:
            return audited_acts(
                session, who=who, about=about, since=since, before=before, rows=rows
            )

    def deliveries(
        self, *, state: DeliveryState | None = None, about: str | None = None, rows: int = 100
    ) -> list[DeliveryStatus]:
        """Return mails and webhooks with what became of them, latest due first."""
        with Session(self.store) as session:
            return list_deliveries(session, state=state, about=about, rows=rows)

    def delivery_counts(self) -> dict[str, int]:
        """Return how many deliveries are in each state (count)."""
        with Session(self.store) as session:
            return deliveries_by_state(session)

    def held(self) -> list[HeldRecipient]:
        """Return whose deliveries are held, most first."""
        with Session(self.store) as session:
            return held_recipients(session)

    def release(self, to: str, *, by: str | None = None) -> int:
        """Let go what is held for a recipient; returns how many deliveries (count).

        Raises:
            UnknownName: Nothing is held for this recipient.
        """
        with self.work.acts.act("deliveries.released", OUTBOX, by=by) as act:
            act.details["deliveries"] = release_held(act.session, to, now=act.now)
            return int(act.details["deliveries"])

    def drop(self, to: str, *, by: str | None = None) -> int:
        """Give up what is held for a recipient; returns how many deliveries (count).

        Raises:
            UnknownName: Nothing is held for this recipient.
        """
        with self.work.acts.act("deliveries.dropped", OUTBOX, by=by) as act:
            act.details["deliveries"] = drop_held(act.session, to, now=act.now)
            return int(act.details["deliveries"])

    def retry(self, delivery: str, *, by: str | None = None) -> None:
        """Try a delivery again that was given up.

        Raises:
            UnknownName: No delivery of that id was given up.
        """
        with self.work.acts.act("delivery.retried", f"delivery:{delivery}", by=by) as act:
            retry_delivery(act.session, delivery, now=act.now)
