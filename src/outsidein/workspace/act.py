"""Acting on a project: one transaction on the store and one entry in its audit."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from getpass import getuser
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.store.audit import record


@dataclass(slots=True)
class Transaction:
    """What a verb does its work with: the session, who acts, and when.

    `details` go into the audit's entry; a verb may add to them. Where `changed` is set to False
    the entry is left out, for a verb that runs by itself and had nothing to do.
    """

    session: Session
    by: str
    now: datetime
    details: dict[str, Any]
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Acts:
    """Opens the transactions of one project's verbs; nothing else commits what a verb wrote."""

    store: Engine
    clock: Callable[[], datetime]

    @contextmanager
    def act(
        self,
        did: str,
        about: str,
        *,
        by: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Iterator[Transaction]:
        """Do one thing: what is written and the audit's entry are committed together, or neither.

        Args:
            did: The verb in the past tense with its noun first, such as `build.published`.
            about: What it is done to, such as `case:17`.
            by: Who acts; the login name if not given.
            details: What else the audit is to know. Entries outlive an erasure: name records,
                never what is personal about them.
        """
        with Session(self.store) as session, session.begin():
            name, now = by or login_name(), self.clock()
            transaction = Transaction(session, name, now, dict(details or {}))
            yield transaction
            if transaction.changed:
                record(session, who=name, did=did, about=about, at=now, details=transaction.details)

    @contextmanager
    def batch(self) -> Iterator[Session]:
        """Do part of a verb that works in batches, each of which writes its own entries."""
        with Session(self.store) as session, session.begin():
            yield session


def login_name() -> str:
    """Return the login name of whoever runs this process, or its number where it has no name."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return f"uid {os.getuid()}"
