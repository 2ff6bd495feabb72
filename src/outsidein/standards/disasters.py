"""How often an encounter is a disaster, by the measure of a standard."""

from collections.abc import Iterator, Sequence
from datetime import date

import ibis.expr.types as ir
import numpy as np

from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.standards.figures import (
    DISASTERS_PER_ENCOUNTER,
    DISASTERS_PER_UNIT,
    STANDARD_DISASTERS,
)
from outsidein.standards.judged import JudgedStandard
from outsidein.standards.measures import Floats, Measured, at_risk
from outsidein.stats.charts.broken_stick import bin_responses
from outsidein.stats.proportion import proportion

SHOWN_BINS = 16


def disasters_figure(judged: Sequence[JudgedStandard], *, as_of: date) -> Figure:
    """Show the rate of disasters over the measure, from which a target is found."""
    return STANDARD_DISASTERS.figure(
        e
        for one in judged
        if one.counts is not None and one.standard.disaster
        for e in _rates(one, one.counts.before(as_of))
    )


def _rates(one: JudgedStandard, counts: Measured) -> Iterator[Estimate]:
    ends = one.standard.ends_with_disaster
    measure = DISASTERS_PER_UNIT if ends else DISASTERS_PER_ENCOUNTER
    try:
        x, trials, events = at_risk(counts, ends=ends)
        fine = bin_responses(x, trials, events)
    except TooLittleData as error:
        nowhere = {"standard": one.name, "measure_from": None, "measure_mean": None}
        yield measure.unanswered(str(error), group=nowhere)
        return
    edges = _edges(np.asarray(x), fine.x)
    place = np.searchsorted(edges, x, side="right") - 1
    trials_in_bin, disasters_in_bin = np.bincount(place, trials), np.bincount(place, events)
    means = np.bincount(place, np.asarray(trials) * x) / np.maximum(trials_in_bin, 1)
    sign = 1.0 if one.standard.better == "low" else -1.0
    customers = _customers(one, edges, sign, ends=ends)
    for at in np.flatnonzero(trials_in_bin):
        answer = proportion(int(disasters_in_bin[at]), int(trials_in_bin[at]))
        group: dict[str, str | float | None] = {
            "standard": one.name,
            "measure_from": float(sign * edges[at]),
            "measure_mean": float(f"{sign * means[at]:.6g}"),
        }
        yield measure.estimate(customers[at], answer.share, answer.low, answer.high, group=group)


def _edges(x: Floats, fine: Floats) -> Floats:
    """Take every so many bins of the fit together, from the lowest value on."""
    chosen = fine[:: max(len(fine) // SHOWN_BINS, 1)]
    values = np.unique(np.searchsorted(np.sort(x), chosen))
    return np.concatenate([[x.min()], np.sort(x)[values[1:]]])


def _customers(one: JudgedStandard, edges: Floats, sign: float, *, ends: bool) -> list[int]:
    """Count the known customers of each bin, or of those who reached it."""
    answered: ir.Table = one.encounters.filter(one.encounters.is_disaster_known)
    value = sign * answered.measure
    tops = [*edges[1:], np.inf]
    counts = {}
    for place, (low, high) in enumerate(zip(edges, tops, strict=True)):
        within = value >= float(low)
        if not ends and np.isfinite(high):
            within = within & (value < float(high))
        counts[f"bin_{place}"] = answered.customer_id.nunique(where=within).cast("int64")
    row = answered.aggregate(**counts).to_pyarrow().to_pylist()[0]
    return [row[f"bin_{place}"] or 0 for place in range(len(edges))]
