"""Figures: who was asked and answered, and what the silent may think."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.feedback.asked_customers import SIGN_DAYS
from outsidein.feedback.cells import cell_sums
from outsidein.feedback.metrics import NPS, VERDICTS
from outsidein.feedback.totals import ALL, FAVOURABLE
from outsidein.feedback.weights import FULL, WEIGHT
from outsidein.figures.figure import (
    FEWEST,
    Estimate,
    Figure,
    Group,
    Unit,
    estimated,
    too_little,
)
from outsidein.stats.nonresponse import (
    Adjusted,
    NonresponseEstimate,
    ResponseCell,
    estimate_everyone_asked,
)
from outsidein.stats.proportion import proportion

HEARD, EVERYONE, SILENT = "those who answered", "everyone asked", "the silent"
WORST, BEST = "everyone, were all the silent at their worst", "everyone, were they at their best"


class NonresponseVerdict(NamedTuple):
    """What is estimated of an item: a name, and the line from stored sums to what is shown."""

    measure: str
    unit: Unit
    column: str
    shift: float
    per: float
    lowest: float
    highest: float


def response_figure(asked: ir.Table, groups: ir.Table) -> Figure:
    """Tell how many of those asked answered, by survey, channel and customers' groups.

    Args:
        asked: From `asked.with_signs`.
        groups: One row per customer and group: `customer_id`, `dimension`, `value`.
    """
    rows = _responses(asked, groups).to_pyarrow().to_pylist()
    rows.sort(key=lambda r: (r["survey"], r["dimension"] != ALL, r["dimension"], r["value"]))
    return Figure(
        "feedback_response",
        "Who was asked, and who answered",
        "Customers by their last invitation to the survey; the share who answered with Wilson's "
        "interval. Groups of fewer than 10 customers are left out. Bad signs: the share of "
        "customers of whom behaviour told "
        f"something bad within {SIGN_DAYS} days of the invitation, among those who answered and "
        "among the silent; where the two differ, the silent are not as those who answered.",
        ("survey", "dimension", "group"),
        tuple(estimate for row in rows for estimate in _response(row)),
    )


def _responses(asked: ir.Table, groups: ir.Table) -> ir.Table:
    everyone = asked.mutate(dimension=ibis.literal(ALL), value=ibis.literal(ALL))
    by_channel = asked.filter(asked.channel.notnull()).mutate(dimension=ibis.literal("channel"))
    by_channel = by_channel.mutate(value=by_channel.channel)
    by_group = asked.inner_join(groups, "customer_id")
    columns = everyone.columns
    listed = ibis.union(everyone, by_channel.select(columns), by_group.select(columns))
    found = listed.aggregate(
        by=["survey", "dimension", "value"],
        asked=listed.count(),
        answered=listed.has_answered.cast("int64").sum(),
        bad=listed.has_bad_sign.cast("int64").sum(),
        bad_answered=(listed.has_bad_sign & listed.has_answered).cast("int64").sum(),
    )
    return found.filter((found.dimension == ALL) | (found.asked >= FEWEST))


def _response(row: Mapping[str, Any]) -> Iterator[Estimate]:
    group = {"survey": row["survey"], "dimension": row["dimension"], "group": row["value"]}
    n, answered = int(row["asked"]), int(row["answered"])
    share = proportion(answered, n)
    yield estimated("answered", Unit.SHARE, share, value="share", group=group)
    if row["dimension"] == ALL and row["bad"]:
        of_each = {
            "bad signs among those who answered": (row["bad_answered"], answered),
            "bad signs among the silent": (row["bad"] - row["bad_answered"], n - answered),
        }
        for measure, (bad, of) in of_each.items():
            if of:
                share = proportion(int(bad), int(of))
                yield estimated(measure, Unit.SHARE, share, value="share", group=group)


def nonrespondents_figure(
    asked: ir.Table, answers: ir.Table, cells: ir.Table, *, by: str
) -> Figure:
    """Estimate for each survey what everyone asked thinks, and what the silent do.

    Args:
        asked: From `asked.asked`.
        answers: From `weights.answers`, written or cached.
        cells: One row per customer: `customer_id`, `cell`, within which silence is taken to have
            nothing to do with what is thought.
        by: What the cells are, in words.
    """
    rows = cell_sums(asked, answers, cells).to_pyarrow().to_pylist()
    estimates = [
        estimate
        for (survey, item, kind), part in _cells_by_group(rows)
        for estimate in _estimate_scores(
            {"survey": survey, "item": item}, _verdict(kind, part[0]), part
        )
    ]
    return Figure(
        "feedback_silent",
        "What the silent may think",
        "Everyone asked, by the last invitation. Assumption: within a cell (customers alike in "
        f"{by}; cells with fewer than 10 answers are joined) those who stay silent "
        "think as those who answer; each answer is weighted by 1 / (inclusion probability x "
        "share of its cell that answered). The worst and best case need no assumption; they hold "
        "whatever the silent think, and with their sampling error give the outer limits.",
        ("survey", "item", "who"),
        tuple(estimates),
    )


def _cells_by_group(
    rows: Iterable[dict[str, Any]],
) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    cells: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: (r["survey"], r["item"], r["cell"])):
        key = (row["survey"], row["item"], row["instrument"] or "")
        cells.setdefault(key, []).append(row)
    return list(cells.items())


def _verdict(instrument: str, row: Mapping[str, Any]) -> NonresponseVerdict:
    if instrument == "nps":
        return NonresponseVerdict(NPS, Unit.NUMBER, "verdict", 0, 100 / FULL, -100, 100)
    if instrument in FAVOURABLE:
        return NonresponseVerdict(VERDICTS[instrument], Unit.SHARE, "verdict", 0, 1 / FULL, 0, 1)
    low, high = row["scale_low"], row["scale_high"]
    return NonresponseVerdict("mean", Unit.NUMBER, "points", low, (high - low) / FULL, low, high)


def _estimate_scores(
    group: Group, verdict: NonresponseVerdict, rows: list[dict[str, Any]]
) -> Iterator[Estimate]:
    cells = [_cell(row, verdict) for row in rows]
    try:
        estimate = estimate_everyone_asked(cells, lowest=verdict.lowest, highest=verdict.highest)
    except TooLittleData as error:
        yield too_little(verdict.measure, verdict.unit, error, group={**group, "who": EVERYONE})
        return
    yield from _means_by_group(estimate, verdict, group)
    yield from _limits(estimate, verdict, group)


def _cell(row: Mapping[str, Any], verdict: NonresponseVerdict) -> ResponseCell:
    """Turn whole-number sums into the unit shown."""
    w, c, k = float(row["w"]) / WEIGHT, verdict.shift, verdict.per
    total = float(row[f"{verdict.column}_1"]) / WEIGHT
    squares = float(row[f"{verdict.column}_2"]) / WEIGHT
    return ResponseCell(
        int(row["asked"]),
        float(row["asked_weight"]) / WEIGHT,
        int(row["answered"]),
        w,
        float(row["ww"]) / WEIGHT**2,
        c * w + k * total,
        c * c * w + 2 * c * k * total + k * k * squares,
    )


def _means_by_group(
    estimate: NonresponseEstimate, verdict: NonresponseVerdict, group: Group
) -> Iterator[Estimate]:
    means = {HEARD: estimate.answered, EVERYONE: estimate.everyone, SILENT: estimate.silent}
    for who, answer in means.items():
        if answer:
            yield estimated(
                verdict.measure,
                verdict.unit,
                _within(answer, verdict),
                value="mean",
                group={**group, "who": who},
            )


def _within(answer: Adjusted, verdict: NonresponseVerdict) -> Adjusted:
    low, high = max(answer.low, verdict.lowest), min(answer.high, verdict.highest)
    return answer._replace(low=low, high=high)


def _limits(
    found: NonresponseEstimate, verdict: NonresponseVerdict, group: Group
) -> Iterator[Estimate]:
    limits, kind = found.bounds, (verdict.measure, verdict.unit)
    why = "a limit, not an estimate"
    worst, best = ({**group, "who": who} for who in (WORST, BEST))
    yield Estimate(*kind, limits.n, limits.lowest, limits.low, None, why, worst)
    yield Estimate(*kind, limits.n, limits.highest, None, limits.high, why, best)
