"""What a project declares about its service standards."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import Declaration

WHERE_DISASTERS_BEGIN = "where disasters begin"
"""A target that the customers set: the value from which on more of them meet with a disaster."""


TIMES = frozenset({"seconds", "minutes", "hours", "days", "months"})
"""Words in the name of a column that say which unit of time it is in."""


class TargetVersion(Declaration):
    """One version of a target: `[[standard.NAME.target]]`; versions are added, never changed.

    Attributes:
        since: First day on which it holds.
        value: The measure of one encounter that still meets the standard; or
            "where disasters begin", found from the data and moved when that point moves. None
            where the standard says by a condition which encounters missed it.
        met_by: Share of encounters that should meet the standard (0 to 1); None where nothing is
            promised of shares.
        by: Who set it.
        reason: Why.
    """

    since: date
    value: float | Literal["where disasters begin"] | None = None
    met_by: Annotated[float, Field(gt=0, lt=1)] | None = None
    by: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]

    @property
    def is_found(self) -> bool:
        """Whether the data set its value."""
        return self.value == WHERE_DISASTERS_BEGIN


class Standard(Declaration):
    """`[standard.NAME]` of `standards.toml`.

    Attributes:
        description: What customers can rely on, in a sentence.
        encounters: SQL condition: the encounters it holds for.
        measure: Column with the number of an encounter that the target speaks of.
        missed: SQL condition: the encounters that missed it, where there is no measure.
        count: SQL condition: events counted against the encounters, such as complaints against
            orders; they need not be among the encounters.
        better: Whether a low or a high measure is better.
        chart: "share": share of encounters that missed. "middle": median of the measure.
        disaster: SQL condition: what counts as a disaster for the customer.
        ends_with_disaster: Whether the disaster ends the measure, as hanging up ends a wait.
        period: How long one point of the chart is.
        unit: Column whose values are compared in the funnel.
        review: How often a target found from data is looked at again.
        limits_until: First day that the limits no longer rest on; None for all periods shown.
        false_alarm_every: Periods between two false alarms of the two tests for drift, at least;
            the limits themselves give one in 370.
        owner: Who answers for it.
        target: Its versions, the oldest first.
    """

    description: str
    encounters: str
    measure: str | None = None
    missed: str | None = None
    count: str | None = None
    better: Literal["low", "high"] = "low"
    chart: Literal["share", "middle"] = "share"
    disaster: str | None = None
    ends_with_disaster: bool = False
    period: Literal["day", "week", "month"] = "week"
    unit: Literal["unit", "employee", "channel", "touchpoint", "market", "product"] | None = None
    review: Literal["month", "quarter", "year"] = "quarter"
    limits_until: date | None = None
    false_alarm_every: Annotated[int, Field(ge=50, le=5000)] = 370
    owner: Annotated[str, Field(min_length=1)]
    target: Annotated[tuple[TargetVersion, ...], Field(min_length=1)]

    @property
    def measured_in(self) -> str | None:
        """The unit of its measure, in words; None where the name of the column has none.

        Example:
            >>> target = TargetVersion(since=date(2024, 1, 1), value=0, by="me", reason="now")
            >>> one = {"description": "On time", "encounters": "true", "owner": "me"}
            >>> measures = ("late_days", "duration_seconds", "lowest_score")
            >>> [Standard(**one, measure=m, target=(target,)).measured_in for m in measures]
            ['days late', 'seconds', None]
        """
        words = (self.measure or "").split("_")
        unit = next((word for word in words if word in TIMES), None)
        return f"{unit} late" if unit and "late" in words else unit

    @model_validator(mode="after")
    def _says_once_what_missing_is(self) -> Self:
        if sum(way is not None for way in (self.measure, self.missed, self.count)) != 1:
            raise ValueError("a standard needs exactly one of measure, missed and count")
        if self.chart == "middle" and self.measure is None:
            raise ValueError("chart = 'middle' needs a measure")
        return self

    @model_validator(mode="after")
    def _targets_fit_the_measure(self) -> Self:
        if self.measure and any(target.value is None for target in self.target):
            raise ValueError("every target of a standard with a measure needs a value")
        if not self.measure and any(target.value is not None for target in self.target):
            raise ValueError("a target has a value only where the standard has a measure")
        if self.count and self.unit:
            raise ValueError("a standard with a count is compared over time, not over units")
        if self.count and any(target.met_by is not None for target in self.target):
            raise ValueError("met_by is a share of encounters; a standard with a count has none")
        return self

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Self:
        days = [target.since for target in self.target]
        if days != sorted(set(days)):
            raise ValueError("targets stand in the order of since, each on a day of its own")
        return self

    @model_validator(mode="after")
    def _customers_can_set_it(self) -> Self:
        asks = any(target.is_found for target in self.target)
        if (asks or self.ends_with_disaster) and not (self.measure and self.disaster):
            raise ValueError(f"{WHERE_DISASTERS_BEGIN!r} needs a measure and a disaster")
        return self


class StandardsFile(Declaration):
    """`standards.toml`."""

    standard: dict[str, Standard] = Field(default_factory=dict)
