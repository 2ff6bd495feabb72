"""What is the potential value of increasing loyalty?"""

from itertools import pairwise
from math import sqrt

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate
from outsidein.ladder.declaration import STAGE_NAMES, STAGES
from outsidein.stats.mean import Mean, mean
from outsidein.strategy.figures import (
    CLIMB,
    PROFIT_ON_STAGE,
    UNKNOWN_POTENTIAL,
)
from outsidein.strategy.questions import (
    POTENTIAL,
    Answers,
    Row,
    StrategySheet,
    average,
    group,
    moments,
    not_answerable,
)

ONE_IN = 10
"""The potential assumes that one customer in so many climbs one step."""


def potential_answers(sheet: StrategySheet) -> Answers:
    """Compare profit between neighbouring steps, and say what one climb in ten would bring."""
    inside = sheet.in_segments.filter(sheet.in_segments.stage.notnull())
    counts = inside.group_by("segment", "stage").aggregate(**moments(inside.profit, "profit"))
    rows = {(row["segment"], row["stage"]): row for row in counts.to_pyarrow().to_pylist()}
    for segment in sheet.names():
        standing = [stage for stage in STAGES if (segment, stage) in rows]
        if len(standing) < len(("lower", "upper")):
            yield from not_answerable(
                [segment],
                POTENTIAL,
                UNKNOWN_POTENTIAL,
                needs="customers on two steps of the ladder",
            )
        for stage in standing:
            measure = PROFIT_ON_STAGE.named(stage=STAGE_NAMES[stage])
            row, of = rows[segment, stage], group(segment, POTENTIAL)
            yield average(measure, row, "profit", of=of)
        for lower, upper in pairwise(standing):
            yield _climb(rows[segment, lower], rows[segment, upper], lower, upper, segment)


def _climb(below: Row, above: Row, lower: str, upper: str, segment: str) -> Estimate:
    """What the difference in profit would come to if it were the step that made it."""
    measure = CLIMB.named(one_in=ONE_IN, lower=STAGE_NAMES[lower], upper=STAGE_NAMES[upper])
    of = group(segment, POTENTIAL)
    try:
        low, high = _mean(below), _mean(above)
    except TooLittleData as error:
        return measure.unanswered(str(error), group=of)
    climbers = low.n / ONE_IN
    gain = high.mean - low.mean
    margin = sqrt(_half(low) ** 2 + _half(high) ** 2)
    n = min(low.n, high.n)
    limits = (climbers * (gain - margin), climbers * (gain + margin))
    return measure.estimate(n, climbers * gain, *limits, group=of)


def _mean(row: Row) -> Mean:
    return mean(row["profit_n"], int(row["profit_sum"] or 0), int(row["profit_squares"] or 0))


def _half(answer: Mean) -> float:
    return (answer.high - answer.low) / 2
