"""The control chart of each standard."""

from collections.abc import Iterator, Sequence

from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.standards.declaration import Standard
from outsidein.standards.figures import (
    ENCOUNTERS,
    EVENTS_PER_ENCOUNTER,
    MEDIAN,
    NUMBER_LIMITS,
    SHARE_LIMITS,
    SHARE_MISSED,
    STANDARD_CHARTS,
)
from outsidein.standards.judged import JudgedStandard
from outsidein.standards.periods import SHOWN
from outsidein.standards.targets import NO_TARGET
from outsidein.stats.charts.phases import P_VALUE


def charts_figure(judged: Sequence[JudgedStandard]) -> Figure:
    """Show the control chart of each standard."""
    return STANDARD_CHARTS.figure(
        (e for one in judged for e in _chart(one)), shown=SHOWN, p_value=P_VALUE
    )


def charted_measure(standard: Standard) -> Measure:
    """Return what the chart of a standard shows."""
    if standard.count:
        return EVENTS_PER_ENCOUNTER
    return MEDIAN.named(column=standard.measure) if standard.chart == "middle" else SHARE_MISSED


def _chart(one: JudgedStandard) -> Iterator[Estimate]:
    measure = charted_measure(one.standard)
    if one.control is None:
        why = NO_TARGET if one.targets and one.targets[-1].why else one.why
        group = {"standard": one.name, "period": None, "signal": None}
        yield measure.unanswered(why, group=group)
        return
    limits = SHARE_LIMITS if measure is SHARE_MISSED else NUMBER_LIMITS
    chart, signals = one.control.chart, one.control.signals
    drawn = zip(
        *(one.periods, signals, chart.values, chart.lows, chart.centres, chart.highs), strict=True
    )
    for period, signal, *numbers in drawn:
        group = {"standard": one.name, "period": period.name, "signal": signal}
        for shown, number in zip((measure, *limits), numbers, strict=True):
            yield shown.counted(float(number), n=period.customers, group=group)
        yield ENCOUNTERS.counted(period.encounters, n=period.customers, group=group)
