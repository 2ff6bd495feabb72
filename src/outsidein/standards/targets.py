"""Which target holds when, who set it, and where the customers would put it now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor

import numpy as np

from outsidein.errors import TooLittleData
from outsidein.standards.declaration import Standard, TargetVersion
from outsidein.standards.measures import Measured, disaster_onset
from outsidein.stats.charts.broken_stick import RisePoint

MONTHS = {"month": 1, "quarter": 3, "year": 12}
NO_TARGET = "no target is in force: the data show no point where disasters begin"
DIGITS = 4
"""Significant digits of a target found from data."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A target as it holds from a day on.

    Attributes:
        since: First day.
        value: Of the measure; None where it has none.
        low: Lower limit of where disasters begin; None where a person set it.
        high: Upper limit of it; None where a person set it.
        met_by: Share of encounters that should meet it; None where none is promised.
        by: Who set it, or "the customers".
        reason: Why.
        why: Why there is no value; empty where there is, or where none is needed.
    """

    since: date
    value: float | None
    met_by: float | None
    by: str
    reason: str
    low: float | None = None
    high: float | None = None
    why: str = ""


def targets_in_force(standard: Standard, counts: Measured | None, *, as_of: date) -> list[InForce]:
    """Return the versions of a target, the oldest first.

    A target found from data is looked at again at the start of every month, quarter or year and
    at `as_of`, each time from the twelve months before. It moves only where the interval of the
    point leaves out the target in force. Until it is found for the first time, the first one
    found holds in hindsight.

    Args:
        standard: The declaration.
        counts: From `measured`; None where the standard has no measure.
        as_of: First day that does not count.
    """
    in_force: list[InForce] = []
    versions = [target for target in standard.target if target.since < as_of]
    for place, version in enumerate(versions):
        ends = versions[place + 1].since if place + 1 < len(versions) else as_of
        if version.is_found and counts is not None:
            in_force += _found(version, standard, counts, ends)
        else:
            value = None if version.is_found else version.value
            number = float(value) if isinstance(value, int | float) else None
            in_force.append(
                InForce(version.since, number, version.met_by, version.by, version.reason)
            )
    return in_force


def proposed(standard: Standard, counts: Measured, *, as_of: date) -> InForce:
    """Return where disasters begin now, whoever set the target in force."""
    last = standard.target[-1]
    review = _reviewed(standard, counts, as_of)
    reason = f"where disasters begin in the 12 months before {as_of}"
    return InForce(
        as_of, review.point, last.met_by, "the customers", reason, review.low, review.high,
        review.why,
    )  # fmt: skip


def missed_at(value: float, counts: Measured, standard: Standard) -> tuple[int, int]:
    """Return how many encounters would have missed a target, and how many there were."""
    bar = value if standard.better == "low" else -value
    beyond = counts.values > bar
    lost = np.where(beyond, 0.0, counts.disasters) if standard.ends_with_disaster else 0.0
    return int(counts.encounters[beyond].sum() + np.sum(lost)), int(counts.encounters.sum())


@dataclass(frozen=True, slots=True)
class _Review:
    point: float | None
    low: float | None
    high: float | None
    why: str


def _found(
    version: TargetVersion, standard: Standard, counts: Measured, ends: date
) -> Iterator[InForce]:
    """Yield the target each time a review finds or moves it."""
    current: InForce | None = None
    why = "there is too little data"
    for day in _reviews(version.since, ends, MONTHS[standard.review], counts):
        review = _reviewed(standard, counts, day)
        if review.point is None or review.low is None or review.high is None:
            why = review.why or why
            continue
        value = current.value if current else None
        if value is not None and review.low <= value <= review.high:
            continue
        wording = "found" if current is None else "moved, for the point moved,"
        moved = InForce(
            day, review.point, version.met_by, "the customers",
            f"{wording} on {day}: {version.reason}", review.low, review.high,
        )  # fmt: skip
        first = current is None
        current = replace(moved, since=version.since) if first else moved
        if day < ends or first:
            yield current
    if current is None:
        yield InForce(version.since, None, version.met_by, version.by, version.reason, why=why)


def _reviews(since: date, ends: date, months: int, counts: Measured) -> Iterator[date]:
    """Yield the first days of periods, from the second month of the data on, and the end."""
    if len(counts.months):
        first = max(since.year * 12 + since.month - 1, int(counts.months.min()) + 1)
        last = ends.year * 12 + ends.month - 1
        for month in range(first, last + 1):
            day = date(month // 12, month % 12 + 1, 1)
            if month % months == 0 and since <= day < ends:
                yield day
    yield ends


def _reviewed(standard: Standard, counts: Measured, day: date) -> _Review:
    try:
        onset = disaster_onset(counts.before(day), standard)
    except TooLittleData as error:
        return _Review(None, None, None, str(error))
    is_whole = bool((counts.values % 1 == 0).all())
    return _review_of(onset, standard, is_whole=is_whole)


def _review_of(rise: RisePoint, standard: Standard, *, is_whole: bool) -> _Review:
    """Round to few digits, between whole values to the better one, and restore the sign."""
    if rise.point is None or rise.low is None or rise.high is None:
        return _Review(None, None, None, f"there is no such point: {rise.why}")
    numbers: tuple[float, ...] = (rise.point, rise.low, rise.high)
    if is_whole:
        numbers = (floor(rise.point), floor(rise.low), ceil(rise.high))
    else:
        numbers = tuple(float(f"{number:.{DIGITS}g}") for number in numbers)
    sign = 1.0 if standard.better == "low" else -1.0
    point, *limits = (sign * number + 0.0 for number in numbers)
    return _Review(point, min(limits), max(limits), "")
