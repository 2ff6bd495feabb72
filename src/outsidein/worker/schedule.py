"""When a daily duty is due, in the time of the firm."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_daily(at: time, *, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the next moment later than `after` at which the clocks of a zone show a time.

    Once per day of the calendar: where clocks go forward over it, at the moment they would have
    shown it; where they show it twice, the first time.

    Args:
        at: Time of day.
        zone: Whose clocks.
        after: A moment (aware).

    Returns:
        A moment in UTC.

    Example:
        >>> berlin = ZoneInfo("Europe/Berlin")
        >>> next_daily(time(2, 30), zone=berlin, after=datetime(2020, 1, 1, tzinfo=UTC))
        datetime.datetime(2020, 1, 1, 1, 30, tzinfo=datetime.timezone.utc)
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    while (moment := _moment(day, at, zone)) <= after:
        day += timedelta(days=1)
    return moment


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
