"""What is the potential value of increasing loyalty?"""

from itertools import pairwise

import ibis

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.ladder.declaration import STAGE_NAMES, STAGES
from outsidein.stats.standardised import Part, Stratum, standardised_difference
from outsidein.strategy.figures import APART, PROFIT_ON_STAGE, UNKNOWN_POTENTIAL
from outsidein.strategy.questions import (
    POTENTIAL,
    Answers,
    Row,
    StrategySheet,
    average_profit,
    group,
    moments,
    not_answerable,
)

STRATUM_DAYS = 90
"""Customers first seen within so many days of each other count as of equal tenure."""

LEAST_COMPARED = 0.5
"""Part of the customers on the lower step that must have others of equal tenure above them."""

BY_TENURE = "tenure tells these steps apart: too few customers of equal tenure stand on both"


def potential_answers(sheet: StrategySheet) -> Answers:
    """Compare the profit of neighbouring steps between customers of equal tenure."""
    rows = _rows(sheet)
    for segment in sheet.names():
        of_segment = [stage for stage in STAGES if (segment, stage) in rows]
        if len(of_segment) < len(("lower", "upper")):
            yield from not_answerable(
                [segment],
                POTENTIAL,
                UNKNOWN_POTENTIAL,
                needs="customers on two steps of the ladder",
            )
        for stage in of_segment:
            measure = PROFIT_ON_STAGE.named(stage=STAGE_NAMES[stage])
            total, of = _total(rows[segment, stage]), group(segment, POTENTIAL)
            yield average_profit(measure, total, of=of)
        for lower, upper in pairwise(of_segment):
            measure = APART.named(lower=STAGE_NAMES[lower], upper=STAGE_NAMES[upper])
            yield _apart(rows[segment, lower], rows[segment, upper], measure, segment)


def _rows(sheet: StrategySheet) -> dict[tuple[str, str], dict[int, Row]]:
    """Fetch sums of profit by segment and stage, and by stratum of tenure within them."""
    inside = sheet.in_segments.filter(sheet.in_segments.stage.notnull())
    tenure = ibis.literal(sheet.as_of).delta(inside.first_seen_on, unit="day")
    counts = inside.group_by("segment", "stage", stratum=tenure // STRATUM_DAYS).aggregate(
        **moments(inside.profit, "profit")
    )
    rows: dict[tuple[str, str], dict[int, Row]] = {}
    for row in counts.order_by("segment", "stage", "stratum").to_pyarrow().to_pylist():
        rows.setdefault((row["segment"], row["stage"]), {})[row["stratum"]] = row
    return rows


def _total(strata: dict[int, Row]) -> Row:
    names = ("profit_n", "profit_sum", "profit_squares")
    return {name: sum(row[name] or 0 for row in strata.values()) for name in names}


def _apart(
    below: dict[int, Row], above: dict[int, Row], measure: Measure, segment: str
) -> Estimate:
    of = group(segment, POTENTIAL)
    strata = [Stratum(_part(below.get(s)), _part(above.get(s))) for s in sorted({*below, *above})]
    try:
        answer = standardised_difference(strata)
    except TooLittleData:
        return measure.unanswered(BY_TENURE, group=of)
    if answer.covered < LEAST_COMPARED:
        return measure.unanswered(BY_TENURE, group=of)
    return measure.estimated(answer, value="difference", group=of)


def _part(row: Row | None) -> Part:
    if row is None:
        return Part(0, 0.0, 0.0)
    return Part(row["profit_n"], float(row["profit_sum"] or 0), float(row["profit_squares"] or 0))
