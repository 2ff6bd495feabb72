"""Figure: which units miss a standard more, or less, than their size explains."""

from collections.abc import Iterator, Sequence

from outsidein.errors import TooLittleData
from outsidein.figures.figure import FEWEST, Estimate, Figure, Unit, counted, too_little
from outsidein.standards.control import BETTER, WORSE
from outsidein.standards.judged import Judged
from outsidein.stats.charts.chart import SIGMAS
from outsidein.stats.charts.funnel import funnel


def funnel_figure(judged: Sequence[Judged]) -> Figure:
    """Compare the units of each standard."""
    return Figure(
        "standard_funnel",
        "Units compared",
        "Share missed by unit over the last year, with limits three standard deviations from the "
        "share of all, which narrow as units get larger and take in how much units vary beyond "
        "chance: 1 in 370 units like the others lies outside by chance. A unit outside is unlike "
        "the others; its customers may be too. Units with fewer than 10 known customers are left "
        "out.",
        ("standard", "unit_name", "signal"),
        tuple(e for one in judged if one.standard.unit for e in _funnel(one)),
    )


def _funnel(one: Judged) -> Iterator[Estimate]:
    units = [count for count in one.units if count.customers >= FEWEST and count.encounters]
    try:
        found = funnel([unit.missed for unit in units], [unit.encounters for unit in units])
    except TooLittleData as error:
        group = {"standard": one.name, "unit_name": None, "signal": None}
        yield too_little("share missed", Unit.SHARE, error, group=group)
        return
    drawn = zip(units, found.shares, found.lows, found.highs, found.scores, strict=True)
    for unit, share, low, high, score in drawn:
        signal = "" if abs(score) <= SIGMAS else WORSE if score > 0 else BETTER
        group = {"standard": one.name, "unit_name": unit.name, "signal": signal}
        for measure, number in (
            ("share missed", share), ("lower limit", low), ("centre", found.centre),
            ("upper limit", high),
        ):  # fmt: skip
            yield counted(measure, Unit.SHARE, float(number), n=unit.customers, group=group)
        yield counted("encounters", Unit.NUMBER, unit.encounters, n=unit.customers, group=group)
