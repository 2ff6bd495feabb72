"""Which mails to write now: single disasters, and one digest per person and day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outsidein.cases.clock import working_day
from outsidein.cases.declaration import MailLimits, Team
from outsidein.cases.waiting import SentMail, WaitingNotice

DIGEST, SINGLE = "digest:", "notice:"
"""The beginning of a mail's key."""

WEB = ("http://", "https://")


class PlannedMail(NamedTuple):
    """A mail to write: its key, whom it goes to, and the notices it carries."""

    key: str
    to: str
    reader: str
    notices: tuple[WaitingNotice, ...]

    @property
    def is_digest(self) -> bool:
        """Whether it is the day's digest, not a single notice."""
        return self.key.startswith(DIGEST)


def plan_mails(
    waiting: Sequence[WaitingNotice],
    sent: Sequence[SentMail],
    *,
    teams: Mapping[str, Team],
    limits: MailLimits,
    now: datetime,
) -> list[PlannedMail]:
    """Choose the mails to write now, single ones first.

    A notice about a disaster gets a mail of its own, up to the limit per person and day. All
    others wait for the digest, which a person gets once on each working day. Webhooks are read by
    programs: each notice is one, at once.

    Args:
        waiting: Notices that no mail has carried yet.
        sent: Mails of the last days.
        teams: As declared, by name.
        limits: As declared.
        now: When (aware).
    """
    ordered = sorted(waiting, key=lambda notice: (notice.to, notice.reader, notice.id))
    singles, digests = [], []
    for (to, reader), group in groupby(ordered, key=lambda notice: (notice.to, notice.reader)):
        notices = list(group)
        today = _local_day(notices[0], teams, now)
        written = [mail for mail in sent if _is_of_today(mail, notices[0], teams, today)]
        alone = list(_single_notices(notices, written, limits))
        singles += [PlannedMail(f"{SINGLE}{n.key}", to, reader, (n,)) for n in alone]
        rest = tuple(notice for notice in notices if notice not in alone)
        key = f"{DIGEST}{today}:{to}:{reader}"
        if rest and _is_digest_due(rest[0], teams, limits, now) and not _has_digest(written):
            digests.append(PlannedMail(key, to, reader, rest))
    return [*singles, *digests][: limits.per_run]


def _single_notices(
    notices: Sequence[WaitingNotice], written: Sequence[SentMail], limits: MailLimits
) -> Iterator[WaitingNotice]:
    left = limits.immediate_per_day - sum(mail.mail.startswith(SINGLE) for mail in written)
    for notice in notices:
        if notice.to.startswith(WEB):
            yield notice
        elif notice.is_urgent and left > 0:
            left -= 1
            yield notice


def _zone(notice: WaitingNotice, teams: Mapping[str, Team]) -> ZoneInfo:
    team = teams.get(notice.team)
    return ZoneInfo(team.timezone if team else "UTC")


def _local_day(notice: WaitingNotice, teams: Mapping[str, Team], now: datetime) -> date:
    return now.astimezone(_zone(notice, teams)).date()


def _is_of_today(
    mail: SentMail, notice: WaitingNotice, teams: Mapping[str, Team], today: date
) -> bool:
    is_theirs = (mail.to, mail.reader) == (notice.to, notice.reader)
    return is_theirs and mail.sent_at.astimezone(_zone(notice, teams)).date() == today


def _has_digest(written: Sequence[SentMail]) -> bool:
    return any(mail.mail.startswith(DIGEST) for mail in written)


def _is_digest_due(
    notice: WaitingNotice, teams: Mapping[str, Team], limits: MailLimits, now: datetime
) -> bool:
    """Whether the reader's team works today, and the time of the digest has come."""
    local = now.astimezone(_zone(notice, teams))
    team = teams.get(notice.team)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    is_working_day = team is None or working_day(midnight, team.hours) == local.date()
    return is_working_day and local.time() >= limits.digest_at
