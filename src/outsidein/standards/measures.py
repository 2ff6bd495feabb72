"""How often each value of a measure came, and how often it was a disaster, month by month."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from outsidein.standards.declaration import Standard
from outsidein.stats.charts.broken_stick import RisePoint, rise_point

Floats = NDArray[np.float64]

MONTHS_BACK = 12
"""A target is found from so many months before its review."""

FINEST = 2_000
"""Steps into which a measure that a disaster ends is divided, at most."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Encounters of a span of time by their measure, the best first.

    Attributes:
        values: Of the measure, larger is worse.
        encounters: At each value (count).
        trials: Those known to be a disaster or none (count).
        disasters: Those that were (count).
        months: Of each row, as months since year 0.
    """

    values: Floats
    encounters: Floats
    trials: Floats
    disasters: Floats
    months: NDArray[np.int64]

    def before(self, day: date) -> "Measured":
        """Keep the `MONTHS_BACK` months before the month of a day, and that month's days."""
        month = day.year * 12 + day.month - 1
        kept = (self.months >= month - MONTHS_BACK) & (self.months <= month - (day.day == 1))
        return Measured(
            self.values[kept],
            self.encounters[kept],
            self.trials[kept],
            self.disasters[kept],
            self.months[kept],
        )


def measured(judged: ir.Table, standard: Standard) -> Measured:
    """Count the encounters of a standard by month and measure.

    Args:
        judged: From `standard_encounters`.
        standard: The declaration; where a high measure is better, signs are turned.
    """
    counts = judged.aggregate(
        by=[
            (judged.started_on.year() * 12 + judged.started_on.month() - 1)
            .cast("int64")
            .name("month"),
            "measure",
        ],
        encounters=judged.count(),
        trials=judged.is_disaster_known.cast("int64").sum().fill_null(0),
        disasters=(judged.is_disaster_known & judged.is_disaster).cast("int64").sum().fill_null(0),
    ).order_by("month", "measure")
    table = counts.to_pyarrow()
    columns = {name: table[name].to_numpy().astype(float) for name in table.column_names}
    sign = 1.0 if standard.better == "low" else -1.0
    return Measured(
        sign * columns["measure"],
        columns["encounters"],
        columns["trials"],
        columns["disasters"],
        columns["month"].astype(np.int64),
    )


def at_risk(counts: Measured, *, ends: bool) -> tuple[Floats, Floats, Floats]:
    """Return values, trials and disasters, as an estimate of their rate needs them.

    Where the disaster ends the measure, whoever reaches a value is at risk there, and the rate
    is that of each step of the measure; otherwise each encounter counts once, at its value.
    """
    if not ends or not len(counts.values):
        is_trial = counts.trials > 0
        return counts.values[is_trial], counts.trials[is_trial], counts.disasters[is_trial]
    low, high = counts.values.min(), counts.values.max()
    step = max(np.ceil((high - low) / FINEST), 1.0)
    place = ((counts.values - low) // step).astype(int)
    ended = np.bincount(place, counts.trials).astype(float)
    lost = np.bincount(place, counts.disasters).astype(float)
    reached = np.cumsum(ended[::-1])[::-1]
    return low + step * np.arange(len(ended)), reached, lost


def disaster_onset(counts: Measured, standard: Standard) -> RisePoint:
    """Return where disasters begin, in the sign in which larger is worse.

    Raises:
        TooLittleData: There are too few disasters, or too few encounters without one.
    """
    return rise_point(*at_risk(counts, ends=standard.ends_with_disaster))
