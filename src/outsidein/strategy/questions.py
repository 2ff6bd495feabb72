"""The questions of the strategy sheet, word for word, and how an answer is put."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir

from outsidein.churn.declaration import Silence
from outsidein.errors import TooLittleData
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.stats.mean import mean
from outsidein.stats.proportion import proportion
from outsidein.value.declaration import Activity, ValueSettings
from outsidein.value.revenue import NO_REVENUE

WHO = (
    "Who is the customer (attitudes, perceptions, behaviour, needs) and where in the relationship?"
)
PROPOSITION = "How must our value proposition change to earn greater loyalty?"
CUSTOMISATION = "How much customisation is appropriate and profitable?"
POTENTIAL = "What is the potential value of increasing loyalty, and how does it vary by segment?"
ALLOCATION = "How much time and money can we allocate?"
FREE = "What can we do next week without spending a cent?"
LEAVING = "When and why are customers churning?"

QUESTIONS = (WHO, PROPOSITION, CUSTOMISATION, POTENTIAL, ALLOCATION, FREE, LEAVING)

FEWEST = 10

Answers = Iterator[Estimate]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StrategySheet:
    """What the questions are asked of.

    Attributes:
        facts: One row per customer.
        members: One row per customer and segment, everybody among the segments.
        in_segments: One row per customer and segment, with the facts.
        canonical: Canonical tables with `customer_id`.
        spells: One row per customer and spell as a customer.
        order_days: One row per customer and day with order lines.
        silence: The silence that counts as churn, or why it is not measured; None where churn
            goes by contracts.
        survival: How long the customers of each segment stay.
        value: For the horizon of what is ahead.
        as_of: First day that does not count.
        activities: What encounters cost and how long they take, by kind.
    """

    facts: ir.Table
    members: ir.Table
    in_segments: ir.Table
    canonical: Mapping[str, ir.Table]
    spells: ir.Table
    order_days: ir.Table
    silence: Silence | TooLittleData | None
    survival: Figure
    value: ValueSettings
    as_of: date
    activities: Mapping[str, Activity]

    def names(self) -> list[str]:
        """Return the segments, in order of name."""
        names = self.members.select("segment").distinct().order_by("segment").to_pyarrow()
        return [str(name) for name in names.column("segment").to_pylist()]


def per_segment(grouped: ir.Table) -> dict[str, Row]:
    """Fetch one row per segment, by segment."""
    rows = grouped.to_pyarrow().to_pylist()
    return {row["segment"]: row for row in rows}


def group(segment: str, question: str) -> dict[str, str]:
    """Name the place of an answer on the sheet."""
    return {"segment": segment, "question": question}


def share(measure: Measure, hits: int, n: int, *, of: Mapping[str, str]) -> Estimate:
    """Answer with a share of customers and its interval."""
    if not n:
        return measure.unanswered("no customers", group=of)
    return measure.estimated(proportion(hits, n), value="share", group=of)


def average(measure: Measure, row: Row, name: str, *, of: Mapping[str, str]) -> Estimate:
    """Answer with a mean out of `NAME_n`, `NAME_sum` and `NAME_squares` of a row."""
    n = int(row[f"{name}_n"] or 0)
    try:
        answer = mean(n, int(row[f"{name}_sum"] or 0), int(row[f"{name}_squares"] or 0))
    except TooLittleData as error:
        return measure.too_little(error, group=of)
    return measure.estimated(answer, value="mean", group=of)


def average_profit(measure: Measure, row: Row, *, of: Mapping[str, str]) -> Estimate:
    """Answer with mean profit; without revenue there is none."""
    if not row["profit_n"]:
        return measure.unanswered(NO_REVENUE, group=of)
    return average(measure, row, "profit", of=of)


def moments(column: ir.IntegerValue, name: str) -> dict[str, ir.Value]:
    """Aggregate what `average` needs; squares as decimals, for they outgrow 64 bits."""
    wide = column.cast("decimal(38, 0)")
    return {
        f"{name}_n": column.count(),
        f"{name}_sum": wide.sum(),
        f"{name}_squares": (wide * wide).sum(),
    }


def not_answerable(
    segments: Iterable[str], question: str, measure: Measure, *, needs: str
) -> Answers:
    """Say for every segment what an answer would need."""
    for segment in segments:
        why = f"not answerable: needs {needs}"
        yield measure.unanswered(why, group=group(segment, question))
