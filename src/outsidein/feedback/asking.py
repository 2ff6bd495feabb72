"""Survey samples: whom to ask next, with inclusion probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from outsidein.feedback.declaration import Survey
from outsidein.feedback.eligibility import Eligibility, eligibility
from outsidein.feedback.weights import FULL
from outsidein.stats.sample_allocation import AllocationCell, allocate_sample

PRIOR = 5
"""Weight of all cells in each cell's estimate, in answers: small cells borrow from the others."""

WIDEST = 0.25
"""Variance on a scale from 0 to 1 without answers: half at either end."""

LIKELIEST = 0.5
"""Response rate assumed where nobody was asked."""


@dataclass(frozen=True, slots=True)
class SurveySample:
    """A sample of customers to ask.

    Attributes:
        people: One row per customer drawn: `survey`, `version`, `customer_id`, `source`,
            `record_id`, `cell`, `inclusion_probability`.
        left_out: Customers who may not be asked, by reason (count).
        eligible: Customers who may (count).
        error_before: Standard error of the overall score with the answers so far (share of
            the scale).
        error_after: The same once those drawn have answered as often as others did.
    """

    people: pa.Table
    left_out: Mapping[str, int]
    eligible: int
    error_before: float
    error_after: float

    def write(self, path: Path) -> None:
        """Write the list as CSV; the project reads it back as the survey's invitations."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pa_csv.write_csv(self.people, path)


def draw_survey_sample(
    history: Eligibility,
    asked: ir.Table,
    answers: ir.Table,
    survey: Survey,
    *,
    budget: int,
    as_of: date,
    rng: np.random.Generator,
) -> SurveySample:
    """Draw whom to ask next, where an answer is worth most.

    The budget is allocated over cells of similar customers, not by their answers. Within a cell,
    every eligible customer has the same inclusion probability, which is recorded.

    Args:
        history: Records that decide eligibility.
        asked: From `asked_customers`, of all surveys.
        answers: From `weights.answers`.
        survey: Which asks.
        budget: How many to ask (count).
        as_of: The day on which the quiet period ends.
        rng: The same gives the same list.

    Raises:
        InputError: The budget is below 1, or nobody may be asked.
    """
    people = eligibility(history, survey, as_of=as_of).order_by("customer_id").to_pyarrow()
    reasons = people["reason"]
    eligible = people.filter(pc.is_null(reasons)).drop_columns(["reason"])
    cells, names = _cells(history, people, asked, answers, survey)
    allocation = allocate_sample(cells, budget)
    chosen = [
        _sample_of_cell(eligible.filter(pc.equal(eligible["cell"], name)), size, rng)
        for name, size in zip(names, allocation.asked, strict=True)
    ]
    table = pa.concat_tables(chosen).sort_by("customer_id")
    for place, (name, text) in enumerate((("survey", survey.name), ("version", survey.version))):
        table = table.add_column(place, name, pa.array([text] * len(table), pa.string()))
    counts = pc.value_counts(pc.drop_null(reasons)).to_pylist()
    left_out = {row["values"]: row["counts"] for row in counts}
    return SurveySample(
        table, left_out, len(eligible), allocation.error_before, allocation.error_after
    )


def _sample_of_cell(eligible: pa.Table, size: int, rng: np.random.Generator) -> pa.Table:
    places = np.sort(rng.choice(len(eligible), size=size, replace=False))
    chance = size / len(eligible) if len(eligible) else 0.0
    chosen = eligible.take(pa.array(places, pa.int64()))
    return chosen.append_column("inclusion_probability", pa.array([chance] * size, pa.float64()))


def _cells(
    history: Eligibility, people: pa.Table, asked: ir.Table, answers: ir.Table, survey: Survey
) -> tuple[list[AllocationCell], list[str]]:
    """Count each cell, with its answers to this survey so far."""
    counted = people.group_by("cell").aggregate([("customer_id", "count"), ("reason", "count")])
    sums_by_cell = _sums_by_cell(history, asked, answers, survey)
    rows = sorted(counted.to_pylist(), key=lambda row: row["cell"])
    overall = _overall_spread(
        [sums_by_cell[row["cell"]] for row in rows if row["cell"] in sums_by_cell]
    )
    cells = []
    for row in rows:
        eligible = row["customer_id_count"] - row["reason_count"]
        n, total, squares, invited, answered = sums_by_cell.get(row["cell"], (0, 0.0, 0.0, 0, 0))
        own = max(squares - total * total / n, 0.0) if n else 0.0
        variance = (own + PRIOR * overall.variance) / (n + PRIOR)
        response = (answered + PRIOR * overall.response) / (invited + PRIOR)
        cells.append(AllocationCell(row["customer_id_count"], eligible, n, variance**0.5, response))
    return cells, [row["cell"] for row in rows]


@dataclass(frozen=True, slots=True)
class _Overall:
    variance: float
    response: float


def _overall_spread(sums_by_cell: list[tuple[int, float, float, int, int]]) -> _Overall:
    n, total, squares, invited, answered = (
        sum(row[place] for row in sums_by_cell) for place in range(5)
    )
    own = squares - total * total / n if n else 0.0
    return _Overall(
        (own + PRIOR * WIDEST) / (n + PRIOR),
        (answered + PRIOR * LIKELIEST) / (invited + PRIOR),
    )


def _sums_by_cell(
    history: Eligibility, asked: ir.Table, answers: ir.Table, survey: Survey
) -> dict[str, tuple[int, float, float, int, int]]:
    """Of each cell: answers with their sum and squares (share of the scale), asked, answered."""
    cells = history.customers.select("customer_id", "cell")
    to = asked.filter(asked.survey == survey.name).inner_join(cells, "customer_id")
    answered = answers.filter(answers.points.notnull(), answers.invitation.notnull())
    of = to.inner_join(
        answered, to.source + ":" + to.invitation_id == answered.invitation
    ).aggregate(by=["customer_id", "cell"], points=lambda t: t.points.sum() // t.count())
    scored = of.aggregate(
        by=["cell"],
        n=of.count(),
        total=of.points.sum(),
        squares=(of.points * of.points).sum(),
    )
    invited = to.aggregate(
        by=["cell"], invited=to.count(), answered=to.has_answered.cast("int64").sum()
    )
    rows = invited.left_join(scored, "cell").to_pyarrow().to_pylist()
    return {
        row["cell"]: (
            row["n"] or 0,
            float(row["total"] or 0) / FULL,
            float(row["squares"] or 0) / FULL**2,
            int(row["invited"]),
            int(row["answered"]),
        )
        for row in rows
    }
