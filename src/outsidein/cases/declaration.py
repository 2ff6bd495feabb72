"""What a project declares of those who work on cases, and when they work."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import holidays
from pydantic import Field, field_validator, model_validator

from outsidein.cases.clock import Hours, Opening
from outsidein.cases.lifecycle import Actor
from outsidein.delivery.outbox import MOST_A_DAY
from outsidein.delivery.recipients import mailbox, web_address
from outsidein.errors import InputError, nearest
from outsidein.project.declarations import Declaration
from outsidein.project.one_line import Line

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d$")

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class Team(Declaration):
    """`[team.NAME]` of `teams.toml`: who works on cases, when, and how many a day."""

    lead: str
    members: dict[Line, str]
    """Name to address. The lead is one of them."""

    units: tuple[str, ...] = ()
    """Units whose encounters are this team's to answer for."""

    capacity: Count = 20
    """Cases a working day."""

    timezone: str = "UTC"
    open: str = "09:00-17:00"
    """Local time; `00:00-24:00` is the whole day."""

    days: tuple[Day, ...] = DAYS[:5]
    holidays: str = ""
    """Public holidays kept: a country or country-region, as `BR` or `BR-SP`."""

    closed_on: tuple[date, ...] = ()
    respond_within_hours: Positive = 8.0
    """Business hours from the alert to the response."""

    escalate_to: str | None = None
    """Team that a case goes to when its lead has let a second term pass."""

    lapse_after_hours: Positive | None = None
    """Business hours after which what is no complaint, and beyond capacity, is let go."""

    @field_validator("members")
    @classmethod
    def _can_be_written_to(cls, members: dict[str, str]) -> dict[str, str]:
        return {name: _recipient(name, where) for name, where in members.items()}

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"there is no such zone. {nearest(zone, _zones())}")
        return zone

    @field_validator("open")
    @classmethod
    def _is_opening(cls, written: str) -> str:
        _opening(written)
        return written

    @field_validator("holidays")
    @classmethod
    def _is_country(cls, written: str) -> str:
        if written:
            _check_holidays(written)
        return written

    @model_validator(mode="after")
    def _lead_is_member(self) -> "Team":
        if self.lead not in self.members:
            raise ValueError(f"the lead {self.lead!r} is none of the members")
        return self

    @cached_property
    def hours(self) -> Hours:
        """When it works."""
        country, _, region = self.holidays.partition("-")
        opening = _opening(self.open)
        week = tuple(opening if day in self.days else None for day in DAYS)
        return Hours(self.timezone, week, country, region, frozenset(self.closed_on))

    @property
    def term(self) -> timedelta:
        """Working time from the alert to the response."""
        return timedelta(hours=self.respond_within_hours)

    def reader(self, person: str | None) -> str:
        """Return who reads what is meant for a person: a member; the lead for anybody else."""
        return person if person in self.members else self.lead

    def address(self, person: str | None) -> str:
        """Return where to write to a member; to the lead for anybody else."""
        return self.members[self.reader(person)]

    def local(self, moment: datetime) -> str:
        """Word a moment as the team's own clocks show it."""
        return f"{moment.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M} {self.timezone}"


def actor(name: str, teams: Mapping[str, Team]) -> Actor:
    """Return somebody with the teams worked in and led."""
    return Actor(
        name,
        frozenset(key for key, team in teams.items() if name in team.members),
        frozenset(key for key, team in teams.items() if name == team.lead),
    )


class MailLimits(Declaration):
    """`[mail]` of `teams.toml`: how many mails are sent, and when."""

    digest_at: time = time(8)
    """When the digest of a working day is sent, by the clocks of the reader's team."""

    immediate_per_day: Count = 3
    """Most mails about single disasters to one person a day; further ones join the digest."""

    cases_per_digest: Annotated[int, Field(ge=1)] = 10
    """Cases shown in full; the others are counted."""

    per_run: Annotated[int, Field(ge=1)] = 200
    """Most mails of one run, to staff and customers; the others wait for the next run."""

    per_recipient: Annotated[int, Field(ge=1)] = MOST_A_DAY
    """Most mails or webhooks to one recipient within 24 hours; further ones are held until a
    person releases them."""


class TeamsFile(Declaration):
    """`teams.toml`."""

    mail: MailLimits = MailLimits()
    team: dict[Line, Team] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _escalations_lead_somewhere(self) -> "TeamsFile":
        for name, team in self.team.items():
            if team.escalate_to is not None and team.escalate_to not in self.team:
                raise ValueError(
                    f"team.{name}.escalate_to: there is no team {team.escalate_to!r}. "
                    f"{nearest(team.escalate_to, self.team)}"
                )
        return self


def _recipient(name: str, where: str) -> str:
    try:
        return web_address(where) if where.startswith(("http://", "https://")) else mailbox(where)
    except InputError as error:
        raise ValueError(f"{name} cannot be written to: {error}") from error


@cache
def _zones() -> set[str]:
    """Known zones: they lie in hundreds of files."""
    return available_timezones()


def _opening(written: str) -> Opening:
    begins, dash, ends = written.partition("-")
    if not dash:
        raise ValueError("write from and until, as 09:00-17:00")
    opens = _clock(begins.strip())
    closes = time(0) if ends.strip() == "24:00" else _clock(ends.strip())
    if closes != time(0) and closes <= opens:
        raise ValueError("the end is not after the beginning; a night is two teams' hours")
    return opens, closes


def _check_holidays(written: str) -> None:
    country, _, region = written.partition("-")
    supported = holidays.list_supported_countries()
    if country not in supported:
        raise ValueError(f"there is no such country. {nearest(country, supported)}")
    if region and region not in supported[country]:
        raise ValueError(
            f"there is no such region of {country}. {nearest(region, supported[country])}"
        )


def _clock(written: str) -> time:
    if not _CLOCK.match(written):
        raise ValueError(f"{written!r} is no time of day; write it as 09:00 or 17:30")
    return time.fromisoformat(written)
