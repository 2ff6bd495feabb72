"""Segments: one strategy sheet each, with every question, answered or not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from outsidein.churn.figures import CHURN_RULE
from outsidein.figures.figure import Estimate
from outsidein.figures.spec import Measure
from outsidein.present.display_tables import DisplayTable, cross_table
from outsidein.present.figure_view import FigureView
from outsidein.present.wording import label
from outsidein.report.evidence import Evidence, number_of
from outsidein.segments.declaration import EVERYBODY
from outsidein.strategy import figures as strategy
from outsidein.strategy.figures import STRATEGY
from outsidein.value.figures import LIFETIME_VALUE, TIERS


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    """One number that answers a question: its name, itself, and what it rests on."""

    name: str
    value: str
    evidence: str
    is_reason: bool
    is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers."""

    words: str
    answers: tuple[SheetAnswer, ...]

    @property
    def is_answered(self) -> bool:
        """Whether it has a number other than 0, which mostly says that nothing was recorded."""
        return any(not answer.is_reason and not answer.is_zero for answer in self.answers)

    @property
    def is_answered_in_part(self) -> bool:
        """Whether it has such a number, and a part without data."""
        return self.is_answered and any(answer.is_reason for answer in self.answers)


@dataclass(frozen=True, slots=True)
class SegmentSheet:
    """The strategy sheet of a segment."""

    segment: str
    description: str
    rule: str
    questions: tuple[Question, ...]

    @property
    def answered(self) -> int:
        """How many questions have a number other than 0."""
        return sum(question.is_answered for question in self.questions)

    @property
    def answered_in_part(self) -> int:
        """How many of those have a part without data."""
        return sum(question.is_answered_in_part for question in self.questions)


def sheets(evidence: Evidence) -> tuple[SegmentSheet, ...]:
    """Lay out the strategy figure, segment by segment."""
    by_segment: dict[str, dict[str, list[Estimate]]] = {}
    for e in evidence.view(STRATEGY).figure.estimates:
        if e.group.get("segment") is not None:
            questions = by_segment.setdefault(str(e.group["segment"]), {})
            questions.setdefault(str(e.group.get("question")), []).append(e)
    return tuple(_sheet(name, questions, evidence) for name, questions in by_segment.items())


MEASURES = (
    strategy.CUSTOMERS,
    strategy.SHARE_OF_CUSTOMERS,
    strategy.PROFIT,
    strategy.VALUE_PER_CUSTOMER,
    strategy.CHURNED,
)
"""What the report compares segments by, beside the factor that most customers scored low."""


RESTS_ON = {
    strategy.VALUE_PER_CUSTOMER: LIFETIME_VALUE.name,
    strategy.CHURNED: CHURN_RULE.name,
}
"""Figures that answer the same for all customers."""

FOLLOWED = (strategy.PROFIT, strategy.VALUE_PER_CUSTOMER, strategy.CHURNED)
"""Measures that a sample of rows leaves incomplete."""


def segment_table(evidence: Evidence, doubted: Collection[str] = ()) -> DisplayTable | None:
    """Set the segments side by side; None where there is nothing to compare.

    Who has left is not compared by a rule of churn that is rejected, and nothing by a figure
    that the data contradict or leave out.

    Args:
        evidence: The figures.
        doubted: Names of the figures that are not shown.
    """
    view = evidence.view(STRATEGY)
    measures = [m for m in MEASURES if _is_believed(evidence, m, doubted)]
    shown = [*(e for m in measures for e in view.numbers(m)), *_worst_factor(view)]
    if not shown:
        return None
    rows = ("Segment", lambda e: label(str(e.group["segment"])))
    basis = evidence.view(TIERS).figure.basis if strategy.PROFIT in measures else ""
    title = f"Segments side by side{f', profit with {basis}' if basis else ''}"
    return cross_table(title, shown, view.words, rows=rows, columns=_column)


def _is_believed(evidence: Evidence, measure: Measure, doubted: Collection[str]) -> bool:
    is_rejected = measure is strategy.CHURNED and bool(evidence.circumstances.rejected_rule)
    sampling = evidence.circumstances.sampling
    is_incomplete = bool(sampling and sampling.objection_to((STRATEGY,))) and measure in FOLLOWED
    return not is_rejected and not is_incomplete and RESTS_ON.get(measure) not in doubted


def _worst_factor(view: FigureView) -> list[Estimate]:
    """Return, segment by segment, the scores of the factor that most of all customers scored low.

    A table side by side has room for one factor, and its column names it.
    """
    scored = view.numbers(strategy.LOW_SCORED)
    of_all = [e for e in scored if e.group["segment"] == EVERYBODY]
    worst = max(of_all, key=number_of, default=None)
    return [e for e in scored if worst and e.measure == worst.measure]


def _column(e: Estimate) -> str:
    """Name a column by its measure, without the question before it; a factor stays."""
    _, _, measure = e.measure.partition(": ")
    is_of_a_factor = STRATEGY.measure(e.measure) == strategy.LOW_SCORED
    return label(e.measure if is_of_a_factor or not measure else measure)


def _sheet(name: str, by_question: dict[str, list[Estimate]], evidence: Evidence) -> SegmentSheet:
    segment = evidence.contents.segments.get(name)
    return SegmentSheet(
        label(name),
        segment.description if segment else "",
        segment.rule if segment else "",
        tuple(
            Question(question, tuple(_answers(estimates, evidence)))
            for question, estimates in by_question.items()
        ),
    )


def _answers(estimates: list[Estimate], evidence: Evidence) -> Iterator[SheetAnswer]:
    words = evidence.words
    for e in estimates:
        is_reason = e.value is None
        yield SheetAnswer(_full_name(e), words.value(e), words.evidence(e), is_reason, e.value == 0)


def _full_name(e: Estimate) -> str:
    """Name the measure, with the values of the estimate's other groups."""
    others = [
        str(v) for k, v in e.group.items() if k not in {"segment", "question"} and v is not None
    ]
    return label(e.measure) + (f" ({', '.join(others)})" if others else "")
