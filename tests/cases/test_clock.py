from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.cases.clock import Hours, is_open, working_day, working_time, working_time_later
from outsidein.errors import InputError

ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"]
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def openings(draw):
    begins, ends = sorted(draw(st.lists(QUARTERS, min_size=2, max_size=2, unique=True)))
    return (begins, ends) if draw(st.booleans()) else (begins, time(0))


@st.composite
def hours(draw):
    week = draw(st.lists(st.none() | openings(), min_size=7, max_size=7))
    if not any(week):
        week[draw(st.integers(0, 6))] = (time(9), time(17))
    country = draw(st.sampled_from(["", "DE", "BR"]))
    closed = draw(st.frozensets(st.dates(date(2024, 1, 1), date(2025, 1, 1)), max_size=9))
    return Hours(draw(st.sampled_from(ZONES)), tuple(week), country, "", closed)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31)).map(  # noqa: DTZ001  naive, as hypothesis wants them
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
WORK = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, WORK, hours())
def test_by_the_time_it_is_due_exactly_that_much_was_worked(start, work, team):
    assert working_time(start, working_time_later(start, work, team), team) == work


@given(MOMENTS, WORK, WORK, hours())
def test_two_pieces_of_work_one_after_the_other_are_due_as_one(start, one, other, team):
    after_one = working_time_later(start, one, team)
    assert working_time_later(after_one, other, team) == working_time_later(
        start, one + other, team
    )


@given(MOMENTS, WORK, WORK, hours())
def test_who_starts_later_or_does_more_is_not_due_earlier(start, work, wait, team):
    due = working_time_later(start, work, team)
    assert working_time_later(start + wait, work, team) >= due
    assert working_time_later(start, work + wait, team) > due


@given(MOMENTS, WORK, hours())
def test_nothing_is_due_while_the_team_is_away(start, work, team):
    """A moment before it is due somebody is at work, and it is no holiday."""
    before = working_time_later(start, work, team) - timedelta(microseconds=1)
    assert is_open(before, team)
    day = before.astimezone(ZoneInfo(team.timezone)).date()
    assert day not in team.closed_on
    assert not (team.country == "DE" and (day.month, day.day) in {(1, 1), (5, 1), (12, 25)})


@given(MOMENTS, st.integers(1, 4 * 24 * 4), hours())
def test_working_time_is_what_counting_the_quarters_of_an_hour_gives(start, quarters, team):
    """The oracle looks at the clock on the wall each quarter of an hour and knows no intervals."""
    start = start.replace(minute=start.minute // 15 * 15, second=0)
    zone, step = ZoneInfo(team.timezone), timedelta(minutes=15)
    plain = Hours(team.timezone, team.week)
    counted = timedelta(0)
    for turn in range(quarters):
        local = (start + turn * step).astimezone(zone)
        opening = team.week[local.weekday()]
        inside = (
            opening
            and opening[0] <= local.time()
            and (opening[1] == time(0) or local.time() < opening[1])
        )
        counted += step if inside else timedelta(0)
    if _changes_clocks(start, start + quarters * step, zone):
        return  # an hour that comes twice is one opening to us and two to the wall
    assert working_time(start, start + quarters * step, plain) == counted


def _changes_clocks(start, end, zone):
    return start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()


ALWAYS = tuple((time(0), time(0)) for _ in range(7))
BERLIN = Hours("Europe/Berlin", ALWAYS)


@pytest.mark.parametrize(
    ("day", "length"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 1), 24)]
)
def test_a_day_is_as_long_as_it_lasts_when_the_clocks_change(day, length):
    midnight = datetime.combine(day, time(0), ZoneInfo("Europe/Berlin"))
    next_midnight = datetime.combine(day + timedelta(1), time(0), ZoneInfo("Europe/Berlin"))
    assert working_time(midnight, next_midnight, BERLIN) == timedelta(hours=length)


OFFICE = ((time(9), time(17)),) * 5 + (None, None)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-03-01 16:00", "2024-03-04 16:00"),  # over a weekend
        ("2024-03-02 12:00", "2024-03-04 17:00"),  # on a Saturday: from Monday morning on
        ("2024-03-28 16:00", "2024-04-02 16:00"),  # over Good Friday and Easter Monday
        ("2024-12-24 09:00", "2024-12-24 17:00"),  # ends with the day: due at its end
        ("2024-12-24 09:01", "2024-12-27 09:01"),  # a minute later: after Christmas
    ],
)
def test_eight_hours_in_a_german_office(start, due):
    berlin = ZoneInfo("Europe/Berlin")
    german = Hours("Europe/Berlin", OFFICE, "DE")
    moment = datetime.fromisoformat(start).replace(tzinfo=berlin)
    found = working_time_later(moment, timedelta(hours=8), german).astimezone(berlin)
    assert f"{found:%Y-%m-%d %H:%M}" == due


def test_a_region_keeps_its_own_holidays():
    corpus_christi = datetime(2024, 5, 30, 12, tzinfo=UTC)
    assert is_open(corpus_christi, Hours("Europe/Berlin", OFFICE, "DE", "BE"))
    assert not is_open(corpus_christi, Hours("Europe/Berlin", OFFICE, "DE", "BY"))


def test_work_that_comes_after_hours_is_the_next_working_days():
    german = Hours("Europe/Berlin", OFFICE, "DE")
    assert working_day(datetime(2024, 3, 28, 20, tzinfo=UTC), german) == date(2024, 4, 2)
    assert working_day(datetime(2024, 3, 28, 5, tzinfo=UTC), german) == date(2024, 3, 28)


def test_a_team_that_never_opens_is_told_so():
    with pytest.raises(InputError, match="does not work"):
        working_time_later(
            datetime(2024, 1, 1, tzinfo=UTC), timedelta(hours=1), Hours("UTC", (None,) * 7)
        )
