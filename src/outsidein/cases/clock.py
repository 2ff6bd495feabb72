"""Business hours: when a team works, and when a given working time will have passed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from outsidein.errors import InputError

LONGEST_SEARCH = timedelta(days=800)
"""A team that does not open within this time never opens."""

Opening = tuple[time, time]
"""From and until, local time; midnight as an end is the end of the day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a team works.

    Attributes:
        timezone: IANA name.
        week: Opening per weekday, Monday first; None where closed.
        country: ISO 3166 code whose public holidays are kept; none if empty.
        region: Its subdivision, for holidays of its own.
        closed_on: Further days without work.
    """

    timezone: str
    week: tuple[Opening | None, ...]
    country: str = ""
    region: str = ""
    closed_on: frozenset[date] = field(default_factory=frozenset)


def working_time_later(start: datetime, work: timedelta, hours: Hours) -> datetime:
    """Return when a given working time will have passed since `start`.

    Time is what passes, not what clocks show: a night of 23 hours is one of 23. Work that ends
    with the day is due at its end, not at the next morning.

    Args:
        start: A moment (aware).
        work: Working time, not negative.
        hours: The team's.

    Returns:
        A moment in UTC; the next opening for no work at all.

    Raises:
        InputError: The team never works that long within two years.

    Example:
        >>> office = Hours("Europe/Berlin", ((time(9), time(17)),) * 5 + (None, None))
        >>> friday = datetime(2024, 3, 29, 15, tzinfo=UTC)  # the clocks change on Sunday
        >>> working_time_later(friday, timedelta(hours=2), office).isoformat()
        '2024-04-01T08:00:00+00:00'
    """
    left = work
    for opens, closes in _openings(start, hours):
        begun = max(opens, start)
        if closes - begun >= left and closes > begun:
            return begun + left
        left -= max(closes - begun, timedelta(0))
    raise InputError(f"A team with these hours does not work {work} within two years.")


def working_time(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Return the working time between two moments.

    Example:
        >>> office = Hours("UTC", ((time(9), time(17)),) * 5 + (None, None))
        >>> friday = datetime(2024, 3, 1, 16, tzinfo=UTC)
        >>> monday = datetime(2024, 3, 4, 10, tzinfo=UTC)
        >>> str(working_time(friday, monday, office))
        '2:00:00'
    """
    total = timedelta(0)
    for opens, closes in _openings(start, hours, until=end):
        total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


def is_open(at: datetime, hours: Hours) -> bool:
    """Say whether a team works at a moment."""
    opening = _opening(at.astimezone(ZoneInfo(hours.timezone)).date(), hours)
    return opening is not None and opening[0] <= at < opening[1]


def working_day(at: datetime, hours: Hours) -> date:
    """Return the first day of work that is not over at a moment: whose capacity it takes."""
    for opens, closes in _openings(at, hours):
        if closes > at:
            return opens.astimezone(ZoneInfo(hours.timezone)).date()
    raise InputError("A team with these hours does not work within two years.")


def _openings(
    start: datetime, hours: Hours, *, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.timezone)
    day = start.astimezone(zone).date()
    last = ((until or start + LONGEST_SEARCH).astimezone(zone)).date()
    while day <= last:
        opening = _opening(day, hours)
        if opening:
            yield opening
        day += timedelta(days=1)


@lru_cache(maxsize=10_000)
def _opening(day: date, hours: Hours) -> tuple[datetime, datetime] | None:
    opening = hours.week[day.weekday()]
    if opening is None or day in hours.closed_on or _is_holiday(day, hours):
        return None
    opens = _moment(day, opening[0], hours)
    ends_on = day + timedelta(days=1) if opening[1] == time(0) else day
    closes = _moment(ends_on, opening[1], hours)
    return (opens, closes) if closes > opens else None  # an hour that clocks skip is none


def _moment(day: date, at: time, hours: Hours) -> datetime:
    return datetime.combine(day, at, ZoneInfo(hours.timezone)).astimezone(UTC)


def _is_holiday(day: date, hours: Hours) -> bool:
    return bool(hours.country) and day in _holidays(hours.country, hours.region, day.year)


@lru_cache(maxsize=200)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
