"""Mailing the notices of a project: planned by its limits, written from the current snapshot."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from outsidein import workspace
from outsidein.alerts.case_file import CaseFile, case_file
from outsidein.alerts.loop import LoopFiles
from outsidein.cases.mail_plan import WEB, PlannedMail, plan_mails
from outsidein.cases.mail_text import Briefing, CaseEntry, body_of, case_number, subject_of
from outsidein.cases.outlets import WORDS, case_links
from outsidein.cases.waiting import WaitingNotice, mails_since, mark_mailed, waiting_notices
from outsidein.delivery.outbox import (
    OutgoingDelivery,
    RefusedDelivery,
    post_delivery,
    post_given_up,
)
from outsidein.errors import UnknownName
from outsidein.lake.snapshots import Snapshot
from outsidein.store.row_work import RowFailure, settle_row
from outsidein.workspace.workspace import Workspace

TWO_DAYS = timedelta(days=2)
"""Long enough to hold today in every time zone."""


def send_notices(
    work: Workspace, files: LoopFiles, snapshot: Snapshot, *, now: datetime, most: int
) -> int:
    """Write the mails that are due into the outbox, and mark their notices as mailed.

    Args:
        work: The project.
        files: Of its loop.
        snapshot: From which the mails tell of customers.
        now: When (aware).
        most: Mails at most (count).

    Returns:
        How many mails were written (count).
    """
    with Session(work.store) as session:
        planned = plan_mails(
            waiting_notices(session),
            mails_since(session, now - TWO_DAYS),
            teams=files.teams,
            limits=files.mail,
            now=now,
        )[: max(most, 0)]
        case_files = _case_files(session, planned, files)
    if not planned:
        return 0
    briefings = workspace.alert_engine.find_briefings(work, snapshot, planned, case_files, files)
    for mail in planned:
        write = partial(
            _delivery, work, files, mail, case_files=case_files, briefings=briefings, now=now
        )
        delivery = settle_row(write, row=f"mail of notice {mail.notices[0].id}")
        with work.acts.batch() as session:
            if isinstance(delivery, RowFailure):
                post_given_up(session, _unwritten(mail, now), problem=delivery.problem)
            else:
                post_delivery(session, delivery, most_a_day=files.mail.per_recipient)
            mark_mailed(session, [notice.id for notice in mail.notices], mail=mail.key, now=now)
    return len(planned)


def _unwritten(mail: PlannedMail, now: datetime) -> RefusedDelivery:
    """A mail that could not be written, for the list of those given up."""
    first = mail.notices[0]
    return RefusedDelivery(
        key=mail.key,
        kind="webhook" if mail.to.startswith(WEB) else "mail",
        to=mail.to,
        subject=first.subject,
        about=f"digest:{mail.reader}" if mail.is_digest else first.about,
        due_at=now,
    )


def _case_files(
    session: Session, planned: Sequence[PlannedMail], files: LoopFiles
) -> dict[int, CaseFile]:
    """Return the files of cases by number, without cases that no longer exist."""
    numbers = {case_number(notice.about) for mail in planned for notice in mail.notices}
    case_files: dict[int, CaseFile] = {}
    for number in sorted(n for n in numbers if n is not None):
        with suppress(UnknownName):
            case_files[number] = case_file(session, number, files)
    return case_files


def _delivery(
    work: Workspace,
    files: LoopFiles,
    mail: PlannedMail,
    *,
    case_files: Mapping[int, CaseFile],
    briefings: Mapping[str, Briefing],
    now: datetime,
) -> OutgoingDelivery:
    entries = {
        number: _entry(work, case_files[number], mail, briefings, now)
        for number in _numbers(mail.notices)
        if number in case_files
    }
    subject = subject_of(mail, entries)
    text = body_of(mail, entries, briefings, most=files.mail.cases_per_digest)
    is_web = mail.to.startswith(WEB)
    first = mail.notices[0]
    return OutgoingDelivery(
        key=first.key if is_web else mail.key,
        kind="webhook" if is_web else "mail",
        to=mail.to,
        subject=subject,
        body=_json(first, subject, text, entries) if is_web else text,
        about=f"digest:{mail.reader}" if mail.is_digest else first.about,
        due_at=now,
    )


def _numbers(notices: Iterable[WaitingNotice]) -> list[int]:
    return sorted({n for notice in notices if (n := case_number(notice.about)) is not None})


def _entry(
    work: Workspace,
    file: CaseFile,
    mail: PlannedMail,
    briefings: Mapping[str, Briefing],
    now: datetime,
) -> CaseEntry:
    case, book = file.case, file.playbook
    links = case_links(work.settings, number=case.number, reader=mail.reader, now=now)
    return CaseEntry(
        number=case.number,
        issue=case.issue,
        rank=-case.priority,
        is_closed=case.closed_at is not None,
        briefing=briefings.get(f"case:{case.number}", Briefing()),
        todo=(book.header.title, *book.steps) if book else (),
        links={WORDS[verb]: link for verb, link in links.items()},
    )


def _json(notice: WaitingNotice, subject: str, text: str, entries: Mapping[int, CaseEntry]) -> str:
    verbs = {words: verb.value for verb, words in WORDS.items()}
    links = [entry.links for entry in entries.values()]
    content = {
        "key": notice.key,
        "kind": notice.kind,
        "about": notice.about,
        "subject": subject,
        "text": text,
        "links": {verbs[words]: link for words, link in (links[0] if links else {}).items()},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
