"""Which units miss a standard more, or less, than their size explains."""

from collections.abc import Iterator, Sequence

from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure
from outsidein.standards.control import BETTER, WORSE
from outsidein.standards.figures import ENCOUNTERS, SHARE_LIMITS, SHARE_MISSED, STANDARD_FUNNEL
from outsidein.standards.judged import JudgedStandard
from outsidein.stats.charts.chart import SIGMAS
from outsidein.stats.charts.funnel import funnel


def funnel_figure(judged: Sequence[JudgedStandard]) -> Figure:
    """Compare the units of each standard."""
    return STANDARD_FUNNEL.figure(e for one in judged if one.standard.unit for e in _funnel(one))


def _funnel(one: JudgedStandard) -> Iterator[Estimate]:
    units = [count for count in one.units if count.customers >= FEWEST and count.encounters]
    try:
        comparison = funnel([unit.missed for unit in units], [unit.encounters for unit in units])
    except TooLittleData as error:
        group = {"standard": one.name, "unit_name": None, "signal": None}
        yield SHARE_MISSED.too_little(error, group=group)
        return
    columns = (comparison.shares, comparison.lows, comparison.highs, comparison.scores)
    for unit, share, low, high, score in zip(units, *columns, strict=True):
        signal = "" if abs(score) <= SIGMAS else WORSE if score > 0 else BETTER
        group = {"standard": one.name, "unit_name": unit.name, "signal": signal}
        numbers = (share, low, comparison.centre, high)
        for measure, number in zip((SHARE_MISSED, *SHARE_LIMITS), numbers, strict=True):
            yield measure.counted(float(number), n=unit.customers, group=group)
        yield ENCOUNTERS.counted(unit.encounters, n=unit.customers, group=group)
