"""Figures: response rates, and what non-respondents may think."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from outsidein.errors import TooLittleData
from outsidein.feedback.asked_customers import SIGN_DAYS
from outsidein.feedback.cells import cell_sums
from outsidein.feedback.figures import (
    ANSWERED,
    BAD_SIGNS_ANSWERED,
    BAD_SIGNS_NOT_ANSWERED,
    BOTTOM_BOX,
    FEEDBACK_NONRESPONSE,
    FEEDBACK_RESPONSE,
    MEAN,
    NPS,
)
from outsidein.feedback.metrics import VERDICTS
from outsidein.feedback.totals import ALL, FAVOURABLE
from outsidein.feedback.weights import FULL, WEIGHT
from outsidein.figures.figure import (
    FEWEST,
    Estimate,
    Figure,
    Group,
)
from outsidein.figures.spec import Measure
from outsidein.stats.nonresponse import (
    Adjusted,
    NonresponseEstimate,
    ResponseCell,
    estimate_everyone_asked,
)
from outsidein.stats.proportion import proportion

RESPONDENTS, EVERYONE, NONRESPONDENTS = "those who answered", "everyone asked", "non-respondents"
WORST, BEST = (
    "everyone asked, if non-respondents gave the worst answer",
    "everyone asked, if they gave the best answer",
)


DRAWN_BY_ANSWER = 0.95
"""Response rate above which invitations are taken to be on file only where they were answered."""

FEWEST_TO_DETECT = 100

ONLY_ANSWERED = (
    "nearly every invitation on file was answered: the file was probably drawn by answers, so it "
    "shows neither a response rate nor non-respondents"
)


class NonresponseVerdict(NamedTuple):
    """A measure of an item, with the linear map from stored sums to displayed values."""

    measure: Measure
    column: str
    shift: float
    per: float
    lowest: float
    highest: float


LOWEST = NonresponseVerdict(BOTTOM_BOX, "bottom", 0, 1 / FULL, 0, 1)
"""The share of lowest answers: the disasters among those who answered, and among all asked."""


def response_figure(asked: ir.Table, groups: ir.Table) -> Figure:
    """Return response rates by survey, channel and customers' groups.

    Args:
        asked: From `with_signs`.
        groups: One row per customer and group: `customer_id`, `dimension`, `value`.
    """
    rows = _responses(asked, groups).to_pyarrow().to_pylist()
    drawn = {row["survey"] for row in rows if row["dimension"] == ALL and _is_drawn_by_answer(row)}
    rows = [{**row, "is_drawn_by_answer": row["survey"] in drawn} for row in rows]
    rows.sort(key=lambda r: (r["survey"], r["dimension"] != ALL, r["dimension"], r["value"]))
    return FEEDBACK_RESPONSE.figure(
        (estimate for row in rows for estimate in _response(row)), sign_days=SIGN_DAYS
    )


def _responses(asked: ir.Table, groups: ir.Table) -> ir.Table:
    everyone = asked.mutate(dimension=ibis.literal(ALL), value=ibis.literal(ALL))
    by_channel = asked.filter(asked.channel.notnull()).mutate(dimension=ibis.literal("channel"))
    by_channel = by_channel.mutate(value=by_channel.channel)
    by_group = asked.inner_join(groups, "customer_id")
    columns = everyone.columns
    all_groups = ibis.union(everyone, by_channel.select(columns), by_group.select(columns))
    results = all_groups.aggregate(
        by=["survey", "dimension", "value"],
        asked=all_groups.count(),
        answered=all_groups.has_answered.cast("int64").sum(),
        bad=all_groups.has_bad_sign.cast("int64").sum(),
        bad_answered=(all_groups.has_bad_sign & all_groups.has_answered).cast("int64").sum(),
    )
    return results.filter((results.dimension == ALL) | (results.asked >= FEWEST))


def _is_drawn_by_answer(row: Mapping[str, Any]) -> bool:
    """Whether so many answered that the file must have been drawn by answers."""
    asked, answered = int(row["asked"]), int(row["answered"])
    return asked >= FEWEST_TO_DETECT and proportion(answered, asked).low > DRAWN_BY_ANSWER


def _response(row: Mapping[str, Any]) -> Iterator[Estimate]:
    group = {"survey": row["survey"], "dimension": row["dimension"], "group": row["value"]}
    n, answered = int(row["asked"]), int(row["answered"])
    if row["is_drawn_by_answer"]:
        if row["dimension"] == ALL:
            yield ANSWERED.unanswered(ONLY_ANSWERED, group=group)
        return
    share = proportion(answered, n)
    yield ANSWERED.estimated(share, value="share", group=group)
    if row["dimension"] == ALL and row["bad"]:
        of_each = {
            BAD_SIGNS_ANSWERED: (row["bad_answered"], answered),
            BAD_SIGNS_NOT_ANSWERED: (row["bad"] - row["bad_answered"], n - answered),
        }
        for measure, (bad, of) in of_each.items():
            if of:
                share = proportion(int(bad), int(of))
                yield measure.estimated(share, value="share", group=group)


def nonrespondents_figure(
    asked: ir.Table, answers: ir.Table, cells: ir.Table, *, by: str
) -> Figure:
    """Estimate the answers of everyone asked, and of non-respondents, by survey.

    Args:
        asked: From `asked.asked`.
        answers: From `weights.answers`, written or cached.
        cells: One row per customer: `customer_id`, `cell`, within which silence is taken to have
            nothing to do with what is thought.
        by: What the cells are, in words.
    """
    rows = cell_sums(asked, answers, cells).to_pyarrow().to_pylist()
    drawn = _surveys_drawn_by_answer(asked)
    estimates = [
        MEAN.unanswered(ONLY_ANSWERED, group={"survey": survey, "item": None, "who": EVERYONE})
        for survey in drawn
    ]
    estimates += [
        estimate
        for (survey, item, kind), part in _cells_by_group(rows)
        if survey not in drawn
        for verdict in (_verdict(kind, part[0]), LOWEST)
        for estimate in _estimate_scores({"survey": survey, "item": item}, verdict, part)
    ]
    return FEEDBACK_NONRESPONSE.figure(estimates, by=by)


def _surveys_drawn_by_answer(asked: ir.Table) -> list[str]:
    counts = asked.group_by("survey").aggregate(
        asked=asked.count(), answered=asked.has_answered.cast("int64").sum()
    )
    rows = counts.order_by("survey").to_pyarrow().to_pylist()
    return [row["survey"] for row in rows if _is_drawn_by_answer(row)]


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
        return NonresponseVerdict(NPS, "verdict", 0, 100 / FULL, -100, 100)
    if instrument in FAVOURABLE:
        return NonresponseVerdict(VERDICTS[instrument], "verdict", 0, 1 / FULL, 0, 1)
    low, high = row["scale_low"], row["scale_high"]
    return NonresponseVerdict(MEAN, "points", low, (high - low) / FULL, low, high)


def _estimate_scores(
    group: Group, verdict: NonresponseVerdict, rows: list[dict[str, Any]]
) -> Iterator[Estimate]:
    cells = [_cell(row, verdict) for row in rows]
    try:
        estimate = estimate_everyone_asked(cells, lowest=verdict.lowest, highest=verdict.highest)
    except TooLittleData as error:
        yield verdict.measure.too_little(error, group={**group, "who": EVERYONE})
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
    means = {
        RESPONDENTS: estimate.answered,
        EVERYONE: estimate.everyone,
        NONRESPONDENTS: estimate.nonrespondents,
    }
    for who, answer in means.items():
        if answer:
            yield verdict.measure.estimated(
                _within(answer, verdict),
                value="mean",
                group={**group, "who": who},
            )


def _within(answer: Adjusted, verdict: NonresponseVerdict) -> Adjusted:
    low, high = max(answer.low, verdict.lowest), min(answer.high, verdict.highest)
    return answer._replace(low=low, high=high)


def _limits(
    results: NonresponseEstimate, verdict: NonresponseVerdict, group: Group
) -> Iterator[Estimate]:
    limits, measure = results.bounds, verdict.measure
    why = "a limit, not an estimate"
    worst, best = ({**group, "who": who} for who in (WORST, BEST))
    yield measure.estimate(limits.n, limits.lowest, limits.low, None, why=why, group=worst)
    yield measure.estimate(limits.n, limits.highest, None, limits.high, why=why, group=best)
