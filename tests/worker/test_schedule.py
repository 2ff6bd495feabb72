from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.worker.schedule import next_daily

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2020-01-01T01:29", "2020-01-01T01:30"),
        ("2020-01-01T01:30", "2020-01-02T01:30"),
        ("2020-03-28T12:00", "2020-03-29T01:30"),  # 02:30 does not exist: it is 03:30 then
        ("2020-03-29T01:30", "2020-03-30T00:30"),
        ("2020-10-24T12:00", "2020-10-25T00:30"),  # 02:30 exists twice: the first
        ("2020-10-25T00:30", "2020-10-26T01:30"),
    ],
)
def test_half_past_two_in_berlin(after, due):
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = next_daily(time(2, 30), zone=BERLIN, after=moment)
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(
    st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_each_day_of_the_calendar_has_one_moment_and_none_is_left_out(at, zone, start):
    moments = [start]
    for _ in range(400):
        moments.append(next_daily(at, zone=zone, after=moments[-1]))
    days = [moment.astimezone(zone).date() for moment in moments[1:]]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    assert days[0] - start.astimezone(zone).date() <= timedelta(days=1)
